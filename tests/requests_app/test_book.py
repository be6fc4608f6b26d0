"""Boeken en volgende: papers, bank lines and the request, all or nothing, and all of it back again."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.actions.periods import lock_period
from accounting.models import Entry, OpenItem, Party
from accounting.queries.periods import period_of
from accounting.refusals import PeriodLocked
from bankfeeds.actions.allocate import allocate_to_account
from bankfeeds.models import Allocation
from bankfeeds.refusals import LineBusy, LineChanged
from invoicing.actions.purchases import book_purchase
from invoicing.models import PurchaseDocument, PurchaseState
from invoicing.refusals import Incomplete
from portal.outbox.models import OutgoingMail
from requests_app.actions.book import (
    DifferenceLeft,
    NothingToBook,
    NothingToUndo,
    book_and_close,
)
from requests_app.models import Closure, Message, RequestLine
from tests.bankfeeds.conftest import MARCH, TODAY
from tests.requests_app.at_the_desk import Desk

# ── Papers and lines ──


def test_one_paper_pays_one_line_and_the_question_is_closed(desk):
    (line,) = desk.bank_lines("-169.69")
    request = desk.asked(line)
    paper = desk.answered(request)
    done = desk.book([line], [paper], proposals={paper.pk: desk.proposal()})
    assert ([one.pk for one in done.purchases], [one.pk for one in done.closed]) == ([paper.pk], [request.pk])
    assert (done.left, desk.open(line), OpenItem.objects.get().open_amount) == (0, 0, 0)
    assert done.purchases[0].state == PurchaseState.BOOKED
    assert desk.state(request) == "closed"
    assert Closure.objects.get().outcome == "booked"
    assert OutgoingMail.objects.filter(kind="thanks").count() == 1


def test_a_line_nobody_asked_about(desk):
    (line,) = desk.bank_lines("-169.69")
    done = desk.book([line], [desk.proposed()])
    assert (done.closed, done.left) == ((), 0)
    assert not OutgoingMail.objects.exists()


def test_one_paper_pays_several_lines(desk):
    lines = desk.bank_lines("-100.00", "-69.69")
    done = desk.book(lines, [desk.proposed()])
    assert (done.left, [desk.open(line) for line in lines], OpenItem.objects.get().open_amount) == (0, [0, 0], 0)


def test_several_papers_pay_one_line(desk):
    (line,) = desk.bank_lines("-290.69")
    papers = [desk.proposed(), desk.proposed(desk.line("100.00", "21.00"), number="2", supplier="Een ander")]
    done = desk.book([line], papers)
    assert (done.left, desk.open(line)) == (0, 0)
    assert [item.open_amount for item in OpenItem.objects.all()] == [0, 0]
    assert Allocation.objects.count() == 2


def test_a_credit_note_is_paid_back(desk):
    (line,) = desk.bank_lines("121.00")
    done = desk.book([line], [desk.proposed(desk.line("100.00", "21.00"), kind="credit_note")])
    assert (done.left, OpenItem.objects.get().open_amount) == (0, 0)


def test_a_booked_paper_is_only_cleared(desk):
    (line,) = desk.bank_lines("-169.69")
    paper = desk.proposed()
    book_purchase(purchase=paper, by=desk.actor, on=TODAY)
    desk.book([line], [PurchaseDocument.objects.get(pk=paper.pk)])
    assert PurchaseDocument.objects.get().bookings == 1
    assert desk.open(line) == 0


def test_nothing_to_book(desk):
    (line,) = desk.bank_lines("-169.69")
    for lines, papers in (([], [desk.proposed()]), ([line], [])):
        with desk.untouched(), pytest.raises(NothingToBook):
            desk.book(lines, papers)


# ── Differences ──


def test_a_difference_is_refused_with_the_three_amounts(desk):
    (line,) = desk.bank_lines("-170.00")
    paper = desk.proposed()
    with desk.untouched(), pytest.raises(DifferenceLeft) as caught:
        desk.book([line], [paper])
    amounts = (caught.value.data[name] for name in ("papers", "bank", "difference"))
    assert tuple(amounts) == (Decimal("169.69"), Decimal("170.00"), Decimal("0.31"))


@pytest.mark.parametrize(("bank", "line_left", "item_left"), [("-170.00", "-0.31", "0"), ("-160.00", "0", "-9.69")])
def test_a_difference_that_is_meant_stays_open(desk, bank, line_left, item_left):
    (line,) = desk.bank_lines(bank)
    request = desk.asked(line)
    paper = desk.answered(request)
    done = desk.book([line], [paper], proposals={paper.pk: desk.proposal()}, accept_difference=True)
    assert (done.left, desk.open(line)) == (Decimal(line_left), Decimal(line_left))
    assert OpenItem.objects.get().open_amount == Decimal(item_left)
    assert desk.state(request) == ("answered" if Decimal(line_left) else "closed")


def test_a_paper_of_the_other_sign_clears_nothing(desk):
    (line,) = desk.bank_lines("-121.00")
    paper = desk.proposed(desk.line("100.00", "21.00"), kind="credit_note")
    with desk.untouched(), pytest.raises(DifferenceLeft):
        desk.book([line], [paper])


# ── Twins ──


def test_of_twins_one_is_booked_and_the_other_stays_to_be_handled(desk):
    first, second = desk.bank_lines("-169.69", "-169.69")
    request = desk.asked(first, second)
    assert RequestLine.objects.filter(request=request).count() == 2
    paper = desk.answered(request)
    done = desk.book([first], [paper], proposals={paper.pk: desk.proposal()})
    assert [one.pk for one in done.closed] == [request.pk]
    assert (desk.open(first), desk.open(second)) == (0, Decimal("-169.69"))
    assert desk.state(request) == "closed"
    note = Message.objects.get(event="twin_left")
    assert note.facts["lines"] == 1
    assert OutgoingMail.objects.filter(kind="thanks").count() == 1


def test_handling_the_second_twin_later_thanks_nobody_again(desk, clock):
    first, second = desk.bank_lines("-169.69", "-169.69")
    request = desk.asked(first, second)
    paper = desk.answered(request)
    desk.book([first], [paper], proposals={paper.pk: desk.proposal()})
    clock.forward(hours=1)
    other = desk.proposed(number="1815008", supplier=Party.objects.get())
    assert desk.book([second], [other]).closed == ()
    assert OutgoingMail.objects.filter(kind="thanks").count() == 1
    clock.forward(hours=1)
    desk.undo(second)
    assert (desk.state(request), desk.open(first), desk.open(second)) == ("closed", 0, Decimal("-169.69"))
    desk.undo(first)
    assert desk.state(request) == "answered"


# ── All or nothing ──


def test_a_stale_version_and_nothing_happened(desk, world):
    lines = desk.bank_lines("-100.00", "-69.69")
    request = desk.asked(lines[0])
    paper = desk.answered(request)
    stale = [(line, line.version) for line in lines]
    joke = world.actor("joke")
    allocate_to_account(line=lines[1], version=1, account=desk.cost(), amount=Decimal("-9.69"), by=joke, on=TODAY)
    with desk.untouched(), pytest.raises(LineChanged) as caught:
        book_and_close(lines=stale, purchases=[paper], proposals={paper.pk: desk.proposal()}, by=desk.actor, on=TODAY)
    assert caught.value.data["who"] == "Joke Willems"


def test_the_second_paper_is_incomplete_and_nothing_happened(desk):
    (line,) = desk.bank_lines("-290.69")
    papers = [desk.proposed(), desk.proposed(desk.line("100.00", "21.00", account=None), number="2", supplier="B")]
    with desk.untouched(), pytest.raises(Incomplete):
        desk.book([line], papers)


def test_a_locked_period_and_nothing_happened(desk):
    (line,) = desk.bank_lines("-169.69")
    request = desk.asked(line)
    paper = desk.answered(request)
    lock_period(period=period_of(MARCH, desk.administration), by=desk.actor, on=TODAY)
    with desk.untouched(), pytest.raises(PeriodLocked):
        desk.book([line], [paper], proposals={paper.pk: desk.proposal()})
    desk.book([line], [paper], proposals={paper.pk: desk.proposal(day=date(2026, 4, 2))})
    assert Allocation.objects.get().entry.booked_on == date(2026, 4, 1)


# ── Undo ──


def test_undo_restores_line_paper_and_request(desk):
    (line,) = desk.bank_lines("-169.69")
    request = desk.asked(line)
    paper = desk.answered(request)
    desk.book([line], [paper], proposals={paper.pk: desk.proposal()})
    assert [one.pk for one in desk.undo(line)] == [paper.pk]
    row = PurchaseDocument.objects.get()
    assert (row.state, row.entry, row.open_item, row.number) == (PurchaseState.PROPOSED, None, None, "1815007")
    assert desk.open(line) == Decimal("-169.69")
    assert desk.state(request) == "answered"
    assert RequestLine.objects.get(request=request).is_open
    desk.in_order()
    desk.book([line], [row])
    assert (desk.open(line), desk.state(request), PurchaseDocument.objects.get().bookings) == (0, "closed", 2)


def test_undo_of_several_papers(desk):
    (line,) = desk.bank_lines("-290.69")
    papers = [desk.proposed(), desk.proposed(desk.line("100.00", "21.00"), number="2", supplier="Een ander")]
    desk.book([line], papers)
    assert {one.pk for one in desk.undo(line)} == {one.pk for one in papers}
    assert not PurchaseDocument.objects.filter(state="booked").exists()


def test_a_paper_that_still_pays_another_line_stays_booked(desk):
    first, second = desk.bank_lines("-100.00", "-69.69")
    desk.book([first, second], [desk.proposed()])
    assert desk.undo(first) == ()
    assert PurchaseDocument.objects.get().state == PurchaseState.BOOKED
    assert (desk.open(first), desk.open(second)) == (Decimal("-100.00"), 0)
    desk.in_order()
    assert len(desk.undo(second)) == 1


def test_undo_in_a_locked_period_goes_to_the_next(desk):
    (line,) = desk.bank_lines("-169.69")
    desk.book([line], [desk.proposed()])
    lock_period(period=period_of(MARCH, desk.administration), by=desk.actor, on=TODAY)
    desk.undo(line)
    assert {entry.booked_on for entry in Entry.objects.filter(reverses__isnull=False)} == {date(2026, 4, 1)}


def test_nothing_to_undo(desk):
    (line,) = desk.bank_lines("-169.69")
    with desk.untouched(), pytest.raises(NothingToUndo):
        desk.undo(line)


# ── Two colleagues at once ──


def test_twenty_at_once_and_one_winner(real_db, world, clock, together):
    desk = Desk(world)
    with desk.scope():
        (line,) = desk.bank_lines("-169.69")
        request = desk.asked(line)
        paper = desk.answered(request)
        proposal = desk.proposal()

    def act(number):
        actor = world.actor(("els", "joke")[number % 2])
        with desk.scope():
            book_and_close(lines=[(line, 1)], purchases=[paper], proposals={paper.pk: proposal}, by=actor, on=TODAY)

    results = together(act, 20)
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 19
    assert {type(each) for each in refused} <= {LineChanged, LineBusy}
    with desk.scope():
        assert (Allocation.objects.count(), OpenItem.objects.count(), Party.objects.count()) == (1, 1, 1)
        assert (Closure.objects.count(), OutgoingMail.objects.filter(kind="thanks").count()) == (1, 1)
        desk.in_order()
