"""Many hands at the bank: real threads, real connections, real commits."""

import pytest

from accounting.models import Entry
from accounting.queries.verify import verify as verify_ledger
from bankfeeds.actions.allocate import allocate_to_account, undo_allocation
from bankfeeds.models import Allocation, Import, Statement, StatementLine
from bankfeeds.queries.verify import verify
from bankfeeds.refusals import AlreadyUndone, LineBusy, LineChanged
from tests.bankfeeds.conftest import TODAY, coda, movement, statement

THREADS = 50


@pytest.fixture
def committed(real_db, bank):
    """The books, committed, so that other connections see them."""
    return bank


def in_order(bank):
    with bank.scope():
        assert verify(bank.administration) == []
        assert verify_ledger(bank.administration) == []


def test_two_at_once_with_the_same_file(committed, together):
    data = coda(statement(lines=[movement(number, "-1.00") for number in range(1, 51)]))

    def act(number):
        with committed.scope():
            report = committed.load(data, name=f"{number}.cod")
            return report.new, report.known, report.refused

    results = together(act, 8)
    assert sorted(results, reverse=True) == [(50, 0, [])] + [(0, 50, [])] * 7
    with committed.scope():
        assert StatementLine.objects.count() == 50
        assert Statement.objects.count() == 1
        assert Import.objects.count() == 8
        assert Entry.objects.filter(source_kind="bankfeeds.statement").count() == 1
    in_order(committed)


def test_fifty_on_one_line_and_one_winner(committed, together):
    with committed.scope():
        committed.load(coda())
        line, account = StatementLine.objects.get(), committed.cost()

    def act(number):
        with committed.scope():
            return allocate_to_account(line=line, version=1, account=account, by=committed.actor, on=TODAY).pk

    results = together(act, THREADS)
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == THREADS - 1
    assert {type(result) for result in refused} <= {LineChanged, LineBusy}
    with committed.scope():
        assert Allocation.objects.count() == 1
        assert StatementLine.objects.get().version == 2
    in_order(committed)


def test_twenty_undo_at_once(committed, together):
    with committed.scope():
        committed.load(coda())
        line = StatementLine.objects.get()
        done = allocate_to_account(line=line, version=1, account=committed.cost(), by=committed.actor, on=TODAY)

    def act(number):
        with committed.scope():
            return undo_allocation(allocation=done, by=committed.actor, on=TODAY).pk

    results = together(act, 20)
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 19
    assert {type(result) for result in refused} <= {AlreadyUndone, LineBusy}
    with committed.scope():
        assert StatementLine.objects.get().open_amount == StatementLine.objects.get().amount
    in_order(committed)


def test_imports_and_allocations_do_not_wait_in_a_circle(committed, together):
    """Six of each: as many as can queue within the lock's patience of 3 s on a slow machine. bench/ has the waiting."""
    with committed.scope():
        committed.load(coda(statement(1, lines=[movement(number, "-1.00") for number in range(1, 11)])))
        lines, account = list(StatementLine.objects.order_by("sequence")), committed.cost()

    def act(number):
        with committed.scope():
            if number % 2:
                old = "990.00" if number == 1 else "1.00"
                return committed.load(coda(statement(number + 1, old=old))).new
            line = lines[number // 2]
            allocation = allocate_to_account(line=line, version=1, account=account, by=committed.actor, on=TODAY)
            undo_allocation(allocation=allocation, by=committed.actor, on=TODAY)
            return 0

    results = together(act, 12)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sum(results) == 6
    in_order(committed)
