"""The three roles, on the real server: who may do what in a prepared database."""

import os
import uuid

import psycopg2
import pytest

from portal.runner.console import Stop
from portal.runner.database import (
    OPS,
    OWNER,
    VARIABLES,
    Address,
    addresses,
    ask,
    drop_database,
    prepare_database,
    run_sql,
)


@pytest.fixture
def prepared():
    """A new database and its addresses by variable name."""
    admin = Address.parse(os.environ["ADMIN_DATABASE_URL"])
    passwords = {role: Address.parse(os.environ[name]).password for role, name in VARIABLES.items()}
    name = f"roles_{uuid.uuid4().hex[:12]}"
    assert prepare_database(admin, name) is True
    yield (
        admin,
        {key: Address.parse(url) for key, url in addresses(admin, name, passwords).items()}
        | {
            "name": name,
        },
    )
    drop_database(admin, name)


def test_only_the_owner_makes_tables_and_the_others_get_their_rights(prepared) -> None:
    _, at = prepared
    run_sql(at["OWNER_DATABASE_URL"], "CREATE TABLE paper (id bigserial, firm text)")
    run_sql(at["DATABASE_URL"], "INSERT INTO paper (firm) VALUES ('a'); UPDATE paper SET firm = 'b'")
    assert ask(at["OPS_DATABASE_URL"], "SELECT firm FROM paper") == "b"
    for forbidden in (
        "CREATE TABLE mine (id int)",
        "TRUNCATE paper",
        "DROP TABLE paper",
        "ALTER TABLE paper ADD x int",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            run_sql(at["DATABASE_URL"], forbidden)


def test_policies_bind_the_app_and_the_owner_but_not_ops(prepared) -> None:
    _, at = prepared
    run_sql(
        at["OWNER_DATABASE_URL"],
        "CREATE TABLE paper (firm text); INSERT INTO paper VALUES ('a');"
        "ALTER TABLE paper ENABLE ROW LEVEL SECURITY; ALTER TABLE paper FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY tenant ON paper USING (firm = current_setting('app.firm', true))",
    )
    count = "SELECT count(*) FROM paper"
    assert [ask(at[name], count) for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "OPS_DATABASE_URL")] == [0, 0, 1]


def test_the_owner_may_hand_a_function_to_ops(prepared) -> None:
    _, at = prepared
    run_sql(
        at["OWNER_DATABASE_URL"],
        "CREATE FUNCTION whose() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog "
        f"AS 'SELECT current_user::text'; ALTER FUNCTION whose() OWNER TO {OPS}",
    )
    assert ask(at["DATABASE_URL"], "SELECT whose()") == OPS


def test_the_app_gives_up_on_locks_and_slow_questions(prepared) -> None:
    _, at = prepared
    assert ask(at["DATABASE_URL"], "SHOW lock_timeout") == "3s"
    assert ask(at["DATABASE_URL"], "SHOW statement_timeout") == "10s"
    assert ask(at["DATABASE_URL"], "SHOW idle_in_transaction_session_timeout") == "15s"


def test_preparing_again_changes_nothing(prepared) -> None:
    admin, at = prepared
    run_sql(at["OWNER_DATABASE_URL"], "CREATE TABLE paper (id int)")
    assert prepare_database(admin, at["name"]) is False
    assert ask(admin.on(at["name"]), "SELECT tableowner FROM pg_tables WHERE tablename = 'paper'") == OWNER


def test_no_password_opens_nothing(prepared) -> None:
    _, at = prepared
    with pytest.raises(psycopg2.OperationalError):
        ask(at["DATABASE_URL"].as_role("portal_app", "wrong"), "SELECT 1")


def test_addresses_survive_a_round_trip() -> None:
    url = "postgresql://portal_app:a%40b%2Fc@db.example:5433/samen"
    address = Address.parse(url)
    assert (address.password, address.port, address.url()) == ("a@b/c", 5433, url)


@pytest.mark.parametrize("url", ["sqlite:///x", "postgresql://host", "nonsense"])
def test_other_addresses_are_refused_with_an_example(url: str) -> None:
    with pytest.raises(Stop, match="not a Postgres address"):
        Address.parse(url)
