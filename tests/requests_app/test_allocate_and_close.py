"""A line straight to an account or to items, and what undoing it gives back: the question, and what was learned."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.actions.periods import lock_period
from accounting.models import OpenItem, Party, PartyIban, Period
from accounting.queries.chart import account_by_role
from accounting.queries.periods import period_of
from accounting.refusals import NoOpenPeriod
from bankfeeds.actions.allocate import net_parts, undo_allocation
from bankfeeds.models import StatementLine
from bankfeeds.queries.posting import moved_entry
from bankfeeds.refusals import LineChanged, MatchedTogether, NothingLeft, PartyNeeded
from invoicing.drafts import NewSupplier
from portal.audit.models import Event
from requests_app.actions.book import (
    NothingToBook,
    allocate_and_close,
)
from requests_app.actions.close import close_request
from requests_app.models import Closure
from tests.bankfeeds.conftest import MARCH, TODAY, coda, movement, statement
from tests.invoicing.papers import ubl

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


def test_what_an_e_invoice_taught_is_forgotten_with_it(desk):
    (line,) = desk.bank_lines("-121.00")
    paper = desk.received(ubl())
    new = NewSupplier("Molens van de Leie", "BE0712345630", paper.supplier_iban)
    proposal = desk.proposal(desk.line("100.00", "21.00"), supplier=new)
    desk.book([line], [paper], proposals={paper.pk: proposal})
    assert PartyIban.objects.get().source == "document"
    desk.undo(line)
    assert not PartyIban.objects.exists()


def test_an_account_number_a_person_typed_stays(desk):
    (line,) = desk.bank_lines("-169.69")
    desk.book([line], [desk.proposed(supplier=NewSupplier("Exact", "", "BE68539007547034"))])
    desk.undo(line)
    assert PartyIban.objects.get().source == "person"
