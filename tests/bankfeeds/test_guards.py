"""Each guard of the bank, proven by breaking it with plain SQL: as the app, as the owner, and above the policies."""

from contextlib import closing

import psycopg2
import pytest
from django.db import IntegrityError, connection

from bankfeeds.actions.allocate import allocate_to_account, undo_allocation
from bankfeeds.models import Allocation, Statement, StatementLine
from tests.bankfeeds.conftest import TODAY, coda, movement, statement

ROLES = ["default", "owner", "ops"]
LINE = "bankfeeds_statementline"


@pytest.fixture
def stage(real_db, bank):
    """Two lines, the first of them allocated in part."""
    with bank.scope():
        bank.load(coda(statement(lines=[movement(1), movement(2, "-100.00")])))
        bank.done = allocate_to_account(
            line=bank.line(sequence=2), version=1, account=bank.cost(), by=bank.actor, on=TODAY
        )
        bank.first, bank.second = StatementLine.objects.order_by("sequence")
    return bank


def attack(as_role, role, bank, *statements):
    """Run statements in one transaction of a role, in the scope of the books, and commit."""
    handle = as_role(role)
    handle.autocommit = False
    with closing(handle.cursor()) as cursor:
        try:
            firm = str(bank.administration.firm_id)
            cursor.execute("SELECT set_config('app.firm_id', %s, true)", [firm])
            for sql, *arguments in statements:
                cursor.execute(sql, arguments)
            touched = cursor.rowcount
            handle.commit()
            return touched
        except psycopg2.Error:
            handle.rollback()
            raise


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "change",
    [
        "amount = amount - 1",
        "booked_on = booked_on + 1",
        "counterparty_name = 'EVE'",
        "raw = ''",
        "sequence = 9",
        "communication = 'x'",
    ],
)
def test_what_the_bank_said_stays(stage, as_role, role, change):
    with pytest.raises(psycopg2.Error) as caught:
        attack(
            as_role,
            role,
            stage,
            (f"UPDATE {LINE} SET {change}, version = version + 1 WHERE id = %s", str(stage.first.pk)),
        )
    assert caught.value.pgcode in ("23514", "42501")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", [LINE, "bankfeeds_statement", "bankfeeds_allocation"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_is_deleted(stage, as_role, role, table, verb):
    with pytest.raises(psycopg2.Error) as caught:
        attack(as_role, role, stage, (verb.format(table),))
    assert caught.value.pgcode in ("23514", "42501")


@pytest.mark.parametrize("role", ["default", "ops"])
def test_an_open_amount_that_does_not_add_up_is_refused_at_commit(stage, as_role, role):
    change = f"UPDATE {LINE} SET open_amount = -100, version = version + 1 WHERE id = %s"
    with pytest.raises(psycopg2.errors.CheckViolation, match="open amount"):
        attack(as_role, role, stage, (change, str(stage.first.pk)))


def test_not_even_when_the_scope_is_dropped_before_the_commit(stage, as_role):
    change = f"UPDATE {LINE} SET open_amount = -100, version = version + 1 WHERE id = %s"
    drop = "SELECT set_config('app.firm_id', '', true)"
    with pytest.raises(psycopg2.errors.CheckViolation, match="open amount"):
        attack(as_role, "default", stage, (change, str(stage.first.pk)), (drop,))


def test_not_even_with_the_triggers_asked_to_look_away(stage, as_role):
    ignore = "SELECT set_config('pgtrigger.ignore', '{bankfeeds_statementline:adds_up,bankfeeds:adds_up}', true)"
    change = f"UPDATE {LINE} SET open_amount = -100, version = version + 1 WHERE id = %s"
    with pytest.raises(psycopg2.errors.CheckViolation, match="open amount"):
        attack(as_role, "default", stage, (ignore,), (change, str(stage.first.pk)))


def test_open_lies_between_zero_and_the_amount(stage, as_role):
    for open_amount in ("1", "-99999999"):
        change = f"UPDATE {LINE} SET open_amount = {open_amount}, version = version + 1 WHERE id = %s"
        with pytest.raises(psycopg2.errors.CheckViolation):
            attack(as_role, "default", stage, (change, str(stage.first.pk)))


def test_every_act_is_a_new_version(stage, as_role):
    for version in ("version", "version + 2", "version - 1"):
        with pytest.raises(psycopg2.errors.CheckViolation, match="version"):
            attack(
                as_role, "default", stage, (f"UPDATE {LINE} SET version = {version} WHERE id = %s", str(stage.first.pk))
            )


