"""Proposing, booking, taking back, setting aside: what stands in the books, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.actions.periods import lock_period
from accounting.models import Entry, EntryLine, OpenItem, Party, PartyIban
from accounting.queries.periods import period_of
from accounting.refusals import ItemInUse, PeriodLocked
from bankfeeds.actions.allocate import allocate_to_item
from bankfeeds.models import StatementLine
from invoicing.actions.purchases import book_purchase, reject_purchase, save_proposal, unbook_purchase
from invoicing.drafts import NewSupplier
from invoicing.models import PurchaseDocument, PurchaseState
from invoicing.queries.purchases import proposal_lines
from invoicing.refusals import AlreadyBooked, ForeignCurrency, Incomplete, NotBooked, SameInvoiceBooked
from portal.audit.models import Event
from portal.kernel.ids import BadIdentifier
from tests.bankfeeds.conftest import MARCH, TODAY, coda
from tests.invoicing.papers import amounts, grids, ubl


def book(desk, purchase):
    return book_purchase(purchase=purchase, by=desk.actor, on=TODAY)


def fresh(purchase):
    return PurchaseDocument.objects.get(pk=purchase.pk)


# ── Proposing ──


def test_a_proposal_creates_its_supplier_on_the_spot(desk):
    wanted = NewSupplier("Exact Software", "BE 0712.345.630", "BE68 5390 0754 7034")
    purchase = desk.proposed(supplier=wanted)
    party = Party.objects.get()
    assert (purchase.supplier, purchase.supplier_name) == (party, "Exact Software")
    assert (party.vat_number, party.kind) == ("BE0712345630", "supplier")
    assert PartyIban.objects.get().iban == "BE68539007547034"
    assert (purchase.state, purchase.total) == (PurchaseState.PROPOSED, Decimal("169.69"))


def test_a_wrong_number_of_the_supplier_changes_nothing(desk):
    purchase = desk.uploaded()
    wanted = desk.proposal(supplier=NewSupplier("Exact", "BE0712345631"))
    with pytest.raises(BadIdentifier):
        save_proposal(purchase=purchase, proposal=wanted, by=desk.actor, on=TODAY)
    assert not Party.objects.exists()
    assert fresh(purchase).state == PurchaseState.UPLOADED


def test_a_proposal_is_written_over_the_one_before(desk):
    purchase = desk.proposed(desk.line("100.00", "21.00"), desk.line("50.00", "3.00", "P06S"))
    assert len(proposal_lines(purchase)) == 2
    save_proposal(purchase=purchase, proposal=desk.proposal(number=" 1815008 "), by=desk.actor, on=TODAY)
    (line,) = proposal_lines(purchase)
    assert (line.position, line.net, fresh(purchase).number) == (1, Decimal("140.24"), "1815008")


def test_what_was_read_stays_unless_it_is_said_again(desk):
    purchase = desk.received(ubl())
    save_proposal(purchase=purchase, proposal=desk.proposal(), by=desk.actor, on=TODAY)
    assert fresh(purchase).structured_reference == "202600014239"


def test_a_credit_note_is_negative_and_its_lines_are_typed_as_printed(desk):
    purchase = desk.proposed(desk.line("100.00", "21.00"), kind="credit_note")
    assert (purchase.net, purchase.vat, purchase.total) == (Decimal("-100"), Decimal("-21"), Decimal("-121"))
    assert proposal_lines(purchase)[0].net == Decimal("100.00")


# ── Booking ──


def test_an_invoice_becomes_a_balanced_entry_and_an_open_item(desk):
    purchase = desk.proposed(due_on=date(2026, 4, 5))
    entry = book(desk, purchase)
    assert amounts(entry) == {"612000": Decimal("140.24"), "411000": Decimal("29.45"), "440000": Decimal("-169.69")}
    assert grids(entry) == {"82": Decimal("140.24"), "59": Decimal("29.45")}
    assert (entry.booked_on, entry.description) == (MARCH, "Exact Software 1815007")
    item = OpenItem.objects.get()
    assert (item.amount, item.open_amount, item.reference) == (Decimal("-169.69"), Decimal("-169.69"), "1815007")
    assert (item.issued_on, item.due_on, item.party) == (MARCH, date(2026, 4, 5), purchase.supplier)
    row = fresh(purchase)
    assert (row.state, row.entry, row.open_item, row.bookings) == (PurchaseState.BOOKED, entry, item, 1)
    desk.in_order()


def test_a_credit_note_is_the_other_way_round(desk):
    entry = book(desk, desk.proposed(desk.line("100.00", "21.00"), kind="credit_note"))
    assert amounts(entry) == {"612000": Decimal("-100.00"), "411000": Decimal("-21.00"), "440000": Decimal("121.00")}
    assert grids(entry) == {"82": Decimal("-100.00"), "85": Decimal("100.00"), "63": Decimal("21.00")}
    assert OpenItem.objects.get().amount == Decimal("121.00")
    desk.in_order()


def test_reverse_charge_is_owed_and_recovered_and_the_supplier_gets_the_net(desk):
    purchase = desk.proposed(desk.line("1000.00", "0.00", "PCC21S"))
    entry = book(desk, purchase)
    expected = {"612000": "1000.00", "411000": "210.00", "451000": "-210.00", "440000": "-1000.00"}
    assert amounts(entry) == {code: Decimal(amount) for code, amount in expected.items()}
    assert grids(entry) == {
        "82": Decimal("1000.00"), "87": Decimal("1000.00"), "56": Decimal("210.00"), "59": Decimal("210.00"),
    }  # fmt: skip
    desk.in_order()


def test_vat_typed_with_reverse_charge_is_not_paid_to_the_supplier(desk):
    purchase = desk.proposed(desk.line("1000.00", "210.00", "PCC21S"))
    assert purchase.total == Decimal("1000.00")
    book(desk, purchase)
    assert OpenItem.objects.get().amount == Decimal("-1000.00")


@pytest.mark.parametrize(
    ("code", "net", "vat", "cost", "recovered"),
    [("P21S-D50", "100.00", "21.00", "110.50", "10.50"), ("P12S-D0", "100.00", "12.00", "112.00", None)],
)
def test_vat_that_is_lost_is_cost(desk, code, net, vat, cost, recovered):
    entry = book(desk, desk.proposed(desk.line(net, vat, code)))
    found = amounts(entry)
    assert found["612000"] == Decimal(cost)
    assert found.get("411000") == (None if recovered is None else Decimal(recovered))
    assert grids(entry)["82"] == Decimal(cost)
    desk.in_order()


def test_several_rates_and_a_line_without_vat(desk):
    lines = desk.line("100.00", "21.00"), desk.line("50.00", "3.00", "P06S", "604000"), desk.line("7.00", "0.00", "")
    entry = book(desk, desk.proposed(*lines))
    expected = {"612000": "107.00", "411000": "24.00", "604000": "50.00", "440000": "-181.00"}
    assert amounts(entry) == {code: Decimal(amount) for code, amount in expected.items()}
    desk.in_order()


def test_a_vat_row_over_nothing_is_left_out(desk):
    entry = book(desk, desk.proposed(desk.line("100.00", "21.00"), desk.line("0.00", "0.00", "")))
    assert EntryLine.objects.filter(entry=entry).count() == 3


def test_how_a_supplier_is_booked_is_remembered(desk):
    purchase = desk.received(ubl())
    save_proposal(purchase=purchase, proposal=desk.proposal(desk.line("100.00", "21.00")), by=desk.actor, on=TODAY)
    book(desk, purchase)
    party = Party.objects.get()
    assert (party.default_account, party.default_vat_code) == (desk.ledger("612000"), "P21S")
    assert list(party.ibans.values_list("iban", "source")) == [("BE68539007547034", "document")]


def test_a_split_paper_teaches_nothing(desk):
    book(desk, desk.proposed(desk.line("100.00", "21.00"), desk.line("50.00", "3.00", "P06S")))
    assert Party.objects.get().default_account is None


# ── What is missing ──


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"supplier": None}, "the supplier"),
        ({"day": None}, "the invoice date"),
        ({"lines": ("0.00", "0.00", "P21S", "612000")}, "the amount"),
        ({"lines": ("100.00", "21.00", "P21S", None)}, "the ledger account"),
        ({"lines": ("100.00", "21.00", "", "612000")}, "the VAT code"),
    ],
)
def test_what_is_missing_is_named(desk, change, what):
    lines = [desk.line(*change.pop("lines"))] if "lines" in change else []
    purchase = desk.proposed(*lines, **change)
    with pytest.raises(Incomplete) as caught:
        book(desk, purchase)
    assert caught.value.data["what"] == what
    assert fresh(purchase).state == PurchaseState.PROPOSED
    assert not Entry.objects.filter(source_kind="invoicing.purchasedocument").exists()


def test_a_paper_nobody_read_is_not_booked(desk):
    with pytest.raises(Incomplete):
        book(desk, desk.uploaded())


def test_only_euros(desk):
    purchase = desk.received(ubl(currency="USD"))
    with pytest.raises(ForeignCurrency):
        book(desk, purchase)
    save_proposal(purchase=purchase, proposal=desk.proposal(), by=desk.actor, on=TODAY)
    assert book(desk, purchase).number


def test_a_locked_period_says_which_and_what_is_open(desk):
    purchase = desk.proposed()
    lock_period(period=period_of(MARCH, desk.administration), by=desk.actor, on=TODAY)
    with pytest.raises(PeriodLocked) as caught:
        book(desk, purchase)
    assert caught.value.data == {"period": "2026-03", "next": date(2026, 4, 1)}
    assert (fresh(purchase).state, fresh(purchase).bookings) == (PurchaseState.PROPOSED, 0)


def test_the_same_number_of_the_same_supplier_is_booked_once(desk):
    first = desk.proposed()
    entry = book(desk, first)
    second = desk.proposed(supplier=first.supplier)
    with pytest.raises(SameInvoiceBooked) as caught:
        book(desk, second)
    assert caught.value.data["entry"] == entry.shown_number
    book(desk, desk.proposed(supplier=first.supplier, number=""))
    book(desk, desk.proposed(supplier=first.supplier, number=""))
    book(desk, desk.proposed(supplier=first.supplier, kind="credit_note"))
    book(desk, desk.proposed(supplier="Een ander"))
    desk.in_order()


def test_a_booked_paper_is_not_proposed_booked_or_rejected_again(desk):
    purchase = desk.proposed()
    entry = book(desk, purchase)
    acts = (
        lambda: book(desk, purchase),
        lambda: save_proposal(purchase=purchase, proposal=desk.proposal(), by=desk.actor, on=TODAY),
        lambda: reject_purchase(purchase=purchase, reason="", by=desk.actor, on=TODAY),
    )
    for act in acts:
        with pytest.raises(AlreadyBooked) as caught:
            act()
        assert caught.value.data["number"] == entry.shown_number


# ── Taking back ──


def test_unbooking_reverses_and_the_proposal_stays(desk):
    purchase = desk.proposed()
    entry = book(desk, purchase)
    reversal = unbook_purchase(purchase=purchase, by=desk.actor, on=TODAY)
    assert reversal.reverses == entry
    row = fresh(purchase)
    assert (row.state, row.entry, row.open_item) == (PurchaseState.PROPOSED, None, None)
    assert OpenItem.objects.get().open_amount == 0
    assert len(proposal_lines(purchase)) == 1
    again = book(desk, purchase)
    assert (again.pk != entry.pk, fresh(purchase).bookings) == (True, 2)
    desk.in_order()


def test_unbooking_what_is_not_booked(desk):
    with pytest.raises(NotBooked):
        unbook_purchase(purchase=desk.proposed(), by=desk.actor, on=TODAY)


def test_a_paper_that_is_paid_is_not_unbooked(desk):
    purchase = desk.proposed()
    book(desk, purchase)
    desk.load(coda())
    line, item = StatementLine.objects.get(), fresh(purchase).open_item
    allocate_to_item(line=line, version=1, open_item=item, by=desk.actor, on=TODAY)
    with pytest.raises(ItemInUse):
        unbook_purchase(purchase=purchase, by=desk.actor, on=TODAY)
    assert fresh(purchase).state == PurchaseState.BOOKED


def test_in_a_locked_period_the_reversal_goes_to_the_next(desk):
    purchase = desk.proposed()
    book(desk, purchase)
    lock_period(period=period_of(MARCH, desk.administration), by=desk.actor, on=TODAY)
    assert unbook_purchase(purchase=purchase, by=desk.actor, on=TODAY).booked_on == date(2026, 4, 1)
    desk.in_order()


def test_setting_aside_keeps_the_reason(desk):
    purchase = desk.proposed()
    reject_purchase(purchase=purchase, reason="reclame", by=desk.actor, on=TODAY)
    assert fresh(purchase).state == PurchaseState.REJECTED
    assert Event.objects.get(what="purchase.rejected").facts["reason"] == "reclame"
