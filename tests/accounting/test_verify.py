"""verify() finds what the guards keep out: the guards are switched off, the rows are broken, the check must see it."""

from contextlib import closing
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from accounting.actions.clear import clear
from accounting.actions.post import reverse_entry
from accounting.drafts import GridDraft
from accounting.models import OpenItem
from accounting.queries.verify import verify
from tests.accounting.books import DAY, Books

BREAKS = {
    "balanced": "UPDATE accounting_entryline SET amount = amount + 1 WHERE id = '{line}'",
    "grids_whole": "UPDATE accounting_entryline SET grid_count = 7 WHERE id = '{line}'",
    "gapless": "UPDATE accounting_entry SET number = 40 WHERE id = '{entry}'",
    "series": "UPDATE accounting_numberseries SET last = last + 1",
    "period": "UPDATE accounting_entry SET booked_on = '2026-11-02' WHERE id = '{entry}'",
    "line_period": "UPDATE accounting_entryline SET day = '2026-11-02' WHERE id = '{line}'",
    "open_amount": "UPDATE accounting_openitem SET open_amount = amount",
    "item_is_line": "UPDATE accounting_openitem SET account_id = '{account}'",
    "clearing_fits": "UPDATE accounting_clearing SET amount = 90000",
    "reversal_mirrors": "UPDATE accounting_entryline SET account_id = '{account}' WHERE entry_id = '{reversal}'",
    "reversal_grids": "DELETE FROM accounting_grideffect g USING accounting_entryline l"
    " WHERE l.id = g.line_id AND l.entry_id = '{reversal}'",
    "grids_are_vat": "UPDATE accounting_grideffect SET amount = 2200 WHERE grid = '59' AND amount > 0",
    "own_rows": "UPDATE accounting_entryline SET account_id = '{foreign}' WHERE id = '{line}'",
    "fingerprint": "UPDATE accounting_entry SET description = 'Other words' WHERE id = '{entry}'",
}


@pytest.fixture
def facts(real_db, world):
    with world.scope(world.firm):
        other = Books(world.bakery).open()
        books = Books(world.newlogo).open()
        entry = books.post(
            books.line("612000", "100.00", grids=(GridDraft("82", Decimal("100.00")),)),
            books.line("411000", "21.00", grids=(GridDraft("59", Decimal("21.00")),)),
            books.line("580900", "-121.00"),
        )
        reversal = reverse_entry(entry=entry, by=books.by, on=DAY)
        books.purchase()
        line = books.payment("60.00").lines.get(position=1)
        clear(open_item=OpenItem.objects.get(), line=line, amount=Decimal("50.00"), by=books.by, on=DAY)
        assert verify(world.newlogo) == []
        return {
            "entry": entry.pk,
            "reversal": reversal.pk,
            "line": entry.lines.get(position=1).pk,
            "account": books.account("416100").pk,
            "foreign": other.account("612000").pk,
        }


TABLES = ("entry", "entryline", "grideffect", "openitem", "clearing", "numberseries")


@pytest.fixture
def break_books(facts, as_role):
    """Change the books behind the guards, as only somebody with the keys of the server could; None repairs them."""
    with closing(as_role("owner")) as handle, handle.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass, c.conname FROM pg_constraint c WHERE c.contype IN ('f', 'c')"
            " AND c.conrelid::regclass::text LIKE 'accounting_%'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        for table in TABLES:
            cursor.execute(f"ALTER TABLE accounting_{table} DISABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE accounting_{table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"CREATE TABLE kept_{table} AS TABLE accounting_{table}")

        def act(statement: str | None) -> None:
            for table in TABLES:
                cursor.execute(f"DELETE FROM accounting_{table}")
                cursor.execute(f"INSERT INTO accounting_{table} TABLE kept_{table}")
            if statement is not None:
                cursor.execute(statement.format(**facts))

        yield act


def test_every_invariant_is_seen_when_it_breaks(facts, world, break_books):
    for invariant, statement in BREAKS.items():
        break_books(statement)
        with world.scope(world.newlogo):
            found = verify(world.newlogo)
        assert invariant in {broken.invariant for broken in found}
        assert all(broken.sentence.endswith(".") for broken in found)
    break_books(None)
    with world.scope(world.newlogo):
        assert verify(world.newlogo) == []


def test_verify_books_says_each_administration_in_one_line(facts):
    out = StringIO()
    call_command("verify_books", stdout=out)
    lines = out.getvalue().splitlines()
    assert any("10001 Consultancy New Logo: 4 entries, 10 lines, 1 open items" in line for line in lines)
    assert lines[-1] == "✓ 4 administrations in order"


def test_verify_books_can_be_narrowed(facts, world):
    out, err = StringIO(), StringIO()
    call_command("verify_books", firm=world.firm.slug, administration="10001", stdout=out)
    assert len(out.getvalue().splitlines()) == 2
    with pytest.raises(SystemExit) as left:
        call_command("verify_books", administration="nobody", stderr=err)
    assert left.value.code == 1


def test_verify_books_stops_at_the_first_break(facts, break_books):
    break_books(BREAKS["series"])
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_books", stdout=StringIO(), stderr=err)
    assert left.value.code == 1
    assert "The number series of journal" in err.getvalue()
