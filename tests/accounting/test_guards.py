"""Each guard of the ledger, proven by breaking it with plain SQL, as the app and as those above it.

`default` is portal_app (under the policies, no UPDATE or DELETE on the ledger), `owner` owns the tables (policies are
forced), `ops` bypasses the policies. Nobody gets through.
"""

from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from django.db import connection
from psycopg2 import errors
from uuid_utils.compat import uuid7

from accounting.actions.clear import clear
from accounting.actions.periods import lock_period
from accounting.drafts import GridDraft
from accounting.models import Clearing, Entry, EntryLine, FiscalYear, GridEffect, OpenItem, Period
from accounting.queries.periods import period_of
from portal.kernel.clock import now
from tests.accounting.books import DAY, Books

ROLES = ["default", "owner", "ops"]
LEDGER = ["accounting_entry", "accounting_entryline", "accounting_grideffect", "accounting_clearing"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "ops"])


class Stage:
    """Books with one entry, one invoice and one payment in them, and makers of rows to attack with."""

    def __init__(self, books: Books, other: Books) -> None:
        self.books = books
        self.entry = books.post(
            books.line("612000", "100.00", vat_code="P21S", grids=(GridDraft("82", Decimal("100.00")),)),
            books.line("580900", "-100.00"),
        )
        self.entry_line = self.entry.lines.get(position=1)
        self.purchase = books.purchase()
        self.payment = books.payment("60.00")
        self.item = OpenItem.objects.get()
        self.paying_line, self.other_line = self.payment.lines.order_by("position")
        self.clearing = clear(open_item=self.item, line=self.paying_line, amount=Decimal("50.00"), by=books.by, on=DAY)
        self.cost, self.suspense = books.account("612000"), books.account("580900")
        self.journal = books.journal()
        self.period = period_of(DAY, books.administration)
        self.foreign_account = other.account("612000")
        self.owner = {"firm_id": books.administration.firm_id, "administration_id": books.administration.pk}

    def new_entry(self, **changes: Any) -> Entry:
        """A row like the next entry would have, but for the changes."""
        fields = {
            "actor_kind": "system", "actor_name": "Attack", "journal": self.journal, "period": self.period,
            "fiscal_year_id": self.period.fiscal_year_id, "number": 2, "booked_on": DAY, "description": "",
            "source_kind": "attack", "source_id": uuid7(), "purpose": "posting", "fingerprint": "0" * 64,
            "posted_at": now(), "line_count": 2,
        }  # fmt: skip
        return Entry(**{**self.owner, **fields, **changes})

    def new_line(self, entry: Entry, position: int, amount: str, **changes: Any) -> EntryLine:
        """A row like a line of the entry would have, but for the changes."""
        fields = {"account": self.cost, "day": DAY, "amount": Decimal(amount), "position": position}
        return EntryLine(entry=entry, **{**self.owner, **fields, **changes})

    def whole(self, **changes: Any) -> list[Any]:
        """An entry with two lines that would be right, but for the changes to the entry."""
        entry = self.new_entry(**changes)
        return [entry, self.new_line(entry, 1, "10.00"), self.new_line(entry, 2, "-10.00", account=self.suspense)]


@pytest.fixture
def stage(real_db, world):
    with world.scope(world.firm):
        other = Books(world.bakery).open()
        return Stage(Books(world.newlogo).open(2026, 2027), other)


@pytest.fixture
def attack(stage, as_role):
    """Run rows to insert and statements as a role, in one transaction, to the commit; return the error's class."""

    def run(role: str, *steps: Any, firm: Any = None) -> Any:
        with closing(as_role(role)) as handle:
            handle.autocommit = False
            cursor = handle.cursor()
            firm_id = str(firm or stage.books.administration.firm_id)
            cursor.execute("SELECT set_config('app.firm_id', %s, true)", [firm_id])
            try:
                for step in steps:
                    cursor.execute(step) if isinstance(step, str) else _insert(cursor, step)
                handle.commit()
            except psycopg2.Error as error:
                handle.rollback()
                return type(error)
            return None

    return run


@pytest.fixture
def refused(attack):
    """Run the same as every role and return the errors of all three; None is among them when one got through."""

    def run(*steps: Any) -> set[Any]:
        return {attack(role, *steps) for role in ROLES}

    return run


def _insert(cursor: Any, rows: Any) -> None:
    """Insert a row, or a list of rows of one table in one statement."""
    rows = rows if isinstance(rows, list) else [rows]
    fields = rows[0]._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    values = [str(value) if hasattr(value, "hex") and not isinstance(value, int | float) else value for value in values]
    every = ", ".join([f"({marks})"] * len(rows))
    cursor.execute(f'INSERT INTO "{rows[0]._meta.db_table}" ({columns}) VALUES {every}', values)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_right_gets_in(stage, attack, role):
    """The attacks below fail because of what is wrong with them, not because nothing gets in."""
    assert attack(role, *stage.whole()) is None


