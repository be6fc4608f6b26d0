"""The catalogue finds nothing, and would find what is planted."""

import pytest
from django.apps import apps
from django.db import connection

from portal.tenancy.managers import FirmModel
from tests.tenancy.catalogue import APPEND_ONLY, FIRM_ONLY, NO_TENANT, OVER_THE_WALL, findings

NEW_TABLE = "CREATE TABLE planted (id uuid PRIMARY KEY, firm_id uuid, administration_id uuid)"
UNDER_POLICY = [
    NEW_TABLE,
    "ALTER TABLE planted ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE planted FORCE ROW LEVEL SECURITY",
    "CREATE POLICY tenant ON planted USING (firm_id = (SELECT app_firm())) WITH CHECK (firm_id = (SELECT app_firm()))",
]
PLANTS = {
    "a table": ([NEW_TABLE], "table without ENABLE and FORCE"),
    "a table without the second wall": (UNDER_POLICY, "no restrictive policy"),
    "a view": (["CREATE VIEW planted AS SELECT * FROM bankfeeds_statementline"], "view without security_invoker"),
    "a materialized view": (
        ["CREATE MATERIALIZED VIEW planted AS SELECT * FROM tenancy_firm WITH NO DATA"],
        "materialized view",
    ),
    "a second policy": (
        ["CREATE POLICY wide ON people_member FOR SELECT USING (true)"],
        "second permissive policy widens access: wide",
    ),
    "a policy that casts": (
        [
            "DROP POLICY tenant ON people_member",
            "CREATE POLICY tenant ON people_member USING (firm_id::text = (SELECT app_firm())::text)",
        ],
        "policy text is not the canonical one",
    ),
    "an unforced table": (["ALTER TABLE people_member NO FORCE ROW LEVEL SECURITY"], "table without ENABLE and FORCE"),
    "a function over the wall": (
        ["CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint'"],
        "SECURITY DEFINER function not on the list",
    ),
    "a grant": (["GRANT TRUNCATE ON people_member TO portal_app"], "granted to portal_app: TRUNCATE"),
    "a ledger that can be changed": (
        ["GRANT UPDATE ON accounting_entryline TO portal_app"],
        "only grows, yet portal_app may UPDATE",
    ),
    "a reference over the wall": (
        [
            "ALTER TABLE bankfeeds_statementline ADD COLUMN entry_id uuid REFERENCES accounting_entry",
        ],
        "reference without its tenant in the key",
    ),
    "a trigger switched off": (["ALTER TABLE audit_event DISABLE TRIGGER USER"], "trigger switched off"),
    "a schema": (["CREATE SCHEMA planted"], "schema nobody watches"),
}


@pytest.mark.django_db
def test_the_catalogue_finds_nothing():
    with connection.cursor() as cursor:
        assert findings(cursor) == []


@pytest.mark.parametrize("name", PLANTS)
def test_it_finds_what_is_planted(name, as_role):
    statements, expected = PLANTS[name]
    owner = as_role("owner")
    owner.autocommit = False  # planted, looked at, and pulled out again
    with owner.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        found = findings(cursor)
    owner.rollback()
    assert any(expected in what for _, what in found), found


@pytest.mark.django_db
def test_the_lists_name_only_what_exists():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        tables = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")
        functions = {row[0] for row in cursor.fetchall()}
    assert set(NO_TENANT) | set(FIRM_ONLY) | APPEND_ONLY <= tables
    assert functions == OVER_THE_WALL


def test_every_tenant_model_carries_its_tenant():
    for model in apps.get_models():
        if issubclass(model, FirmModel):
            assert not model._meta.get_field("firm").null, model
            columns = {field.column for field in model._meta.local_fields}
            assert (
                model._meta.db_table in FIRM_ONLY
                or "administration_id" in columns
                or (model._meta.db_table == "tenancy_administration")
            ), model


@pytest.mark.django_db
def test_portal_app_owns_nothing_and_cannot_truncate():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == ("portal_app", 0)
