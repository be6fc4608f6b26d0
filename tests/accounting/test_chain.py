"""The hash chain of the books: two programs write the same, nobody else writes in it, and every break is found."""

import hashlib
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import errors
from uuid_utils.compat import uuid7

from accounting import chain
from accounting.actions.clear import clear
from accounting.actions.post import post_entries, reverse_entry
from accounting.drafts import EntryDraft, GridDraft, LineDraft, OpenItemDraft, Source
from accounting.models import ChainLink, Entry, OpenItem
from accounting.queries.chain import Head, first_break, head_of, holds
from accounting.queries.verify import verify
from portal.kernel.clock import BRUSSELS
from portal.kernel.money import euros
from tests.accounting.books import DAY, Books

# what people type, and what nobody types: right to left, joined, astral, look-alikes of our own separators
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60) | st.sampled_from(
    ["|", "3:abc", "a|b\nline|1", "\u202e٠١٢", "👩‍👩‍👧‍👦", "e\u0301", "\x7f\x1f", "\u2028", "𝟙𝟚", "\ufeff"]
)
CENTS = st.integers(-(10**11), 10**11).filter(bool)


@pytest.fixture
def books(world):
    with world.scope(world.newlogo):
        yield Books(world.newlogo).open()


def links(administration):
    return list(ChainLink.objects.filter(administration=administration).order_by("position"))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    parts=st.lists(
        st.tuples(CENTS, TEXTS, TEXTS, st.dictionaries(st.sampled_from(["81", "82", "83"]), CENTS, max_size=3)),
        min_size=1,
        max_size=4,
    ),
    description=TEXTS,
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_the_database_and_python_write_the_same_chain(books, parts, description, day):
    """Whatever is in an entry: verify works out in Python what the trigger wrote in SQL."""
    amounts = [cents for cents, *_ in parts]
    lines = [
        LineDraft(
            books.account("440000"),
            euros(cents),
            description=said,
            grids=tuple(GridDraft(grid, euros(of)) for grid, of in grids.items()),
            open_item=OpenItemDraft(reference=reference, issued_on=day) if reference else None,
        )
        for cents, said, reference, grids in parts
    ]
    if total := sum(amounts):
        lines.append(books.line("580900", euros(-total)))
    else:
        lines += [books.line("580900", "1.00"), books.line("658000", "-1.00")]
    before = ChainLink.objects.count()
    books.post(*lines, day=day, description=description)
    connection.check_constraints()  # what the commit would do
    assert ChainLink.objects.count() == before + 1
    assert first_break(books.administration) is None


def test_the_text_is_the_one_in_the_manual():
    """Written out by hand, so that no change of the program goes unseen: old links must stay what they are."""
    one, two, three = (chain.UUID(int=number) for number in (1, 2, 3))
    entry = chain.Entry(
        id=one, administration=two, journal=three, fiscal_year=three, period=three, number=7, booked_on=DAY,
        source=one, reverses=None, posted_at=datetime(2026, 10, 14, 9, 30, 0, 5, tzinfo=BRUSSELS), line_count=2,
        actor=None, actor_kind="user", actor_name="Éls", source_kind="x", purpose="posting", fingerprint="ab",
        description="a|b",
        lines=(
            chain.Line(2, three, one, -12100, DAY, None, None, 0, "", "", item=chain.Item(
                one, one, None, -12100, DAY, None, "F-1", "")),
            chain.Line(1, two, one, 12100, DAY, three, DAY, 1, "P21S", "", grids=(chain.Grid(1, "82", 12100, DAY),)),
        ),
    )  # fmt: skip

    def number(last: int) -> str:
        return f"00000000-0000-0000-0000-{last:012}"

    told = (
        f"entry|1|{number(2)}|{number(1)}|{number(3)}|{number(3)}|{number(3)}|7|2026-10-14|{number(1)}||"
        "2026-10-14T07:30:00.000005Z|2||4:user|4:Éls|1:x|7:posting|2:ab|3:a|b\n"
        f"line|1|{number(2)}|{number(1)}|12100|2026-10-14|{number(3)}|2026-10-14|1|4:P21S|0:\n"
        "grid|1|12100|2026-10-14|2:82\n"
        f"line|2|{number(3)}|{number(1)}|-12100|2026-10-14|||0|0:|0:\n"
        f"item|{number(1)}|{number(1)}||-12100|2026-10-14||3:F-1|0:\n"
    )
    first = hashlib.sha256(bytes(32) + told.encode()).digest()
    assert chain.hash_after(chain.FIRST, 1, entry) == first
    clearing = chain.Clearing(one, two, three, one, 12100, DAY, None)
    told = f"clearing|2|{number(2)}|{number(1)}|{number(3)}|{number(1)}|12100|2026-10-14|\n"
    assert chain.joined([(1, entry), (2, clearing)]) == hashlib.sha256(first + told.encode()).digest()


