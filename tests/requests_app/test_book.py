"""Boeken en volgende: papers, bank lines and the request, all or nothing, and all of it back again."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest

from accounting.actions.periods import lock_period
from accounting.models import Clearing, Entry, OpenItem, Party, PartyIban, Period
from accounting.queries.chart import account_by_role
from accounting.queries.periods import period_of
from accounting.refusals import NoOpenPeriod, PeriodLocked
from bankfeeds.actions.allocate import allocate_to_account, net_parts, undo_allocation
from bankfeeds.models import Allocation, StatementLine
from bankfeeds.queries.posting import moved_entry
from bankfeeds.refusals import LineBusy, LineChanged, MatchedTogether, NothingLeft, PartyNeeded
from invoicing.actions.purchases import book_purchase
from invoicing.drafts import NewSupplier
from invoicing.models import PurchaseDocument, PurchaseState
from invoicing.refusals import Incomplete
from portal.audit.models import Event
from portal.outbox.models import OutgoingMail
from requests_app.actions.answer import answer_with_document
from requests_app.actions.ask import ask
from requests_app.actions.book import (
    DifferenceLeft,
    NothingToBook,
    NothingToUndo,
    allocate_and_close,
    book_and_close,
    undo_booking,
)
from requests_app.actions.close import close_request
from requests_app.models import Closure, Message, Request, RequestLine
from requests_app.state import state_of
from tests.bankfeeds.conftest import MARCH, TODAY, coda, movement, statement
from tests.invoicing.papers import Papers
from tests.requests_app.conftest import SOFIE

OTHER_DAY = date(2026, 3, 10)


class Desk(Papers):
    """Papers, bank lines, and the client who is asked."""

    def bank_lines(self, *amounts, text="FACTUUR 1815007"):
        lines = [movement(place, amount, text=text) for place, amount in enumerate(amounts, 1)]
        self.load(coda(statement(lines=lines)))
        return list(StatementLine.objects.order_by("sequence"))

    def asked(self, *lines):
        """Ask Sofie; twins become one request."""
        made = ask(administration=self.administration, lines=lines, recipient=SOFIE, by=self.actor, on=TODAY)
        return made[0]

    def answered(self, request):
        """Sofie sends the invoice of 169.69."""
        document = self.uploaded().document
        sofie = self.world.actor("sofie")
        answer_with_document(request=request, documents=[document], by=sofie, on=TODAY)
        return PurchaseDocument.objects.get(document=document)

    def book(self, lines, purchases, **more):
        fresh = [StatementLine.objects.get(pk=line.pk) for line in lines]
        pairs = [(line, line.version) for line in fresh]
        return book_and_close(lines=pairs, purchases=purchases, by=self.actor, on=TODAY, **more)

    def undo(self, line):
        return undo_booking(line=line, by=self.actor, on=TODAY)

    def open(self, line):
        return StatementLine.objects.get(pk=line.pk).open_amount

    def state(self, request):
        return state_of(Request.objects.get(pk=request.pk), TODAY).code

    def rows(self):
        """What may not change when something is refused."""
        models = (Entry, OpenItem, Clearing, Allocation, Closure, Message, Event, OutgoingMail, Party)
        lines = [(line.open_amount, line.version) for line in StatementLine.objects.order_by("pk")]
        papers = list(PurchaseDocument.objects.order_by("pk").values_list("state", "bookings", "number", "supplier"))
        return [model.objects.count() for model in models], lines, papers

    @contextmanager
    def untouched(self):
        """Nothing may have happened, and everything still holds."""
        before = self.rows()
        yield
        assert self.rows() == before
        self.in_order()


@pytest.fixture
def desk(world, clock):
    found = Desk(world)
    with found.scope():
        yield found
        found.in_order()


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


# ── Straight to an account ──


def test_allocating_all_of_a_line_closes_its_question(desk):
    (line,) = desk.bank_lines("-169.69")
    request = desk.asked(line)
    account = desk.cost()
    part = Decimal("-100.00")
    allocate_and_close(line=line, version=1, account=account, amount=part, by=desk.actor, on=TODAY)
    assert desk.state(request) == "asked"
    allocate_and_close(line=line, version=2, account=account, by=desk.actor, on=TODAY)
    assert desk.state(request) == "closed"
    with pytest.raises(NothingToBook):
        allocate_and_close(line=line, version=3, by=desk.actor, on=TODAY)
    desk.undo(line)
    assert (desk.state(request), desk.open(line)) == ("asked", Decimal("-169.69"))


def test_matching_an_open_item_closes_the_question(desk):
    (line,) = desk.bank_lines("-169.69")
    request = desk.asked(line)
    allocate_and_close(line=line, version=1, open_items=[desk.invoice()], by=desk.actor, on=TODAY)
    assert desk.state(request) == "closed"


# ── Straight to an account or an item: what must not go through ──


def test_allocating_in_a_locked_month_moves_and_still_closes(desk):
    (line,) = desk.bank_lines("-169.69")
    request = desk.asked(line)
    lock_period(period=period_of(MARCH, desk.administration), by=desk.actor, on=TODAY)
    (given,) = allocate_and_close(line=line, version=1, account=desk.cost(), by=desk.actor, on=TODAY)
    assert (given.entry.booked_on, moved_entry(line)) == (date(2026, 4, 1), date(2026, 4, 1))
    assert desk.state(request) == "closed"


def test_no_open_month_at_all_and_nothing_happened(desk):
    (line,) = desk.bank_lines("-169.69")
    desk.asked(line)
    for period in Period.objects.filter(administration=desk.administration):
        lock_period(period=period, by=desk.actor, on=TODAY)
    with desk.untouched(), pytest.raises(NoOpenPeriod):
        allocate_and_close(line=line, version=1, account=desk.cost(), by=desk.actor, on=TODAY)


def test_the_question_of_another_line_stays_open(desk):
    first, second = desk.bank_lines("-169.69", "-50.00")
    mine, other = desk.asked(first), desk.asked(second)
    allocate_and_close(line=first, version=1, account=desk.cost(), by=desk.actor, on=TODAY)
    assert (desk.state(mine), desk.state(other)) == ("closed", "asked")
    assert Closure.objects.get().request_id == mine.pk


def test_a_question_that_is_closed_already_is_not_closed_again(desk):
    (line,) = desk.bank_lines("-169.69")
    request = desk.asked(line)
    close_request(request=request, outcome="not_needed", by=desk.actor, on=TODAY)
    allocate_and_close(line=line, version=1, account=desk.cost(), by=desk.actor, on=TODAY)
    assert Closure.objects.get().outcome == "not_needed"
    desk.undo(line)
    assert desk.state(request) == "closed"  # the undo gives back what it took, no more


def test_allocating_twice_the_second_is_told(desk):
    (line,) = desk.bank_lines("-169.69")
    request = desk.asked(line)
    allocate_and_close(line=line, version=1, account=desk.cost(), by=desk.actor, on=TODAY)
    for version, told in ((1, LineChanged), (2, NothingLeft)):
        with desk.untouched(), pytest.raises(told):
            allocate_and_close(line=line, version=version, account=desk.cost(), by=desk.actor, on=TODAY)
    assert desk.state(request) == "closed"


def test_a_debt_needs_to_know_whose_and_makes_the_party_when_it_is_new(desk):
    (line,) = desk.bank_lines("-169.69")
    payable = account_by_role(desk.administration, "payable")
    with desk.untouched(), pytest.raises(PartyNeeded):
        allocate_and_close(line=line, version=1, account=payable, by=desk.actor, on=TODAY)
    with desk.untouched(), pytest.raises(LineChanged):
        stale = {"account": payable, "party": NewSupplier("Exact Software"), "by": desk.actor, "on": TODAY}
        allocate_and_close(line=line, version=7, **stale)
    new = {"account": payable, "party": NewSupplier("Exact Software"), "by": desk.actor, "on": TODAY}
    (given,) = allocate_and_close(line=line, version=1, **new)
    assert (given.party.name, given.party.kind) == ("Exact Software", "supplier")
    assert OpenItem.objects.get().party == given.party


# ── Invoices and credit notes together ──


def test_an_invoice_less_a_credit_note_is_one_payment(desk):
    (line,) = desk.bank_lines("-100.00")
    request = desk.asked(line)
    invoice, credit = desk.invoice("150.00", "F-1"), desk.invoice("-50.00", "CN-1")
    assert credit.open_amount == Decimal("50.00")
    given = allocate_and_close(line=line, version=1, open_items=[credit, invoice], by=desk.actor, on=TODAY)
    assert [one.amount for one in given] == [Decimal("50.00"), Decimal("-150.00")]
    assert [item.open_amount for item in OpenItem.objects.all()] == [0, 0]
    assert (desk.open(line), desk.state(request)) == (0, "closed")
    desk.in_order()
    with pytest.raises(MatchedTogether):
        undo_allocation(allocation=given[1], by=desk.actor, on=TODAY)
    desk.undo(line)
    assert (desk.open(line), desk.state(request)) == (Decimal("-100.00"), "asked")
    assert sorted(item.open_amount for item in OpenItem.objects.all()) == [Decimal("-150.00"), Decimal("50.00")]


def test_papers_of_both_signs_clear_each_other(desk):
    (line,) = desk.bank_lines("-48.69")
    papers = [desk.proposed(), desk.proposed(desk.line("100.00", "21.00"), kind="credit_note", number="CN-2")]
    done = desk.book([line], papers)
    assert (done.left, [item.open_amount for item in OpenItem.objects.all()]) == (0, [0, 0])
    assert {one.pk for one in desk.undo(line)} == {one.pk for one in papers}
    assert desk.open(line) == Decimal("-48.69")


@pytest.mark.parametrize(
    ("line", "items", "parts"),
    [
        ("-100", ["-150", "50"], ["-150", "50"]),
        ("-100", ["-120", "50"], ["-120", "20"]),  # of the credit note no more than is needed
        ("-100", ["-60", "50"], ["-60", "0"]),
        ("-100", ["-500", "50"], ["-150", "50"]),
        ("-100", ["-80", "-80", "60"], ["-80", "-80", "60"]),
        ("-100", ["50"], ["0"]),
        ("40", ["100", "-60"], ["100", "-60"]),
    ],
)
def test_how_much_of_each_item_a_line_takes(line, items, parts):
    found = net_parts(Decimal(line), [Decimal(item) for item in items])
    assert found == [Decimal(part) for part in parts]
    assert abs(sum(found)) <= abs(Decimal(line))


# ── Undo ──


def test_undo_forgets_what_only_that_booking_taught(desk):
    lines = desk.bank_lines("-169.69", "-169.69", text="")
    first, second = desk.proposed(), None
    desk.book([lines[0]], [first])
    party = Party.objects.get()
    assert (party.default_account.code, party.default_vat_code) == ("612000", "P21S")
    second = desk.proposed(desk.line(account="613000", code="P21S"), number="2", supplier=party)
    desk.book([lines[1]], [second])
    party.refresh_from_db()
    assert party.default_account.code == "613000"
    desk.undo(lines[1])
    party.refresh_from_db()
    assert party.default_account.code == "612000"  # as the booking that stands says
    desk.undo(lines[0])
    party.refresh_from_db()
    assert (party.default_account, party.default_vat_code) == (None, "")


def test_undo_forgets_an_account_number_nothing_else_has_shown(desk):
    iban = "BE68539007547034"
    movements = [movement(1, "-169.69", iban=iban), movement(2, "-121.00", iban=iban)]
    desk.load(coda(statement(lines=movements)))
    first, second = StatementLine.objects.order_by("sequence")
    paper = desk.proposed()
    desk.book([first], [paper])
    party = Party.objects.get()
    desk.book([second], [desk.proposed(desk.line("100.00", "21.00"), number="2", supplier=party)])
    desk.undo(first)
    assert PartyIban.objects.get().source == "bank"  # the other payment has shown it too
    desk.undo(second)
    assert not PartyIban.objects.exists()
    assert Event.objects.filter(what="party.iban_unlearned").count() == 1


def test_an_account_number_a_person_typed_stays(desk):
    (line,) = desk.bank_lines("-169.69")
    desk.book([line], [desk.proposed(supplier=NewSupplier("Exact", "", "BE68539007547034"))])
    desk.undo(line)
    assert PartyIban.objects.get().source == "person"


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
