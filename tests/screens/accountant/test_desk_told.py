"""What the desk says, and where: bookings that moved, refusals at their field, a colleague who was first, a debt."""

import re
from datetime import date
from decimal import Decimal

import pytest

from accounting.actions.parties import create_party, learn_iban
from accounting.actions.periods import lock_period
from accounting.models import OpenItem, Party
from accounting.queries.periods import period_of
from bankfeeds.actions.allocate import allocate_to_account
from bankfeeds.models import Allocation, StatementLine
from invoicing.actions.purchases import book_purchase
from tests.bankfeeds.conftest import MARCH, TODAY, coda, movement, statement
from tests.screens.accountant.conftest import words
from tests.screens.accountant.test_desk import Sent, allocate, reload

pytestmark = pytest.mark.django_db
IBAN = "BE68539007547034"


@pytest.fixture
def sent(office):
    return Sent(office, "-169.69", "-50.00")


def lock_march(office):
    with office.scope():
        lock_period(period=period_of(MARCH, office.administration), by=office.actor, on=TODAY)


def undo(office, line):
    return office.post(f"bank/lines/{line.pk}/booking/", {"undo": "1"}, htmx="desk")


# ── Where it stands in the books ──


def test_a_locked_month_is_said_before_and_after(sent, office):
    told = "In de boeken op 1 april 2026: maart 2026 is afgesloten."
    assert told not in words(office.get(f"bank/?line={sent.line.pk}"))
    lock_march(office)
    assert told in words(office.get(f"bank/?line={sent.line.pk}"))
    assert f". {told}" in words(allocate(office, sent.line))
    with office.scope():
        assert Allocation.objects.get().entry.booked_on == date(2026, 4, 1)


def test_a_payment_that_moved_is_said_when_its_paper_is_booked(sent, office):
    lock_march(office)
    said = words(sent.book(issued_on="2/4/2026"))
    assert "Geboekt als AANK 2026/1. De betaling: in de boeken op 1 april 2026" in said.replace("In de", "in de")


def test_an_undo_that_moved_is_said(sent, office):
    allocate(office, sent.line)
    assert "In de boeken op" not in words(undo(office, sent.line))
    allocate(office, sent.line, version=reload(office, sent.line).version)
    lock_march(office)
    assert "In de boeken op 1 april 2026: maart 2026 is afgesloten." in words(undo(office, sent.line))


# ── Told once ──


def times(response, text):
    return words(response).count(text)


def test_a_refused_booking_is_told_once_at_its_field(sent, office):
    lock_march(office)
    response = sent.book()
    assert times(response, "2026-03 is afgesloten") == 1
    assert b"flash--error" not in response.content
    (invalid,) = re.findall(r"<input[^>]*aria-invalid[^>]*>", response.content.decode())
    assert "issued_on" in invalid
    assert "autofocus" in invalid


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"a-amount": "-500"}, "a-amount"),
        ({"a-account": "580900"}, "a-account"),
        ({"a-vat_code": "P21S", "a-account": "700000"}, "a-vat_code"),
    ],
)
def test_a_refused_allocation_is_told_once_at_its_field(sent, office, change, field):
    response = allocate(office, sent.line, **change)
    assert response.status_code == 422
    assert b"flash--error" not in response.content
    assert response.content.count(b"field__error") == 1
    (invalid,) = re.findall(r"<(?:input|select)[^>]*aria-invalid[^>]*>", response.content.decode())
    assert f'name="{field}"' in invalid
    assert "autofocus" in invalid


# ── A colleague was first ──


def test_what_was_typed_stays_when_a_colleague_finished_the_line(sent, office, world):
    with office.scope():
        allocate_to_account(line=sent.line, version=1, account=office.cost(), by=world.actor("joke"), on=TODAY)
    booked = sent.book(number="TYPED-7")
    allocated = allocate(office, sent.line, **{"a-description": "TYPED-8"})
    for response, typed in ((booked, "TYPED-7"), (allocated, "TYPED-8")):
        assert response.status_code == 422
        assert "Joke Willems" in words(response)
        (kept,) = re.findall(r'<textarea id="typed" readonly>(.*?)</textarea>', response.content.decode(), re.DOTALL)
        assert typed in kept
        assert b"flash--error" not in response.content


