-- The three roles, once per server, by an administrator. Passwords are set apart from this file.
-- portal_owner migrates, portal_app serves (never above a policy), portal_ops dumps and mends data.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') THEN CREATE ROLE portal_owner; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN CREATE ROLE portal_app; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_ops') THEN CREATE ROLE portal_ops; END IF;
END
$$;
ALTER ROLE portal_owner LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE INHERIT;
ALTER ROLE portal_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE portal_ops LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE;
-- The owner may hand a SECURITY DEFINER function to portal_ops.
GRANT portal_ops TO portal_owner;
-- A request that hangs must not hold others: it fails, and says so.
ALTER ROLE portal_app SET statement_timeout = '10s';
ALTER ROLE portal_app SET lock_timeout = '3s';
-- compiling a statement costs a hundred times what these short ones take to run
ALTER ROLE portal_app SET jit = off;
ALTER ROLE portal_app SET idle_in_transaction_session_timeout = '15s';