def test_an_entry_is_balanced_and_whole_at_commit(stage, attack, refused):
    entry = stage.new_entry()
    assert refused(entry) == {errors.CheckViolation}
    assert refused(entry, stage.new_line(entry, 1, "10.00")) == {errors.CheckViolation}
    uneven = [entry, stage.new_line(entry, 1, "10.00"), stage.new_line(entry, 2, "-9.99")]
    assert refused(*uneven) == {errors.CheckViolation}
    short = stage.new_entry(line_count=3)
    assert refused(short, stage.new_line(short, 1, "1.00"), stage.new_line(short, 2, "-1.00")) == {
        errors.CheckViolation
    }
    entry = stage.new_entry()
    one, two = stage.new_line(entry, 1, "1.00", grid_count=1), stage.new_line(entry, 2, "-1.00")
    assert refused(entry, one, two) == {errors.CheckViolation}
    grid = GridEffect(**stage.owner, line=one, position=1, grid="82", amount=Decimal("1.00"), vat_on=DAY)
    assert attack("default", entry, one, two, grid) is None


def test_one_check_closes_a_whole_batch(stage, attack, refused):
    first, *lines = stage.whole()
    second, *more = stage.whole(number=3, closed_by=first.pk)
    assert refused([first, second], *lines) == {errors.CheckViolation}  # the second has no lines
    assert refused([first, second], *lines, more[0]) == {errors.CheckViolation}
    uneven = stage.new_line(second, 2, "-9.99", account=stage.suspense)
    assert refused([first, second], [*lines, more[0], uneven]) == {errors.CheckViolation}
    gap = stage.whole(number=4, closed_by=first.pk)
    assert refused([first, gap[0]], [*lines, *gap[1:]]) == {errors.CheckViolation}
    turned = stage.whole(number=3, closed_by=first.pk, reverses=stage.entry)
    assert refused([first, turned[0]], [*lines, *turned[1:]]) == {errors.CheckViolation}
    assert refused([second, first], *more) == {errors.CheckViolation}  # the one that closes has no lines
    assert attack("default", [second, first], [*lines, *more]) is None


def test_who_leaves_the_check_to_another_comes_with_it(stage, attack, refused):
    """Each would be an entry that nobody looks at."""
    first, *lines = stage.whole()

    def alone(closer: Any) -> Any:
        return stage.new_entry(number=3, closed_by=closer)

    assert refused(first, *lines, alone(first.pk)) == {errors.CheckViolation}  # another statement
    assert refused(stage.new_entry(closed_by=stage.entry.pk)) == {errors.CheckViolation}  # posted long ago
    assert refused(stage.new_entry(closed_by=uuid7())) == {errors.CheckViolation}  # nobody
    own = stage.new_entry()
    own.closed_by = own.pk
    assert refused(own) == {errors.CheckViolation}
    one, two = stage.new_entry(), stage.new_entry(number=3)
    one.closed_by, two.closed_by = two.pk, one.pk
    assert refused([one, two]) == {errors.CheckViolation}  # each other
    chain = [first, alone(first.pk), stage.new_entry(number=4)]
    chain[2].closed_by = chain[1].pk
    assert refused(chain, *lines) == {errors.CheckViolation}  # through one that closes nothing
    aside = "SAVEPOINT a", [first], *lines, "ROLLBACK TO a"
    assert refused(*aside, alone(first.pk)) == {errors.CheckViolation}
    in_time = alone(first.pk)
    again = f"UPDATE accounting_entry SET closed_by = '{first.pk}' WHERE id = '{in_time.pk}'"
    in_time.closed_by = None
    assert attack("owner", [first, in_time], *lines, again) is errors.CheckViolation


def test_no_entry_hides_behind_one_of_other_books(stage, attack, world):
    with world.scope(world.firm):
        other = Books(world.bakery)
        period = period_of(DAY, world.bakery)
        theirs = stage.new_entry(
            administration_id=world.bakery.pk, journal=other.journal(), period=period, number=1,
            fiscal_year_id=period.fiscal_year_id,
        )  # fmt: skip
    first, *lines = stage.whole()
    theirs.closed_by = first.pk
    narrow = f"SELECT set_config('app.administration_ids', '{{{world.newlogo.pk}}}', true)"
    for role in ROLES:
        assert attack(role, [first, theirs], *lines, narrow) is errors.CheckViolation


