"""What the database's own catalogue must say about tenancy. Every row these questions return is a finding."""

from typing import Any

# Tables that know no tenant: the framework's own, and people, who may belong to several firms.
NO_TENANT = {
    "django_migrations": "framework",
    "django_content_type": "framework",
    "django_session": "framework: nothing of a tenant may be put in a session",
    "auth_permission": "framework",
    "auth_group": "framework",
    "auth_group_permissions": "framework",
    "people_user": "a person may belong to several firms",
    "account_emailaddress": "belongs to a person",
    "account_emailconfirmation": "belongs to a person",
    "mfa_authenticator": "belongs to a person",
    "people_visit": "belongs to a person",
}

# Tables of a firm that belong to no single administration: no second wall, and each for a reason.
FIRM_ONLY = {
    "tenancy_firm": "the firm itself",
    "people_member": "a colleague works for the firm",
    "people_team": "a team works for the firm",
    "people_teammember": "a colleague of a team works for the firm",
    "people_savedview": "a view is over all clients, whoever may see which",
}

# Tables whose rows without an administration a narrowed scope may add, but not read.
TAKES_FIRM_ROWS = {
    "audit_event": "what a colleague with a portfolio does to the firm is in its log as well",
}

# SECURITY DEFINER functions: the only looks over the wall, all owned by portal_ops with a fixed search_path.
OVER_THE_WALL = {
    "doors_of",
    "invitation_by_hash",
    "face_of_firm",
    "every_firm",
    "mails_due",
    "mails_stuck",
    "link_by_hash",
    "link_by_id",
    "previews_waiting",
    "outbox_depth",
    "statements_counted",
}

# Tables the app role may add to, and nothing else.
APPEND_ONLY = {
    "accounting_entry",
    "accounting_entryline",
    "accounting_grideffect",
    "accounting_clearing",
    "accounting_chainlink",
    "audit_event",
}

RELATIONS = """
WITH r AS (
  SELECT c.oid, c.relname, c.relkind, c.relrowsecurity AND c.relforcerowsecurity AS forced, c.reloptions,
         pg_get_userbyid(c.relowner) AS owner,
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'firm_id') AS has_firm,
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'administration_id') AS has_adm
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
), policy AS (
  SELECT p.*, r.relname, pg_get_expr(p.polqual, p.polrelid) AS shows, pg_get_expr(p.polwithcheck, p.polrelid) AS takes,
         CASE r.relname
           WHEN 'tenancy_firm' THEN '(id = ( SELECT app_firm() AS app_firm))'
           ELSE '(firm_id = ( SELECT app_firm() AS app_firm))' END AS firm_text,
         format('((( SELECT app_administrations() AS app_administrations) IS NULL) OR (%%s = ANY '
                '(( SELECT app_administrations() AS app_administrations)::uuid[])))',
           CASE r.relname WHEN 'tenancy_administration' THEN 'id' ELSE 'administration_id' END) AS administration_text
  FROM pg_policy p JOIN r ON r.oid = p.polrelid
)
"""

TABLES = (
    RELATIONS
    + """
SELECT relname, 'table without ENABLE and FORCE row level security' FROM r
  WHERE relkind IN ('r', 'p') AND NOT forced AND relname <> ALL (%(no_tenant)s)
UNION ALL
SELECT relname, 'table without a tenant carries firm_id or administration_id' FROM r
  WHERE relname = ANY (%(no_tenant)s) AND (has_firm OR has_adm)
UNION ALL
SELECT relname, 'no policy for all commands with USING and WITH CHECK' FROM r
  WHERE relkind IN ('r', 'p') AND forced AND NOT EXISTS (
    SELECT FROM policy p WHERE p.polrelid = r.oid AND p.polpermissive AND p.polcmd = '*'
      AND p.polroles = '{0}' AND p.shows = p.firm_text AND p.takes = p.firm_text)
UNION ALL
SELECT relname, 'second permissive policy widens access: ' || polname FROM policy
  WHERE polpermissive AND polname <> 'tenant'
UNION ALL
SELECT relname, 'policy text is not the canonical one: ' || polname FROM policy
  WHERE polpermissive AND (shows IS DISTINCT FROM firm_text OR takes IS DISTINCT FROM firm_text)
UNION ALL
SELECT relname, 'no restrictive policy on the administration' FROM r
  WHERE relkind IN ('r', 'p') AND forced AND relname <> ALL (%(firm_only)s) AND NOT EXISTS (
    SELECT FROM policy p WHERE p.polrelid = r.oid AND NOT p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}'
      AND p.shows = p.administration_text AND p.takes = CASE WHEN relname = ANY (%(takes_firm_rows)s)
        THEN left(p.administration_text, -1) || ' OR (administration_id IS NULL))' ELSE p.administration_text END)
UNION ALL
SELECT relname, 'firm-only table carries administration_id' FROM r WHERE relname = ANY (%(firm_only)s) AND has_adm
UNION ALL
SELECT relname, 'view without security_invoker' FROM r
  WHERE relkind = 'v' AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)
UNION ALL
SELECT relname, 'materialized view or foreign table: it cannot carry row level security' FROM r
  WHERE relkind IN ('m', 'f')
UNION ALL
SELECT relname, 'not owned by portal_owner but by ' || owner FROM r WHERE owner <> 'portal_owner'
UNION ALL
SELECT relname, 'granted to portal_app: ' || privilege
  FROM r, unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
  WHERE has_table_privilege('portal_app', oid, privilege)
UNION ALL
SELECT relname, 'granted to everybody' FROM r
  WHERE EXISTS (SELECT FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = r.oid AND a.grantee = 0)
UNION ALL
SELECT relname, 'only grows, yet portal_app may ' || privilege FROM r, unnest(ARRAY['UPDATE', 'DELETE']) AS privilege
  WHERE relname = ANY (%(append_only)s) AND has_table_privilege('portal_app', oid, privilege)
"""
)