def test_it_can_be_worked_out_without_the_portal():
    """No Django, no settings: a page of Python and the rows."""
    look = "import sys, accounting.chain; assert not any(name.startswith(('django', 'portal')) for name in sys.modules)"
    subprocess.run([sys.executable, "-c", look], check=True, env={"PYTHONPATH": "."})


def test_entries_of_a_batch_and_clearings_stand_in_the_order_they_came(books):
    drafts = [
        EntryDraft(
            books.journal(), DAY, [books.line("658000", "1.00"), books.line("580900", "-1.00")], f"{number}",
            Source("tests.source", uuid7()),
        )
        for number in range(5)
    ]  # fmt: skip
    batch = post_entries(administration=books.administration, drafts=drafts, by=books.by, on=DAY)
    invoice = books.purchase()
    payment = books.payment()
    clearing = clear(
        open_item=OpenItem.objects.get(), line=payment.lines.get(position=1), amount=Decimal("121.00"), by=books.by,
        on=DAY,
    )  # fmt: skip
    connection.check_constraints()
    found = links(books.administration)
    assert [one.position for one in found] == list(range(1, 9))
    assert [one.pk for one in found] == [*(one.pk for one in batch), invoice.pk, payment.pk, clearing.pk]
    assert {one.kind for one in found[:7]} == {"entry"}
    assert found[7].kind == "clearing"
    assert first_break(books.administration) is None


