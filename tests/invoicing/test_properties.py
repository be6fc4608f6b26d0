"""Whatever is proposed: the entry balances, the supplier gets the total, and the VAT return adds up."""

import os
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounting.models import EntryLine, OpenItem
from accounting.vat import vat_codes
from invoicing.actions.purchases import book_purchase, save_proposal, unbook_purchase
from invoicing.drafts import LineProposal
from invoicing.models import PurchaseDocument
from invoicing.refusals import AlreadyBooked, Incomplete, SameInvoiceBooked
from tests.bankfeeds.conftest import TODAY
from tests.invoicing.papers import Papers

CODES = ["", *(code.code for code in vat_codes("BE", "purchase", everything=True))]
cents = st.integers(-100_000, 1_000_000).map(lambda number: Decimal(number).scaleb(-2))
rows = st.lists(st.tuples(cents, cents, st.sampled_from(CODES)), min_size=1, max_size=4)


class _Undo(Exception):
    """Leaves nothing of an example behind."""


EXAMPLES = 300 if os.environ.get("LONG") == "1" else 12


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, kind=st.sampled_from(["invoice", "credit_note", "receipt"]))
def test_any_proposal_balances_and_its_open_item_is_the_total(desk, rows, kind):
    account = desk.ledger("612000")
    lines = [LineProposal(account, "x", code, net, vat if code else Decimal("0.00")) for net, vat, code in rows]
    purchase = desk.uploaded()
    try:
        with transaction.atomic():
            row = save_proposal(purchase=purchase, proposal=desk.proposal(*lines, kind=kind), by=desk.actor, on=TODAY)
            try:
                entry = book_purchase(purchase=row, by=desk.actor, on=TODAY)
            except Incomplete:
                assert row.total == 0
                raise _Undo from None
            amounts = EntryLine.objects.filter(entry=entry).values_list("amount", flat=True)
            assert sum(amounts) == 0
            item = OpenItem.objects.get(line__entry=entry)
            assert item.amount == -row.total
            assert (kind == "credit_note") == (row.total < 0) or any(line.payable < 0 for line in lines)
            unbook_purchase(purchase=row, by=desk.actor, on=TODAY)
            item.refresh_from_db()
            assert item.open_amount == 0
            desk.in_order()
            raise _Undo
    except _Undo:
        pass


@pytest.fixture
def committed(real_db, world):
    """Books that other connections see."""
    return Papers(world)


def test_one_number_booked_by_many_at_once_is_booked_once(committed, together):
    with committed.scope():
        first = committed.proposed()
        papers = [first, *(committed.proposed(supplier=first.supplier) for _ in range(7))]

    def act(number):
        with committed.scope():
            return book_purchase(purchase=papers[number], by=committed.actor, on=TODAY).number

    results = together(act, 8)
    assert sorted(type(result).__name__ for result in results) == ["SameInvoiceBooked"] * 7 + ["int"]
    assert any(isinstance(result, SameInvoiceBooked) for result in results)
    with committed.scope():
        assert PurchaseDocument.objects.filter(state="booked").count() == 1
        committed.in_order()


def test_one_paper_booked_by_many_at_once_is_booked_once(committed, together):
    with committed.scope():
        paper = committed.proposed()

    def act(number):
        with committed.scope():
            return book_purchase(purchase=paper, by=committed.actor, on=TODAY).number

    results = together(act, 8)
    assert sum(isinstance(result, AlreadyBooked) for result in results) == 7
    with committed.scope():
        assert OpenItem.objects.count() == 1
        committed.in_order()