COPY = """
INSERT INTO bankfeeds_allocation (id, firm_id, administration_id, line_id, kind, amount, account_id, vat_code,
  description, created_at, actor_kind, actor_name, undone_by)
SELECT gen_random_uuid(), firm_id, administration_id, %s, kind, %s, account_id, '', '', now(), 'staff', 'Eve', ''
  FROM bankfeeds_allocation LIMIT 1
"""


def test_allocations_never_exceed_the_line(stage, as_role):
    with pytest.raises(psycopg2.errors.CheckViolation, match="open amount"):
        attack(as_role, "default", stage, (COPY, str(stage.first.pk), -20000))
    with pytest.raises(psycopg2.errors.CheckViolation, match="open amount"):
        attack(as_role, "default", stage, (COPY, str(stage.second.pk), -10000))


@pytest.mark.parametrize("change", ["amount = -1", "vat_code = 'X'", "undone_by = 'Eve', undone_at = now()"])
def test_an_allocation_does_not_change(stage, as_role, change):
    with pytest.raises(psycopg2.errors.CheckViolation):
        attack(as_role, "default", stage, (f"UPDATE bankfeeds_allocation SET {change}",))


def test_an_allocation_is_undone_once(stage, as_role):
    with stage.scope():
        undo_allocation(allocation=stage.done, by=stage.actor, on=TODAY)
    with pytest.raises(psycopg2.errors.CheckViolation):
        attack(as_role, "default", stage, ("UPDATE bankfeeds_allocation SET undone_at = NULL, undone_by = ''",))


@pytest.mark.parametrize("change", ["state = 'quarantined'", "number = '059'", "new_balance = 1", "content_hash = ''"])
def test_a_booked_statement_stays(stage, as_role, change):
    with pytest.raises(psycopg2.errors.CheckViolation):
        attack(as_role, "default", stage, (f"UPDATE bankfeeds_statement SET {change}",))


def test_a_new_line_starts_open(stage):
    with stage.scope(), pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {LINE} (id, firm_id, administration_id, statement_id, account_id, sequence, booked_on,"
            " amount, open_amount, counterparty_name, counterparty_iban, counterparty_bic, communication,"
            " structured_reference, transaction_code, bank_reference, raw, details, version)"
            " SELECT gen_random_uuid(), firm_id, administration_id, statement_id, account_id, 77, booked_on, amount, 0,"
            f" '', '', '', '', '', '', '', '', '[]', 1 FROM {LINE} LIMIT 1"
        )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "change",
    [
        "gen_random_uuid(), account_id, firm_id, administration_id",  # no statement at all
        "statement_id, (SELECT id FROM bankfeeds_bankaccount WHERE number = 'BE68539007547034'), firm_id,"
        " administration_id",  # another account of the same books
        "statement_id, account_id, firm_id, (SELECT id FROM tenancy_administration WHERE id <> administration_id"
        " AND firm_id = bankfeeds_statementline.firm_id LIMIT 1)",  # other books
    ],
)
def test_a_line_is_of_its_statement(stage, as_role, role, change):
    with stage.scope():
        stage.add_account("BE68539007547034")
    columns = (
        "counterparty_name, counterparty_iban, counterparty_bic, communication, structured_reference,"
        " transaction_code, bank_reference, raw, details, booked_on"
    )
    insert = (
        f"INSERT INTO {LINE} (id, statement_id, account_id, firm_id, administration_id, sequence, amount, open_amount,"
        f" version, {columns}) SELECT gen_random_uuid(), {change}, 77, 100, 100, 1, {columns} FROM {LINE} LIMIT 1"
    )
    with pytest.raises(psycopg2.errors.CheckViolation, match="not of its statement"):
        attack(as_role, role, stage, (insert,))


def test_one_statement_per_number(stage):
    with stage.scope(), pytest.raises(IntegrityError):
        twin = Statement.objects.get()
        twin.pk, twin.content_hash = None, "0" * 64
        twin.save(force_insert=True)


def test_another_administration_cannot_be_pointed_at(stage, as_role, world):
    move = f"UPDATE {LINE} SET administration_id = %s, version = version + 1 WHERE id = %s"
    with pytest.raises(psycopg2.Error):
        attack(as_role, "ops", stage, (move, str(world.bakery.pk), str(stage.first.pk)))


def test_the_untouched_stage_commits(stage, as_role):
    assert attack(as_role, "default", stage, (f"SELECT 1 FROM {LINE}",)) == 2
    assert Allocation.all_firms.count() == 0  # without a scope nothing is seen