def test_a_line_a_grid_and_an_item_stay_in_the_books_of_their_entry(stage, refused, world):
    elsewhere = {"administration_id": world.bakery.pk}
    entry = stage.new_entry()
    foreign = stage.new_line(entry, 1, "10.00", account=stage.foreign_account, **elsewhere)
    assert refused(entry, foreign) == {errors.CheckViolation}
    assert refused(stage.new_line(stage.new_entry(), 1, "10.00")) == {errors.CheckViolation}  # of no entry at all
    first, one, two = stage.whole()
    one.grid_count = 1
    fields = {"position": 1, "grid": "82", "amount": Decimal("1.00"), "vat_on": DAY}
    grid = GridEffect(**{**stage.owner, **elsewhere}, line=one, **fields)
    assert refused(first, one, two, grid) == {errors.CheckViolation}
    nowhere = GridEffect(**stage.owner, line_id=uuid7(), **fields)
    assert refused(nowhere) == {errors.CheckViolation}
    amount = stage.paying_line.amount
    item = OpenItem(
        **{**stage.owner, **elsewhere}, line=stage.paying_line, account=stage.foreign_account, issued_on=DAY,
        amount=amount, open_amount=amount,
    )  # fmt: skip
    assert refused(item) == {errors.CheckViolation}


def test_nothing_is_added_to_a_posted_entry(stage, refused):
    late = [stage.new_line(stage.entry, 3, "5.00"), stage.new_line(stage.entry, 4, "-5.00")]
    assert refused(*late) == {errors.CheckViolation}
    assert refused(stage.new_line(stage.entry, 1, "5.00")) == {errors.UniqueViolation}
    assert refused(stage.new_line(stage.entry, 0, "5.00")) == {errors.CheckViolation}
    late_grid = GridEffect(
        **stage.owner, line=stage.entry_line, position=2, grid="59", amount=Decimal("21.00"), vat_on=DAY
    )
    assert refused(late_grid) == {errors.CheckViolation}
    late_grid.position = 1
    assert refused(late_grid) == {errors.UniqueViolation}


def test_judging_early_leaves_no_room_for_more(stage, refused):
    whole = stage.whole()
    more = [stage.new_line(whole[0], 3, "7.00")]
    assert refused(*whole, "SET CONSTRAINTS ALL IMMEDIATE", *more) == {errors.CheckViolation}


def test_a_line_is_never_zero_and_stays_in_the_period(stage, refused):
    entry = stage.new_entry()
    assert refused(entry, stage.new_line(entry, 1, "0.00")) == {errors.CheckViolation}
    strange = stage.new_line(entry, 1, "10.00", day=date(2026, 11, 1))
    assert refused(entry, strange) == {errors.CheckViolation}


def test_a_locked_period_takes_nothing(stage, refused, world):
    with world.scope(world.firm):
        lock_period(period=stage.period, by=stage.books.by, on=DAY)
    assert refused(*stage.whole()) == {errors.CheckViolation}


def test_an_entry_lies_in_its_own_period_and_year(stage, refused, world):
    with world.scope(world.firm):
        next_year = FiscalYear.objects.get(code="2027", administration=world.newlogo)
    assert refused(*stage.whole(booked_on=date(2026, 11, 2))) == {errors.CheckViolation}
    assert refused(*stage.whole(fiscal_year_id=next_year.pk, number=1)) == {errors.CheckViolation}


def test_numbers_have_no_gap_and_no_twin(stage, refused):
    assert refused(*stage.whole(number=3)) == {errors.CheckViolation}
    assert refused(*stage.whole(number=0)) == {errors.CheckViolation}
    assert refused(*stage.whole(number=1)) == {errors.UniqueViolation}


def test_a_source_posts_once(stage, refused):
    twin = stage.whole(source_kind=stage.entry.source_kind, source_id=stage.entry.source_id)
    assert refused(*twin) == {errors.UniqueViolation}


def test_no_account_of_another_administration(stage, refused):
    entry = stage.new_entry()
    lines = [stage.new_line(entry, 1, "10.00", account=stage.foreign_account), stage.new_line(entry, 2, "-10.00")]
    assert refused(entry, *lines) == {errors.ForeignKeyViolation}


def test_a_reversal_mirrors(stage, refused):
    assert refused(*stage.whole(reverses=stage.entry)) == {errors.CheckViolation}


