"""The chain of the books on the log of the firm: the owner has it checked and reads what came of it."""

from contextlib import closing
from datetime import timedelta

import pytest

from accounting.actions.chain import check_chains, note_heads
from accounting.queries.chain import head_of, noted_heads
from portal.audit.models import Event
from portal.people.access import system_actor
from tests.accounting.books import DAY, Books


@pytest.fixture
def by(world):
    return system_actor(world.firm.pk)


@pytest.fixture
def kept(real_db, world):
    """Books with two entries, committed."""
    with world.scope(world.newlogo):
        books = Books(world.newlogo).open()
        books.simple("10.00")
        books.simple("20.00")


def _tamper(as_role, *statements):
    with closing(as_role("owner")) as handle, handle.cursor() as cursor:
        for table in ("entry", "entryline", "chainlink"):
            cursor.execute(f"ALTER TABLE accounting_{table} DISABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE accounting_{table} NO FORCE ROW LEVEL SECURITY")
        for statement in statements:
            cursor.execute(statement)


def test_a_head_is_noted_when_it_moved_and_only_then(kept, world, by, clock, caplog):
    caplog.set_level("INFO", logger="portal.tasks")
    with world.scope():
        assert note_heads(by=by, on=DAY) == 1
        noted = Event.objects.get(what="books.head_noted")
        assert noted.administration_id == world.newlogo.pk
        assert noted_heads() == {world.newlogo.pk: head_of(world.newlogo)}
    lines = [record.facts for record in caplog.records if record.message == "chain head"]
    assert [line["position"] for line in lines] == [2]
    clock.forward(days=1)
    with world.scope():
        assert note_heads(by=by, on=DAY + timedelta(days=1)) == 0
        assert Event.objects.filter(what="books.head_noted").count() == 1
    with world.scope(world.newlogo):
        Books(world.newlogo).simple("30.00")
    clock.forward(days=1)
    with world.scope():
        assert note_heads(by=by, on=DAY + timedelta(days=2)) == 1
        assert noted_heads()[world.newlogo.pk].position == 3


def test_a_chain_that_was_cut_short_is_reported_every_night_and_not_noted(kept, world, by, as_role, caplog):
    with world.scope():
        note_heads(by=by, on=DAY)
    last = "(SELECT id FROM accounting_chainlink ORDER BY position DESC LIMIT 1)"
    _tamper(
        as_role,
        f"DELETE FROM accounting_entryline WHERE entry_id = {last}",
        f"DELETE FROM accounting_entry WHERE id = {last}",
        f"DELETE FROM accounting_chainlink WHERE id = {last}",
    )
    for night in (1, 2):
        with world.scope():
            assert note_heads(by=by, on=DAY) == 0
            assert Event.objects.filter(what="books.chain_broken").count() == night
            assert noted_heads()[world.newlogo.pk].position == 2
    assert [record.levelname for record in caplog.records if record.message == "chain broken"] == ["ERROR"] * 2
    with world.scope():
        assert check_chains(by=by, on=DAY) == ["10001"]


def test_the_owner_has_the_chain_checked_and_reads_it(kept, world, by, as_role):
    els = world.client("els")
    address = f"/kantoor/{world.firm.slug}/log/"
    assert "Nog niemand heeft ze nagekeken." in els.get(address).content.decode()
    with world.scope():
        assert check_chains(by=by, on=DAY) == []
    page = els.get(address).content.decode()
    assert "2 boekingen en koppelingen van 3 klanten, alles zoals het geschreven werd" in " ".join(page.split())
    assert els.post(f"{address}chain/").status_code == 302
    _tamper(as_role, "UPDATE accounting_entry SET description = 'x'")
    with world.scope():
        assert check_chains(by=by, on=DAY) == ["10001"]
    page = els.get(address).content.decode()
    assert "de boeken van 10001 zijn niet meer wat ze waren" in " ".join(page.split())


def test_who_is_not_the_owner_cannot(kept, world):
    assert world.client("tom").post(f"/kantoor/{world.firm.slug}/log/chain/").status_code == 404
