"""The verb "boeken en volgende": papers booked, bank lines cleared with them, the request closed, in one transaction.

A verb over a paper and a bank line belongs on the floor above both; the request in it is optional.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounting.actions.parties import create_party, unlearn_iban
from accounting.models import Account, OpenItem, Party, PartyIban, PartyKind
from bankfeeds.actions.allocate import (
    TRADE,
    allocate_to_account,
    allocate_to_item,
    allocate_to_items,
    lock_line,
    undo_allocations,
)
from bankfeeds.models import Allocation, AllocationKind, StatementLine
from invoicing.actions.purchases import book_purchase, save_proposal, unbook_purchase
from invoicing.drafts import NewSupplier, Proposal
from invoicing.models import PurchaseDocument, PurchaseState
from portal.audit.record import record
from portal.kernel.errors import Refused, gettext_noop
from portal.people.access import Actor
from requests_app.actions.close import close_request, reopen_request
from requests_app.models import Closure, Outcome, Request, RequestLine
from requests_app.thread_writing import note_event

ZERO = Decimal("0.00")


class DifferenceLeft(Refused):
    """Papers and bank differ; nothing is booked until somebody says that it is meant."""

    code = "difference_left"
    template = gettext_noop(
        "The documents add up to %(papers)s and the bank paid %(bank)s: %(difference)s differs. "
        "Correct an amount, or book it with the difference left open."
    )


class NothingToBook(Refused):
    """No paper or no line."""

    code = "nothing_to_book"
    template = gettext_noop("Choose a document and a bank line first.")


class NothingToUndo(Refused):
    """The line is not handled."""

    code = "nothing_to_undo"
    template = gettext_noop("Nothing is booked on this line.")


@dataclass(frozen=True, slots=True)
class Booked:
    """What happened: entries made, requests closed, and what is left on the lines (0 when all is handled)."""

    purchases: tuple[PurchaseDocument, ...]
    closed: tuple[Request, ...]
    left: Decimal


@transaction.atomic
def book_and_close(
    *,
    lines: Sequence[tuple[StatementLine, int]],
    purchases: Sequence[PurchaseDocument],
    by: Actor,
    on: date,
    proposals: Mapping[uuid.UUID, Proposal] | None = None,
    accept_difference: bool = False,
) -> Booked:
    """Book the papers that are not booked yet and clear the bank lines with them; close the lines' requests.

    `proposals` holds, by purchase, what the form says; it is written first. A booked paper is only cleared.

    Raises DifferenceLeft unless papers and lines are equal to the cent or the caller accepts the difference, and
    whatever booking and allocating raise (LineChanged, PeriodLocked, Incomplete …): then nothing has happened.
    """
    if not lines or not purchases:
        raise NothingToBook
    # every line first, in the order of their ids, before the books: the one locking order (accounting.locks)
    for line, version in sorted(lines, key=lambda pair: pair[0].pk):
        lock_line(line, version)
    for purchase in purchases:
        if purchase.state != PurchaseState.BOOKED:
            if proposals and purchase.pk in proposals:
                save_proposal(purchase=purchase, proposal=proposals[purchase.pk], by=by, on=on)
            book_purchase(purchase=purchase, by=by, on=on)
    rows = [
        PurchaseDocument.objects.select_related("open_item", "entry__journal", "entry__fiscal_year").get(pk=one.pk)
        for one in purchases
    ]
    bank = sum((line.open_amount for line, _version in lines), ZERO)
    # an open item of a supplier is negative, and so is the money that left the bank
    papers = sum((row.open_item.open_amount for row in rows if row.open_item), ZERO)
    if bank != papers and not accept_difference:
        raise DifferenceLeft(difference=abs(bank - papers), bank=abs(bank), papers=abs(papers))
    touched = [_clear(line, version, rows, by, on) for line, version in lines]
    closed = _close_requests(touched, by, on)
    return Booked(tuple(rows), closed, sum((line.open_amount for line in touched), ZERO))


@transaction.atomic
def allocate_and_close(
    *,
    line: StatementLine,
    version: int,
    by: Actor,
    on: date,
    account: Account | None = None,
    open_items: Sequence[OpenItem] = (),
    amount: Decimal | None = None,
    vat_code: str = "",
    description: str = "",
    party: Party | NewSupplier | None = None,
) -> list[Allocation]:
    """Give a line to a ledger account or to open items; once nothing is left of it, its question is closed as well.

    `party` is whose debt it becomes on an account of customers or suppliers, made on the spot when it is new.

    Without this a client would go on being reminded of a payment that the firm has handled by itself. Raises what
    allocating raises; then nothing has happened.
    """
    given: list[Allocation]
    if len(open_items) > 1:
        given = allocate_to_items(line=line, version=version, open_items=open_items, by=by, on=on)
    elif open_items:
        (item,) = open_items
        given = [allocate_to_item(line=line, version=version, open_item=item, amount=amount, by=by, on=on)]
    elif account is not None:
        lock_line(line, version)
        one = allocate_to_account(
            line=line,
            version=version,
            account=account,
            amount=amount,
            vat_code=vat_code,
            description=description,
            party=_party(account, party, by, on),
            by=by,
            on=on,
        )
        given = [one]
    else:
        raise NothingToBook
    _close_requests([StatementLine.objects.get(pk=line.pk)], by, on)
    return given


def _party(account: Account, wanted: Party | NewSupplier | None, by: Actor, on: date) -> Party | None:
    if account.subtype not in TRADE or not isinstance(wanted, NewSupplier):
        return wanted if isinstance(wanted, Party) else None
    kind = PartyKind.CUSTOMER if account.subtype == "receivable" else PartyKind.SUPPLIER
    return create_party(administration=account.administration, name=wanted.name, kind=kind, by=by, on=on)


def _clear(line: StatementLine, version: int, purchases: list[PurchaseDocument], by: Actor, on: date) -> StatementLine:
    """Use up a line on the papers, in their order; a credit note among them counts against the others."""
    items = list(OpenItem.objects.filter(pk__in=[one.open_item_id for one in purchases]).exclude(open_amount=0))
    order = [one.open_item_id for one in purchases]
    items.sort(key=lambda item: order.index(item.pk))
    if line.open_amount and any((item.open_amount > 0) == (line.open_amount > 0) for item in items):
        allocate_to_items(line=line, version=version, open_items=items, by=by, on=on)
        line = StatementLine.objects.get(pk=line.pk)
    return line


def _close_requests(lines: list[StatementLine], by: Actor, on: date) -> tuple[Request, ...]:
    """Close every request of which a line is handled; a twin that is left gets a note for the accountant."""
    handled = {line.pk for line in lines if not line.open_amount}
    open_rows = RequestLine.objects.filter(line_id__in=handled, is_open=True).select_related("request")
    requests = {row.request_id: row.request for row in open_rows}
    for request in requests.values():
        left = request.lines.filter(is_open=True).exclude(line__open_amount=0).count()
        close_request(request=request, outcome=Outcome.BOOKED, by=by, on=on)
        if left:
            note_event(request, "twin_left", by=by, facts={"lines": left})
    return tuple(requests.values())


@transaction.atomic
def undo_booking(*, line: StatementLine, by: Actor, on: date) -> tuple[PurchaseDocument, ...]:
    """Take back everything a line was used for: allocations undone, papers unbooked, its request open again.

    A paper that still pays for another line stays booked. Raises NothingToUndo.
    """
    lock_line(line)
    live = list(Allocation.objects.filter(line=line, undone_at=None).select_related("open_item").order_by("created_at"))
    if not live:
        raise NothingToUndo
    undo_allocations(line=line, allocations=live, by=by, on=on)
    items = [one.open_item_id for one in live if one.kind == AllocationKind.OPEN_ITEM]
    unbooked = []
    for purchase in PurchaseDocument.objects.filter(open_item_id__in=items).select_related("open_item"):
        item = purchase.open_item
        if item is not None and item.open_amount == item.amount:
            unbook_purchase(purchase=purchase, by=by, on=on)
            unbooked.append(purchase)
    _unlearn_ibans({(one.supplier_id, one.supplier_iban) for one in unbooked}, by, on)
    _unlearn_ibans({(one.party_id, line.counterparty_iban) for one in live}, by, on)
    _reopen(line, live[0].created_at, by, on)
    record("line.booking_undone", subject=line, by=by, data={"allocations": len(live)})
    return tuple(unbooked)


def _unlearn_ibans(seen: set[tuple[uuid.UUID | None, str]], by: Actor, on: date) -> None:
    """Forget account numbers of suppliers that no paper and no payment that still stands has shown us."""
    for party_id, iban in seen:
        for known in PartyIban.objects.filter(party_id=party_id, iban=iban).exclude(source="person"):
            paper = PurchaseDocument.objects.filter(
                supplier_id=party_id, supplier_iban=iban, state=PurchaseState.BOOKED
            )
            paid = Allocation.objects.filter(
                party_id=party_id, kind=AllocationKind.OPEN_ITEM, line__counterparty_iban=iban, undone_at=None
            )
            if not paper.exists() and not paid.exists():
                unlearn_iban(known=known, by=by, on=on)


def _reopen(line: StatementLine, handled_at: datetime, by: Actor, on: date) -> None:
    """Open the request again that handling this line closed; not one that was closed earlier, with a twin."""
    last = (
        Closure.objects.filter(request__lines__line=line, withdrawn_at=None, outcome=Outcome.BOOKED, at__gte=handled_at)
        .select_related("request")
        .order_by("-at")
        .first()
    )
    if last is not None:
        reopen_request(request=last.request, by=by, on=on)
