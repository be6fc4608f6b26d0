"""Lines get their place: with VAT, in parts, on open items; undone; and never over somebody else's act."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.actions.parties import create_party
from accounting.actions.periods import lock_period
from accounting.models import Account, Entry, GridEffect, OpenItem, PartyIban, Period
from accounting.queries.chart import account_by_role
from accounting.queries.verify import verify as verify_ledger
from accounting.refusals import ItemInUse, NoOpenPeriod
from bankfeeds.actions.allocate import allocate_to_account, allocate_to_item, undo_allocation
from bankfeeds.models import Allocation, StatementLine
from bankfeeds.queries.verify import verify
from bankfeeds.refusals import (
    AccountNotForThis,
    AlreadyUndone,
    ItemOtherWay,
    LineChanged,
    NothingLeft,
    PartyNeeded,
    TooMuch,
    VatDoesNotFit,
)
from bankfeeds.wording import told
from tests.bankfeeds.conftest import MARCH, TODAY, coda, movement, statement

SUPPLIER_IBAN = "BE68539007547034"


@pytest.fixture
def desk(bank):
    """A payment of 169.69, one of 100.00 and a receipt of 121.00; the scope is open."""
    lines = [
        movement(1, iban=SUPPLIER_IBAN),
        movement(2, "-100.00", name="TOTAL ENERGIES", text="Q8 Heverlee"),
        movement(3, "121.00", name="STUDIO MAAN", text="2026-0131"),
    ]
    with bank.scope():
        bank.load(coda(statement(lines=lines)))
        yield bank
        assert verify(bank.administration) == []
        assert verify_ledger(bank.administration) == []


def to_account(bank, line, **more):
    more = {"account": bank.cost(), "version": line.version, "by": bank.actor, "on": TODAY, **more}
    return allocate_to_account(line=line, **more)


def posted(allocation):
    return sorted((row.account.code, row.amount) for row in allocation.entry.lines.select_related("account"))


def test_to_a_cost_with_vat_as_a_document_would(desk):
    line = desk.line(sequence=1)
    allocation = to_account(desk, line, vat_code="P21S", description="Licence")
    assert posted(allocation) == sorted(
        [("580900", Decimal("-169.69")), (desk.cost().code, Decimal("140.24")), ("411000", Decimal("29.45"))]
    )
    grids = dict(GridEffect.objects.filter(line__entry=allocation.entry).values_list("grid", "amount"))
    assert grids == {"82": Decimal("140.24"), "59": Decimal("29.45")}
    entry = allocation.entry
    assert (entry.booked_on, entry.journal.code, entry.source_id) == (MARCH, "TOEW", allocation.pk)
    line.refresh_from_db()
    assert (line.open_amount, line.version) == (0, 2)


def test_money_back_is_a_credit_note(desk):
    allocation = to_account(desk, desk.line(sequence=3), vat_code="P21S")
    assert (desk.cost().code, Decimal("-100.00")) in posted(allocation)
    grids = dict(GridEffect.objects.filter(line__entry=allocation.entry).values_list("grid", "amount"))
    assert grids["85"] == Decimal("100.00")
    assert grids["63"] == Decimal("21.00")


def test_self_assessed_vat_takes_the_whole_amount_as_net(desk):
    allocation = to_account(desk, desk.line(sequence=2), vat_code="PICS21")
    assert (desk.cost().code, Decimal("100.00")) in posted(allocation)
    assert ("451000", Decimal("-21.00")) in posted(allocation)


def test_in_parts(desk):
    line = desk.line(sequence=2)
    to_account(desk, line, amount=Decimal("-60.00"))
    line.refresh_from_db()
    assert line.open_amount == Decimal("-40.00")
    for wrong in ("-40.01", "40.00", "0.00"):
        with pytest.raises(TooMuch):
            to_account(desk, line, amount=Decimal(wrong))
    to_account(desk, line)
    line.refresh_from_db()
    with pytest.raises(NothingLeft):
        to_account(desk, line)


def test_to_an_open_item(desk):
    party = create_party(administration=desk.administration, name="Exact", by=desk.actor, on=TODAY)
    item = desk.invoice(party=party)
    line = desk.line(sequence=1)
    allocation = allocate_to_item(line=line, version=1, open_item=item, by=desk.actor, on=TODAY)
    item.refresh_from_db()
    assert item.open_amount == 0
    assert ("440000", Decimal("169.69")) in posted(allocation)
    assert allocation.clearing.amount == Decimal("169.69")
    assert PartyIban.objects.get(party=party).iban == SUPPLIER_IBAN
    undo_allocation(allocation=allocation, by=desk.actor, on=TODAY)
    item.refresh_from_db()
    line.refresh_from_db()
    assert (item.open_amount, line.open_amount, line.version) == (Decimal("-169.69"), Decimal("-169.69"), 3)
    again = allocate_to_item(line=line, version=3, open_item=item, by=desk.actor, on=TODAY)
    assert again.entry_id != allocation.entry_id


def test_an_item_takes_what_both_have_left(desk):
    small, large = desk.invoice("50.00", "F-1"), desk.invoice("500.00", "F-2")
    line = desk.line(sequence=2)
    first = allocate_to_item(line=line, version=1, open_item=small, by=desk.actor, on=TODAY)
    second = allocate_to_item(line=line, version=2, open_item=large, by=desk.actor, on=TODAY)
    assert (first.amount, second.amount) == (Decimal("-50.00"), Decimal("-50.00"))
    large.refresh_from_db()
    assert large.open_amount == Decimal("-450.00")


def test_a_receipt_pays_what_is_to_be_received(desk):
    item = desk.invoice("121.00", "2026-0131", role="receivable")
    with pytest.raises(ItemOtherWay):
        allocate_to_item(line=desk.line(sequence=2), version=1, open_item=item, by=desk.actor, on=TODAY)
    allocate_to_item(line=desk.line(sequence=3), version=1, open_item=item, by=desk.actor, on=TODAY)
    item.refresh_from_db()
    assert item.open_amount == 0


def test_a_payment_without_an_invoice_becomes_an_open_item_of_the_party(desk):
    payable = account_by_role(desk.administration, "payable")
    line = desk.line(sequence=2)
    with pytest.raises(PartyNeeded):
        to_account(desk, line, account=payable)
    party = create_party(administration=desk.administration, name="Total", by=desk.actor, on=TODAY)
    allocation = to_account(desk, line, account=payable, party=party)
    item = OpenItem.objects.get(party=party)
    assert item.open_amount == Decimal("100.00")
    undo_allocation(allocation=allocation, by=desk.actor, on=TODAY)
    item.refresh_from_db()
    assert item.open_amount == 0


@pytest.mark.parametrize("code", ["455000", "451800", "499100", "580000"])
def test_wages_taxes_and_missing_documents_need_no_party(desk, code):
    account = Account.objects.get(administration=desk.administration, code=code)
    allocation = to_account(desk, desk.line(sequence=2), account=account)
    item = OpenItem.objects.get(line__entry=allocation.entry)
    assert (item.account, item.party) == (account, None)


def test_undo_is_refused_while_the_item_it_made_is_used(desk):
    payable = account_by_role(desk.administration, "payable")
    party = create_party(administration=desk.administration, name="Total", by=desk.actor, on=TODAY)
    allocation = to_account(desk, desk.line(sequence=2), account=payable, party=party)
    prepaid = OpenItem.objects.get(party=party)
    back = allocate_to_item(line=desk.line(sequence=3), version=1, open_item=prepaid, by=desk.actor, on=TODAY)
    assert back.amount == Decimal("100.00")
    with pytest.raises(ItemInUse):
        undo_allocation(allocation=allocation, by=desk.actor, on=TODAY)
    undo_allocation(allocation=back, by=desk.actor, on=TODAY)
    undo_allocation(allocation=allocation, by=desk.actor, on=TODAY)


def test_undo_once(desk):
    allocation = to_account(desk, desk.line(sequence=1))
    undo_allocation(allocation=allocation, by=desk.actor, on=TODAY)
    with pytest.raises(AlreadyUndone) as caught:
        undo_allocation(allocation=allocation, by=desk.actor, on=TODAY)
    assert desk.actor.name in told(caught.value)


def test_places_a_line_cannot_go(desk):
    line = desk.line(sequence=2)
    for account in (desk.account.account, account_by_role(desk.administration, "suspense")):
        with pytest.raises(AccountNotForThis):
            to_account(desk, line, account=account)
    with pytest.raises(VatDoesNotFit):
        to_account(desk, line, vat_code="S21")
    with pytest.raises(VatDoesNotFit):
        to_account(desk, line, vat_code="NONSENSE")
    income = Account.objects.filter(administration=desk.administration, type="income").first()
    with pytest.raises(VatDoesNotFit):
        to_account(desk, line, account=income, vat_code="P21S")
    line.refresh_from_db()
    assert line.version == 1


def test_a_stale_version_is_told_by_whom_and_when_and_overwrites_nothing(desk, world):
    line = desk.line(sequence=1)
    seen = line.version
    to_account(desk, line, amount=Decimal("-100.00"), by=world.actor("joke"))
    before = StatementLine.objects.values().get(pk=line.pk)
    with pytest.raises(LineChanged) as caught:
        to_account(desk, line, version=seen)
    assert world.user("joke").name in told(caught.value)
    assert StatementLine.objects.values().get(pk=line.pk) == before
    assert Allocation.objects.count() == 1


def test_a_locked_bank_date_posts_on_the_next_open_day(desk):
    lock_period(period=Period.objects.get(administration=desk.administration, code="2026-03"), by=desk.actor, on=TODAY)
    allocation = to_account(desk, desk.line(sequence=1), vat_code="P21S")
    assert allocation.entry.booked_on == date(2026, 4, 1)
    assert set(GridEffect.objects.filter(line__entry=allocation.entry).values_list("vat_on", flat=True)) == {
        date(2026, 4, 1)
    }


def test_undo_after_a_lock_posts_in_the_next_open_period(desk):
    allocation = to_account(desk, desk.line(sequence=1), vat_code="P21S")
    lock_period(period=Period.objects.get(administration=desk.administration, code="2026-03"), by=desk.actor, on=TODAY)
    undo_allocation(allocation=allocation, by=desk.actor, on=TODAY)
    assert Entry.objects.get(reverses=allocation.entry).booked_on == date(2026, 4, 1)


def test_no_open_period_at_all(desk):
    for period in Period.objects.filter(administration=desk.administration):
        lock_period(period=period, by=desk.actor, on=TODAY)
    with pytest.raises(NoOpenPeriod):
        to_account(desk, desk.line(sequence=1))
