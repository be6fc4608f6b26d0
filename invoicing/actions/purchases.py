"""The life of a purchase document: proposal, booking, taking the booking back, rejecting."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Count

from accounting.actions.parties import create_party, learn_iban
from accounting.actions.post import post_entry, reverse_entry
from accounting.drafts import LineDraft, OpenItemDraft, Source
from accounting.models import AccountRole, Entry, JournalKind, OpenItem, Party, PartyKind
from accounting.queries.chart import account_by_role, accounts_by_role, journal_of
from accounting.vat import purchase_postings
from accounting.vat_lines import purchase_lines
from invoicing.drafts import NewSupplier, Proposal
from invoicing.models import PurchaseDocument, PurchaseKind, PurchaseLine, PurchaseState
from invoicing.queries.purchases import booked_twin, entry_number
from invoicing.refusals import AlreadyBooked, ForeignCurrency, Incomplete, NotBooked, SameInvoiceBooked
from portal.audit.record import record
from portal.kernel.errors import gettext_noop
from portal.people.access import Actor

ZERO = Decimal("0.00")
SUPPLIER, ACCOUNT, DAY, AMOUNT, VAT_CODE = (
    gettext_noop("the supplier"),
    gettext_noop("the ledger account"),
    gettext_noop("the invoice date"),
    gettext_noop("the amount"),
    gettext_noop("the VAT code"),
)


def _locked(purchase: PurchaseDocument) -> PurchaseDocument:
    row: PurchaseDocument = PurchaseDocument.objects.select_for_update(of=("self",)).get(pk=purchase.pk)
    return row


@transaction.atomic
def save_proposal(*, purchase: PurchaseDocument, proposal: Proposal, by: Actor, on: date) -> PurchaseDocument:
    """Write an entry proposal over the present one, creating its supplier when asked. Raises AlreadyBooked."""
    row = _locked(purchase)
    if row.state == PurchaseState.BOOKED:
        raise AlreadyBooked(number=entry_number(row))
    supplier = _supplier(row, proposal.supplier, by, on)
    sign = -1 if proposal.kind == PurchaseKind.CREDIT_NOTE else 1
    row.supplier = supplier
    row.supplier_name = supplier.name if supplier else row.supplier_name
    row.number, row.issued_on, row.due_on = proposal.number.strip()[:60], proposal.issued_on, proposal.due_on
    row.kind = PurchaseKind(proposal.kind)
    row.net = sign * sum((line.net for line in proposal.lines), ZERO)
    row.vat = sign * sum((line.vat for line in proposal.lines), ZERO)
    row.total = sign * proposal.total
    row.currency = "EUR"
    row.structured_reference = proposal.structured_reference or row.structured_reference
    row.state = PurchaseState.PROPOSED
    row.save()
    PurchaseLine.objects.filter(purchase=row).delete()
    PurchaseLine.objects.bulk_create(
        PurchaseLine(
            firm_id=row.firm_id,
            administration_id=row.administration_id,
            purchase=row,
            position=position,
            account=line.account,
            description=line.description[:200],
            vat_code=line.vat_code,
            net=line.net,
            vat=line.vat,
        )
        for position, line in enumerate(proposal.lines, 1)
    )
    record("purchase.proposed", subject=row, by=by, data={"total": str(row.total), "number": row.number})
    return row


def _supplier(purchase: PurchaseDocument, wanted: Party | NewSupplier | None, by: Actor, on: date) -> Party | None:
    if not isinstance(wanted, NewSupplier):
        return wanted
    return create_party(
        administration=purchase.administration,
        name=wanted.name,
        kind=PartyKind.SUPPLIER,
        vat_number=wanted.vat_number,
        country=purchase.administration.country,
        # what the paper itself says is learned when it is booked, and unlearned with it
        ibans=(wanted.iban,) if wanted.iban and wanted.iban != purchase.supplier_iban else (),
        by=by,
        on=on,
    )


@transaction.atomic
def book_purchase(*, purchase: PurchaseDocument, by: Actor, on: date) -> Entry:
    """Post the proposal: costs and VAT against the supplier, which becomes an open item.

    Booked on the invoice date. Raises Incomplete, AlreadyBooked, SameInvoiceBooked, ForeignCurrency, PeriodLocked.
    """
    row = _locked(purchase)
    if row.state == PurchaseState.BOOKED:
        raise AlreadyBooked(number=entry_number(row))
    lines = list(row.lines.select_related("account").order_by("position"))
    supplier, issued_on = _complete(row, lines)
    twin = booked_twin(row)
    if twin is not None:
        raise SameInvoiceBooked(number=row.number, supplier=supplier.name, entry=entry_number(twin))
    journal = journal_of(row.administration, JournalKind.PURCHASE)
    row.bookings += 1
    entry = post_entry(
        administration=row.administration,
        journal=journal,
        booked_on=issued_on,
        lines=_entry_lines(row, lines, issued_on),
        description=f"{supplier.name} {row.number}".strip()[:200],
        source=Source("invoicing.purchasedocument", row.pk, f"posting:{row.bookings}"),
        by=by,
        on=on,
    )
    row.state, row.entry = PurchaseState.BOOKED, entry
    row.open_item = OpenItem.objects.get(line__entry=entry)
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "entry", "open_item", "bookings"])
    except IntegrityError as twice:  # a colleague booked the same number a moment ago
        twin = booked_twin(row)
        if twin is None:
            raise
        raise SameInvoiceBooked(number=row.number, supplier=supplier.name, entry=entry_number(twin)) from twice
    _learn(row, supplier, lines, by, on)
    record("purchase.booked", subject=row, by=by, data={"entry": entry.number, "total": str(row.total)})
    return entry


def _complete(purchase: PurchaseDocument, lines: list[PurchaseLine]) -> tuple[Party, date]:
    """The supplier and the day of a paper that can be booked. Raises Incomplete, ForeignCurrency."""
    if purchase.currency != "EUR":
        raise ForeignCurrency(currency=purchase.currency)
    if purchase.supplier is None:
        raise Incomplete(what=SUPPLIER)
    if purchase.issued_on is None:
        raise Incomplete(what=DAY)
    if not lines or not purchase.total:
        raise Incomplete(what=AMOUNT)
    for line in lines:
        if line.account is None:
            raise Incomplete(what=ACCOUNT)
        if line.vat and not line.vat_code:
            raise Incomplete(what=VAT_CODE)
    return purchase.supplier, purchase.issued_on


def _entry_lines(purchase: PurchaseDocument, lines: list[PurchaseLine], issued_on: date) -> list[LineDraft]:
    drafts: list[LineDraft] = []
    for line in lines:
        drafts += cost_lines(purchase, line, issued_on)
    payable = account_by_role(purchase.administration, AccountRole.PAYABLE)
    owed = -sum((draft.amount for draft in drafts), ZERO)
    drafts.append(
        LineDraft(
            account=payable,
            amount=owed,
            day=purchase.issued_on,
            description=purchase.number,
            party=purchase.supplier,
            open_item=OpenItemDraft(
                reference=purchase.number,
                structured_reference=purchase.structured_reference,
                issued_on=purchase.issued_on,
                due_on=purchase.due_on,
            ),
        )
    )
    return drafts


def cost_lines(purchase: PurchaseDocument, line: PurchaseLine, issued_on: date) -> list[LineDraft]:
    """The ledger lines of one cost line: cost (with the VAT that is lost), VAT to recover, VAT we owe ourselves."""
    if line.account is None:
        raise Incomplete(what=ACCOUNT)
    is_credit = purchase.kind == PurchaseKind.CREDIT_NOTE
    if not line.vat_code:
        cost = -line.net if is_credit else line.net
        if not cost:  # a VAT row over nothing, as some e-invoices have
            return []
        return [LineDraft(line.account, cost, issued_on, line.description, purchase.supplier)]
    posting = purchase_postings(
        line.vat_code, line.net, line.vat, credit_note=is_credit, country=purchase.administration.country
    )
    roles = accounts_by_role(purchase.administration)
    return purchase_lines(
        posting,
        cost=line.account,
        deductible=roles[AccountRole.VAT_DEDUCTIBLE],
        due=roles[AccountRole.VAT_DUE],
        vat_code=line.vat_code,
        vat_on=issued_on,
        day=issued_on,
        description=line.description,
        party=purchase.supplier,
    )


def _learn(purchase: PurchaseDocument, supplier: Party, lines: list[PurchaseLine], by: Actor, on: date) -> None:
    """Remember how this supplier is booked, for the next proposal."""
    if len(lines) == 1:
        supplier.default_account, supplier.default_vat_code = lines[0].account, lines[0].vat_code
        supplier.save(update_fields=["default_account", "default_vat_code"])
    if purchase.supplier_iban:
        learn_iban(party=supplier, iban=purchase.supplier_iban, source="document", by=by, on=on)


def _unlearn(supplier: Party) -> None:
    """How this supplier is booked, by the papers that still stand: the newest of one line, else nothing is usual."""
    single = PurchaseDocument.objects.filter(supplier=supplier, state=PurchaseState.BOOKED).annotate(n=Count("lines"))
    newest = single.filter(n=1).order_by("-entry__posted_at", "-pk").first()
    line = newest.lines.get() if newest else None
    supplier.default_account = line.account if line else None
    supplier.default_vat_code = line.vat_code if line else ""
    supplier.save(update_fields=["default_account", "default_vat_code"])


@transaction.atomic
def unbook_purchase(*, purchase: PurchaseDocument, by: Actor, on: date) -> Entry:
    """Take a booking back by a reversal; the proposal stays as it was, what was learned from it does not.

    Raises NotBooked, ItemAlreadyCleared.
    """
    row = _locked(purchase)
    if row.state != PurchaseState.BOOKED or row.entry is None:
        raise NotBooked
    reversal = reverse_entry(entry=row.entry, by=by, on=on)
    row.state, row.entry, row.open_item = PurchaseState.PROPOSED, None, None
    row.save(update_fields=["state", "entry", "open_item"])
    if row.supplier is not None:
        _unlearn(row.supplier)
    record("purchase.unbooked", subject=row, by=by, data={"reversal": reversal.number})
    return reversal


@transaction.atomic
def reject_purchase(*, purchase: PurchaseDocument, reason: str, by: Actor, on: date) -> None:
    """Set a paper aside: not a purchase, or not ours. Raises AlreadyBooked."""
    row = _locked(purchase)
    if row.state == PurchaseState.BOOKED:
        raise AlreadyBooked(number=entry_number(row))
    row.state = PurchaseState.REJECTED
    row.save(update_fields=["state"])
    record("purchase.rejected", subject=row, by=by, data={"reason": reason})
