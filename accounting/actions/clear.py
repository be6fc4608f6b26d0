"""clear and unclear: match a ledger line with an open item, and take that back."""

from datetime import date
from decimal import Decimal

from accounting.locks import lock_open_items
from accounting.models import Clearing, EntryLine, OpenItem
from accounting.refusals import ClearingDoesNotFit, ItemAlreadyCleared
from portal.audit.record import record
from portal.kernel.money import ZERO
from portal.people.access import Actor


def clear(*, open_item: OpenItem, line: EntryLine, amount: Decimal, by: Actor, on: date) -> Clearing:
    """Match `amount` of the line with the open item, so that so much less of it is open.

    `line` is a posted line on the account of the open item (the debit of 440000 that pays a purchase); `amount`
    has the sign of that line, the opposite of the item's, and may be a part. Raises ItemAlreadyCleared when less
    is open than asked, ClearingDoesNotFit when account, side or size do not fit.
    """
    item = lock_open_items(open_item.administration_id, [open_item.pk])[open_item.pk]
    shown = item.reference or item.structured_reference
    if amount == 0 or (amount > 0) == (item.amount > 0) or line.account_id != item.account_id:
        raise ClearingDoesNotFit(reference=shown)
    if abs(amount) > abs(item.open_amount):
        raise ItemAlreadyCleared(reference=shown, open_amount=abs(item.open_amount), amount=abs(amount))
    used = sum((clearing.amount for clearing in Clearing.objects.filter(line=line)), ZERO)
    if (amount > 0) != (line.amount > 0) or abs(used + amount) > abs(line.amount):
        raise ClearingDoesNotFit(reference=shown)
    clearing: Clearing = Clearing.objects.create(
        firm_id=item.firm_id,
        administration_id=item.administration_id,
        open_item=item,
        line=line,
        amount=amount,
        cleared_on=on,
    )
    _set_open(item, item.open_amount + amount)
    open_item.open_amount = item.open_amount
    record("open_item.cleared", subject=item, by=by, data={"amount": str(amount), "open": str(item.open_amount)})
    return clearing


def unclear(*, clearing: Clearing, by: Actor, on: date) -> Clearing:
    """Take a clearing back with a mirrored one and return that; the item is open again. Again returns the first."""
    item = lock_open_items(clearing.administration_id, [clearing.open_item_id])[clearing.open_item_id]
    first: Clearing | None = Clearing.objects.filter(reverses=clearing).first()
    if first is not None:
        return first
    if clearing.reverses_id is not None:
        raise ClearingDoesNotFit(reference=item.reference or item.structured_reference)
    mirror: Clearing = Clearing.objects.create(
        firm_id=item.firm_id,
        administration_id=item.administration_id,
        open_item=item,
        line_id=clearing.line_id,
        amount=-clearing.amount,
        cleared_on=on,
        reverses=clearing,
    )
    _set_open(item, item.open_amount - clearing.amount)
    record("open_item.uncleared", subject=item, by=by, data={"amount": str(clearing.amount)})
    return mirror


def _set_open(item: OpenItem, open_amount: Decimal) -> None:
    item.open_amount = open_amount
    OpenItem.objects.filter(pk=item.pk).update(open_amount=open_amount)