def test_a_line_handled_in_part_shows_it_and_can_be_undone(sent, office):
    allocate(office, sent.line, **{"a-amount": "-100"})
    page = office.get(f"bank/?line={sent.line.pk}")
    assert "Deels afgehandeld" in words(page)
    assert b'name="undo"' in page.content
    undo(office, sent.line)
    assert reload(office, sent.line).open_amount == Decimal("-169.69")


# ── Whose debt ──


@pytest.fixture
def known(office):
    """A payment to an account number that is known as that of Exact."""
    with office.scope():
        office.load(coda(statement(lines=[movement(1, iban=IBAN)])))
        party = create_party(administration=office.administration, name="Exact Belgium", by=office.actor, on=TODAY)
        learn_iban(party=party, iban=IBAN, source="bank", by=office.actor, on=TODAY)
        return party


def test_the_party_is_proposed_by_its_account_number(known, office):
    with office.scope():
        line = StatementLine.objects.get()
    page = office.get(f"bank/?line={line.pk}")
    form = page.context["work"]["allocation"]
    assert form["party"].value() == "Exact Belgium"
    assert "bekend rekeningnummer" in words(page)
    assert b'<option value="Exact Belgium">' in page.content
    assert allocate(office, line, **{"a-account": "440000", "a-party": "Exact Belgium"}).status_code == 200
    with office.scope():
        assert OpenItem.objects.get().party == known


def test_the_party_is_needed_where_debts_are_kept(sent, office):
    response = allocate(office, sent.line, **{"a-account": "440000", "a-party": ""})
    assert response.status_code == 422
    (invalid,) = re.findall(r"<input[^>]*aria-invalid[^>]*>", response.content.decode())
    assert 'name="a-party"' in invalid
    assert allocate(office, sent.line, **{"a-account": "612000", "a-party": ""}).status_code == 200


def test_a_new_name_becomes_a_party_and_a_doubtful_one_is_refused(sent, office):
    assert allocate(office, sent.line, **{"a-account": "440000", "a-party": "Nieuw BV"}).status_code == 200
    with office.scope():
        assert Party.objects.get().name == "Nieuw BV"
        for _ in range(2):
            create_party(administration=office.administration, name="Tweemaal", by=office.actor, on=TODAY)
    response = allocate(office, sent.lines[1], **{"a-account": "440000", "a-amount": "-50", "a-party": "tweemaal"})
    assert response.status_code == 422
    assert "Meer dan één" in words(response)


# ── Together ──


def test_an_invoice_and_a_credit_note_are_ticked_together(office):
    with office.scope():
        office.load(coda(statement(lines=[movement(1, "-100.00", iban=IBAN)])))
        party = create_party(administration=office.administration, name="Exact", by=office.actor, on=TODAY)
        learn_iban(party=party, iban=IBAN, source="bank", by=office.actor, on=TODAY)
        items = [office.invoice("150.00", "F-1", party=party), office.invoice("-50.00", "CN-1", party=party)]
        line = StatementLine.objects.get()
    page = office.get(f"bank/?line={line.pk}").content.decode()
    assert re.findall(r'name="item" value="([^"]+)" checked', page) == [str(item.pk) for item in items]
    data = {"item": [item.pk for item in items], "version": 1}
    assert office.post(f"bank/lines/{line.pk}/allocations/", data, htmx="desk").status_code == 200
    with office.scope():
        assert [item.open_amount for item in OpenItem.objects.all()] == [0, 0]
    assert reload(office, line).open_amount == 0


def test_booked_papers_that_pay_a_line_alone_say_so_once(sent, office):
    with office.scope():
        book_purchase(purchase=office.proposed(), by=office.actor, on=TODAY)
    response = office.post(f"bank/lines/{sent.line.pk}/booking/", {"version": 1}, htmx="desk")
    assert response.content.count(b"flash--error") == 1