FUNCTIONS_AND_ROLES = """
SELECT p.proname::text, 'SECURITY DEFINER function not on the list, not of portal_ops, or without a fixed search_path'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = 'public' AND p.prosecdef AND (
    p.proname <> ALL (%(over_the_wall)s) OR pg_get_userbyid(p.proowner) <> 'portal_ops'
    OR coalesce(array_to_string(p.proconfig, ','), '') NOT LIKE '%%search_path=public, pg_temp%%')
UNION ALL
SELECT p.proname::text, 'everybody may call this SECURITY DEFINER function'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = 'public' AND p.prosecdef AND (
    p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))
UNION ALL
SELECT rolname::text, 'the app role is above row level security' FROM pg_roles
  WHERE rolname = 'portal_app' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
    OR pg_has_role('portal_app', 'portal_owner', 'MEMBER') OR pg_has_role('portal_app', 'portal_ops', 'MEMBER'))
UNION ALL
SELECT nspname::text, 'schema the app role may create in' FROM pg_namespace
  WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> 'information_schema'
    AND has_schema_privilege('portal_app', oid, 'CREATE')
UNION ALL
SELECT nspname::text, 'schema nobody watches' FROM pg_namespace
  WHERE nspname NOT LIKE 'pg\\_%%' AND nspname NOT IN ('information_schema', 'public')
UNION ALL
SELECT c.relname::text, 'trigger switched off: ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE t.tgenabled = 'D'
UNION ALL
SELECT conrelid::regclass::text, 'constraint not validated: ' || conname FROM pg_constraint
  WHERE NOT convalidated AND connamespace = 'public'::regnamespace
"""

# A check of a foreign key looks over every wall, so a reference between two rows of tenants must carry the tenant.
REFERENCES = """
WITH tenant AS (
  SELECT a.attrelid AS oid, bool_or(a.attname = 'administration_id') AS has_adm
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE a.attname IN ('firm_id', 'administration_id') AND c.relkind = 'r'
    AND c.relnamespace = 'public'::regnamespace
  GROUP BY a.attrelid
), fk AS (
  SELECT k.conrelid, k.confrelid, k.conname,
    ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = ANY (k.conkey)) AS columns,
    one.has_adm AND other.has_adm AS by_administration
  FROM pg_constraint k
  JOIN tenant one ON one.oid = k.conrelid
  JOIN tenant other ON other.oid = k.confrelid
  WHERE k.contype = 'f'
)
SELECT conrelid::regclass::text, 'reference without its tenant in the key: ' || conname FROM fk
WHERE cardinality(columns) = 1 AND NOT EXISTS (
  SELECT FROM fk AS double
  WHERE double.conrelid = fk.conrelid AND double.confrelid = fk.confrelid
    AND double.columns @> fk.columns AND cardinality(double.columns) = 2
    AND (double.columns @> ARRAY['administration_id'] OR double.columns @> ARRAY['firm_id']))
"""


def findings(cursor: Any) -> list[tuple[str, str]]:
    """Ask all three questions; an empty list is what we want."""
    lists = {
        "no_tenant": list(NO_TENANT),
        "firm_only": list(FIRM_ONLY),
        "takes_firm_rows": list(TAKES_FIRM_ROWS),
        "over_the_wall": list(OVER_THE_WALL),
        "append_only": list(APPEND_ONLY),
    }
    found: list[tuple[str, str]] = []
    for question in (TABLES, FUNCTIONS_AND_ROLES, REFERENCES):
        cursor.execute(question, lists)
        found += cursor.fetchall()
    return sorted(found)
