"""Many hands in one ledger: real threads, real connections, real commits."""

import random
from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest
from uuid_utils.compat import uuid7

from accounting.actions.clear import clear
from accounting.actions.periods import lock_period
from accounting.models import Clearing, Entry, NumberSeries, OpenItem
from accounting.queries.periods import period_of
from accounting.queries.verify import verify
from accounting.refusals import BooksBusy, ItemAlreadyCleared, PeriodLocked
from tests.accounting.books import DAY, Books

THREADS = 50


class Rollback(Exception):
    """Thrown to take a posting back before its commit."""


def test_fifty_threads_number_without_a_gap_though_a_fifth_rolls_back(real_db, world, together):
    with world.scope(world.newlogo):
        Books(world.newlogo).open()
    chance = random.Random(2026)
    rolls_back = [chance.random() < 0.2 for _ in range(THREADS)]

    def act(number: int) -> str:
        with world.scope(world.newlogo):
            Books(world.newlogo).simple(f"{number + 1}.00")
            if rolls_back[number]:
                raise Rollback
        return "posted"

    results = together(act, THREADS)
    posted = rolls_back.count(False)
    assert results.count("posted") == posted
    assert sum(isinstance(result, Rollback) for result in results) == THREADS - posted
    with world.scope(world.newlogo):
        assert sorted(Entry.objects.values_list("number", flat=True)) == list(range(1, posted + 1))
        assert NumberSeries.objects.get().last == posted
        assert verify(world.newlogo) == []


def test_the_same_source_from_twenty_threads_is_one_entry(real_db, world, together):
    source = uuid7()
    with world.scope(world.newlogo):
        Books(world.newlogo).open()

    def act(number: int) -> object:
        with world.scope(world.newlogo):
            return Books(world.newlogo).simple(source=source).pk

    results = together(act, 20)
    assert len(set(results)) == 1
    with world.scope(world.newlogo):
        assert Entry.objects.get().number == NumberSeries.objects.get().last == 1


def test_locking_a_period_and_posting_in_it_never_both_win_late(real_db, world, together):
    with world.scope(world.newlogo):
        books = Books(world.newlogo).open()
        period = period_of(DAY)

    def act(number: int) -> str:
        with world.scope(world.newlogo):
            if number == THREADS // 2:
                lock_period(period=period, by=books.by, on=DAY)
                return "locked"
            Books(world.newlogo).simple()
        return "posted"

    results = together(act, THREADS)
    assert results.count("locked") == 1
    refused = [result for result in results if isinstance(result, PeriodLocked)]
    assert len(refused) + results.count("posted") == THREADS - 1
    with world.scope(world.newlogo):
        locked_at = period_of(DAY).locked_at
        entries = Entry.objects.all()
        assert entries.count() == results.count("posted")
        assert locked_at is not None
        assert sorted(entries.values_list("number", flat=True)) == list(range(1, len(entries) + 1))
        assert verify(world.newlogo) == []


def test_fifty_threads_clear_one_item_and_one_wins(real_db, world, together):
    with world.scope(world.newlogo):
        books = Books(world.newlogo).open()
        books.purchase("121.00")
        item = OpenItem.objects.get()
        lines = [books.payment("121.00").lines.get(position=1) for _ in range(THREADS)]

    def act(number: int) -> str:
        with world.scope(world.newlogo):
            clear(open_item=item, line=lines[number], amount=Decimal("121.00"), by=books.by, on=DAY)
        return "cleared"

    results = together(act, THREADS)
    assert results.count("cleared") == 1
    assert sum(isinstance(result, ItemAlreadyCleared) for result in results) == THREADS - 1
    with world.scope(world.newlogo):
        assert Clearing.objects.count() == 1
        assert OpenItem.objects.get().open_amount == 0
        assert verify(world.newlogo) == []


def test_who_waits_too_long_is_told_and_nothing_breaks(real_db, world, as_role):
    with world.scope(world.newlogo):
        books = Books(world.newlogo).open()
    with closing(as_role("owner")) as owner, owner.cursor() as cursor:
        cursor.execute("ALTER FUNCTION hold_books(uuid) SET lock_timeout = '100ms'")
    holder = as_role("ops")
    holder.autocommit = False
    with closing(holder), holder.cursor() as cursor:
        cursor.execute("SELECT hold_books(%s)", [str(world.newlogo.pk)])
        with world.scope(world.newlogo):
            with pytest.raises(BooksBusy):
                books.simple()
            with pytest.raises(BooksBusy):
                lock_period(period=period_of(DAY), by=books.by, on=DAY)
        holder.rollback()
    with world.scope(world.newlogo):
        assert books.simple().number == 1


def test_two_administrations_do_not_wait_for_each_other(real_db, world, together):
    with world.scope(world.firm):
        Books(world.newlogo).open()
        Books(world.bakery).open()

    def act(number: int) -> int:
        administration = (world.newlogo, world.bakery)[number % 2]
        with world.scope(administration):
            return Books(administration).simple(day=date(2026, 1 + number % 12, 3)).number

    results = together(act, 24)
    assert sorted(results) == sorted([*range(1, 13), *range(1, 13)])