def test_fifty_threads_make_one_straight_chain(real_db, world, together):
    with world.scope(world.newlogo):
        opened = Books(world.newlogo).open()
        opened.purchase("500.00")
        item = OpenItem.objects.get()
        paying = [opened.payment("1.00").lines.get(position=1) for _ in range(10)]

    def act(number: int) -> None:
        with world.scope(world.newlogo):
            mine = Books(world.newlogo)
            if number % 5 == 0:
                clear(open_item=item, line=paying[number // 5], amount=Decimal("1.00"), by=mine.by, on=DAY)
            mine.simple(f"{number + 1}.00")
            if number % 7 == 3:
                raise KeyError(number)

    results = together(act, 50)
    lost = {number for number in range(50) if number % 7 == 3}
    assert {number for number, result in enumerate(results) if result is not None} == lost
    with world.scope(world.newlogo):
        found = links(world.newlogo)
        assert [one.position for one in found] == list(range(1, len(found) + 1))
        assert len(found) == 11 + (50 - len(lost)) + sum(number % 5 == 0 for number in range(50) if number not in lost)
        numbers = dict(Entry.objects.filter(journal=opened.journal()).values_list("pk", "number"))
        in_order = [numbers[one.pk] for one in found if one.pk in numbers]
        assert in_order == sorted(in_order)
        assert verify(world.newlogo) == []


@pytest.fixture
def sealed(real_db, world):
    """Books with five entries (one with grids, one with an item) and a clearing, committed."""
    with world.scope(world.firm):
        Books(world.bakery).open().simple()
    with world.scope(world.newlogo):
        kept = Books(world.newlogo).open()
        kept.simple("10.00")
        kept.post(
            kept.line("612000", "100.00", grids=(GridDraft("82", Decimal("100.00")),)), kept.line("580900", "-100")
        )
        entry = kept.purchase()
        line = kept.payment("60.00").lines.get(position=1)
        clear(open_item=OpenItem.objects.get(), line=line, amount=Decimal("50.00"), by=kept.by, on=DAY)
        reverse_entry(entry=kept.simple("20.00"), by=kept.by, on=DAY)
    with world.scope(world.newlogo):
        assert first_break(world.newlogo) is None
        assert len(links(world.newlogo)) == 7
        return {"place": {one.position: one.pk for one in links(world.newlogo)}, "entry": entry.pk}


@pytest.fixture
def tamper(sealed, as_role):
    """Change rows as somebody with the keys of the server: triggers and policies off."""
    with closing(as_role("owner")) as handle, handle.cursor() as cursor:
        cursor.execute("SELECT oid::regclass::text FROM pg_class WHERE relname LIKE 'accounting_%' AND relkind = 'r'")
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text LIKE 'accounting_%'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        yield lambda statement: cursor.execute(statement)


SWAP = (
    "UPDATE accounting_chainlink SET position = -position WHERE id IN ('{two}', '{three}');"
    "UPDATE accounting_chainlink SET position = CASE id WHEN '{two}' THEN 3 ELSE 2 END WHERE id IN ('{two}', '{three}')"
)
CHANGES = {
    "a line": ("UPDATE accounting_entryline SET amount = amount * 2 WHERE entry_id = '{two}'", "{two}"),
    "the words of a line": ("UPDATE accounting_entryline SET description = 'x' WHERE entry_id = '{two}'", "{two}"),
    "an entry": ("UPDATE accounting_entry SET posted_at = posted_at + interval '1 day' WHERE id = '{one}'", "{one}"),
    "who did it": ("UPDATE accounting_entry SET actor_name = 'Somebody' WHERE id = '{three}'", "{three}"),
    "a number": ("UPDATE accounting_entry SET number = 9 WHERE id = '{three}'", "{three}"),
    "a grid": ("UPDATE accounting_grideffect SET amount = 1", "{two}"),
    "an open item": ("UPDATE accounting_openitem SET reference = 'F-2'", "{three}"),
    "a new open item": (
        "INSERT INTO accounting_openitem SELECT '{one}', i.reference, i.structured_reference, i.issued_on, i.due_on,"
        " 500, 500, i.account_id, i.administration_id, i.firm_id, l.id, i.party_id FROM accounting_openitem i,"
        " accounting_entryline l WHERE l.entry_id = '{two}' AND l.position = 1", "{two}"),
    "a clearing": ("UPDATE accounting_clearing SET amount = 1", "{five}"),
    "the last entry": ("DELETE FROM accounting_entry WHERE id = '{last}'", "{last}"),
    "an entry and its link": (
        "DELETE FROM accounting_entry WHERE id = '{two}'; DELETE FROM accounting_chainlink WHERE id = '{two}'",
        "{three}"),
    "two places": (SWAP, "{three}"),
    "a hash": ("UPDATE accounting_chainlink SET hash = sha256('x') WHERE id = '{two}'", "{two}"),
    "the first link": ("DELETE FROM accounting_chainlink WHERE id = '{one}'", "{two}"),
    "the last link": ("DELETE FROM accounting_chainlink WHERE id = '{last}'", "{last}"),
    "a place before the first": ("UPDATE accounting_chainlink SET position = 0 WHERE id = '{last}'", "{last}"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_who_changes_the_books_behind_the_guards_is_found(sealed, tamper, world, what):
    place = sealed["place"]
    names = {"one": place[1], "two": place[2], "three": place[3], "five": place[5], "last": place[7]}
    statement, subject = CHANGES[what]
    tamper(statement.format(**names))
    with world.scope(world.newlogo):
        found = first_break(world.newlogo)
        assert found is not None
        assert found[0] == subject.format(**names)
        assert found[1].endswith(".")
        assert "chain" in {broken.invariant for broken in verify(world.newlogo)}
    with world.scope(world.bakery):
        assert first_break(world.bakery) is None


def test_a_link_in_the_chain_of_another_is_no_link(sealed, tamper, world):
    """The last entry, taken out of its own chain and put at the end of a neighbour's, hash and all."""
    last = sealed["place"][7]
    tamper(f"UPDATE accounting_chainlink SET administration_id = '{world.bakery.pk}', position = 2 WHERE id = '{last}'")
    for administration in (world.newlogo, world.bakery):
        with world.scope(administration):
            assert first_break(administration) is not None


def test_a_chain_cut_short_is_found_by_a_head_noted_before(sealed, tamper, world):
    """Whoever takes away the newest entries and their links leaves a chain that holds; the noted head does not."""
    with world.scope(world.newlogo):
        noted = head_of(world.newlogo)
        assert noted is not None
        assert holds(noted)
    last = sealed["place"][7]
    for table, column in (("entryline", "entry_id"), ("entry", "id"), ("chainlink", "id")):
        tamper(f"DELETE FROM accounting_{table} WHERE {column} = '{last}'")
    with world.scope(world.newlogo):
        assert first_break(world.newlogo) is None
        assert not holds(noted)


ROLES = ["default", "owner", "ops"]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_writes_in_the_chain_himself(sealed, as_role, world, role):
    head = str(sealed["place"][7])
    steps = [
        "INSERT INTO accounting_chainlink (id, firm_id, administration_id, position, kind, hash)"
        f" SELECT gen_random_uuid(), firm_id, administration_id, 8, 'entry', hash FROM accounting_chainlink"
        f" WHERE id = '{head}'",
        f"SELECT chain_append('{world.newlogo.pk}', '{world.firm.pk}', 'entry', ARRAY['{sealed['entry']}']::uuid[])",
        f"UPDATE accounting_chainlink SET hash = sha256('x') WHERE id = '{head}'",
        f"DELETE FROM accounting_chainlink WHERE id = '{head}'",
        "TRUNCATE accounting_chainlink",
    ]
    for step in steps:
        with closing(as_role(role)) as handle, handle.cursor() as cursor:
            handle.autocommit = False
            cursor.execute("SELECT set_config('app.firm_id', %s, true)", [str(world.firm.pk)])
            with pytest.raises((errors.CheckViolation, errors.InsufficientPrivilege)):
                cursor.execute(step)
            handle.rollback()


def test_another_firm_sees_no_chain(sealed, world, as_role):
    with closing(as_role("default")) as handle, handle.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounting_chainlink")
        assert cursor.fetchone() == (0,)


def test_verify_books_names_the_break_and_checks_a_noted_head(sealed, tamper, world):
    with world.scope(world.newlogo):
        noted = head_of(world.newlogo)
    out = StringIO()
    call_command("verify_books", head=[str(noted)], stdout=out)
    assert f"✓ {world.firm.slug} 10001: the head of place 7 is in the chain" in out.getvalue()
    other = Head(noted.administration_id, 6, noted.hash)
    err = StringIO()
    for wrong in (str(other), "10001:7:ab", "nobody:1:ab", "nonsense"):
        with pytest.raises(SystemExit):
            call_command("verify_books", head=[wrong], stdout=StringIO(), stderr=err)
    assert "The head of place 6 is not in the chain" in err.getvalue()
    tamper(f"UPDATE accounting_entry SET description = 'x' WHERE id = '{sealed['place'][2]}'")
    with pytest.raises(SystemExit):
        call_command("verify_books", stdout=StringIO(), stderr=err)
    assert f"({sealed['place'][2]})" in err.getvalue() or str(sealed["place"][2]) in err.getvalue()


def test_the_migration_chains_what_is_there_as_the_triggers_would_have(sealed, tamper, world):
    with world.scope(world.newlogo):
        before = [(one.position, one.pk, one.kind, bytes(one.hash)) for one in links(world.newlogo)]
    tamper("DELETE FROM accounting_chainlink")
    tamper(import_module("accounting.migrations.0006_hash_chain").BACKFILL)
    with world.scope(world.newlogo):
        assert [(one.position, one.pk, one.kind, bytes(one.hash)) for one in links(world.newlogo)] == before
    with world.scope(world.bakery):
        assert first_break(world.bakery) is None