@pytest.mark.parametrize("role", ["owner", "ops"])
@pytest.mark.parametrize("table", LEDGER)
def test_the_ledger_only_grows(stage, attack, role, table):
    assert attack(role, f"UPDATE {table} SET firm_id = firm_id") is errors.CheckViolation
    assert attack(role, f"DELETE FROM {table}") is errors.CheckViolation
    refused = (errors.CheckViolation, errors.InsufficientPrivilege)  # ops may not even truncate
    assert attack(role, f"TRUNCATE {table} CASCADE") in refused


@pytest.mark.parametrize("table", LEDGER)
def test_the_app_may_not_even_ask(stage, attack, table):
    for statement in (f"UPDATE {table} SET firm_id = firm_id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        assert attack("default", statement) is errors.InsufficientPrivilege


def test_an_open_item_is_its_line_and_its_clearings(stage, refused):
    update = f"UPDATE accounting_openitem SET %s WHERE id = '{stage.item.pk}'"
    assert refused(update % "open_amount = 0") == {errors.CheckViolation}
    assert refused(update % "amount = -5000") == {errors.CheckViolation}
    assert refused(update % f"account_id = '{stage.cost.pk}'") == {errors.CheckViolation}
    assert refused("DELETE FROM accounting_openitem") == {errors.CheckViolation}
    item = OpenItem(
        **stage.owner, line=stage.paying_line, account_id=stage.item.account_id, issued_on=DAY,
        amount=Decimal("12.00"), open_amount=Decimal("12.00"),
    )  # fmt: skip
    assert refused(item) == {errors.CheckViolation}


def test_a_clearing_fits_both_sides(stage, attack, refused):
    def clearing(amount: str, **changes: Any) -> Clearing:
        fields = {"open_item": stage.item, "line": stage.paying_line, "cleared_on": DAY, "amount": Decimal(amount)}
        return Clearing(**stage.owner, **{**fields, **changes})

    open_left = "UPDATE accounting_openitem SET open_amount = open_amount + %s"
    assert refused(clearing("10.00")) == {errors.CheckViolation}  # the item does not know
    assert refused(clearing("10.01"), open_left % 1001) == {errors.CheckViolation}  # 50.00 of 60.00 is used
    assert refused(clearing("80.00"), open_left % 8000) == {errors.CheckViolation}  # 71.00 is open
    assert refused(clearing("5.00", line=stage.other_line), open_left % 500) == {errors.CheckViolation}
    wrong = clearing("-49.00", reverses=stage.clearing)
    assert refused(wrong, open_left % -4900) == {errors.CheckViolation}
    assert attack("default", clearing("10.00"), open_left % 1000) is None


def test_periods_and_years_stand_still(stage, attack, refused):
    move = f"UPDATE accounting_period SET last_day = last_day - 1 WHERE id = '{stage.period.pk}'"
    assert refused(move) == {errors.CheckViolation}
    assert refused("UPDATE accounting_fiscalyear SET last_day = last_day - 1") == {errors.CheckViolation}
    overlap = Period(
        **stage.owner, fiscal_year_id=stage.period.fiscal_year_id, code="2026-1x",
        first_day=date(2026, 10, 10), last_day=date(2026, 10, 20),
    )  # fmt: skip
    assert refused(overlap) == {errors.CheckViolation}
    lock = f"UPDATE accounting_period SET locked_at = now() WHERE id = '{stage.period.pk}'"
    assert attack("default", lock) is None


def test_no_setting_and_no_temporary_table_opens_a_guard(stage, attack, world, as_role):
    with world.scope(world.firm):
        lock_period(period=stage.period, by=stage.books.by, on=DAY)
    with closing(as_role("owner")) as handle, handle.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgrelid = 'accounting_entry'::regclass")
        names = cursor.fetchone()[0]
    assert attack("default", f"SET pgtrigger.ignore = '{names}'", *stage.whole()) is errors.CheckViolation
    shadow = (
        "CREATE TEMPORARY TABLE accounting_period (LIKE public.accounting_period)",
        "INSERT INTO accounting_period SELECT * FROM public.accounting_period",
        "UPDATE accounting_period SET locked_at = NULL",
    )
    assert attack("default", *shadow, *stage.whole()) is errors.CheckViolation


def test_leaving_the_scope_before_the_commit_hides_nothing(stage, attack, world):
    entry = stage.new_entry()
    rows = [entry, stage.new_line(entry, 1, "10.00"), stage.new_line(entry, 2, "-9.00")]
    gone = "SELECT set_config('app.firm_id', '%s', true)"
    assert attack("default", *rows, gone % "") is errors.CheckViolation
    assert attack("default", *rows, gone % world.other_firm.pk) is errors.CheckViolation
    assert attack("default", *stage.whole(), firm=world.other_firm.pk) in (
        errors.InsufficientPrivilege,  # row-level security
        errors.CheckViolation,
    )
