-- What the three roles may in one database. Run by its owner (portal_owner) or an administrator, as often as wanted,
-- before the first migration: later tables then arrive with their rights.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_app, portal_ops;
-- portal_ops owns the few SECURITY DEFINER functions; owning in a schema needs CREATE on it.
GRANT CREATE ON SCHEMA public TO portal_ops;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app, portal_ops;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO portal_app, portal_ops;
