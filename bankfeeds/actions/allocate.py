"""Giving (part of) a bank line its place: a ledger account, with VAT like a document would, or an open item.

Whoever acts says which version of the line they saw. The line is locked first, so of two colleagues who act at once
one wins and the other is told by whom and when; nothing is overwritten.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import OperationalError, transaction
from uuid_utils.compat import uuid7

from accounting.actions.clear import clear
from accounting.actions.parties import learn_iban
from accounting.actions.post import post_entry, reverse_entry
from accounting.drafts import LineDraft, OpenItemDraft, Source
from accounting.locks import lock_open_items
from accounting.models import Account, AccountRole, Clearing, Entry, JournalKind, OpenItem, Party
from accounting.queries.chart import account_by_role, journal_of
from accounting.refusals import ItemAlreadyCleared
from bankfeeds.actions.vat import cost_lines
from bankfeeds.models import Allocation, AllocationKind, BankAccount, StatementLine
from bankfeeds.queries.posting import posting_day
from bankfeeds.refusals import (
    AccountNotForThis,
    AlreadyUndone,
    ItemOtherWay,
    LineBusy,
    LineChanged,
    MatchedTogether,
    NothingLeft,
    PartyNeeded,
    TooMuch,
)
from portal.audit.record import record
from portal.kernel.clock import local_now, now
from portal.kernel.ids import is_iban
from portal.kernel.money import ZERO
from portal.people.access import Actor

ALLOCATION = "bankfeeds.allocation"
TRADE = ("receivable", "payable")  # subtypes of accounts that say nothing without a customer or supplier
_LOCK_NOT_AVAILABLE = "55P03"


@transaction.atomic
def allocate_to_account(
    *,
    line: StatementLine,
    version: int,
    account: Account,
    amount: Decimal | None = None,
    vat_code: str = "",
    description: str = "",
    party: Party | None = None,
    by: Actor,
    on: date,
) -> Allocation:
    """Give `amount` of the line (its sign; default: all that is left) to a ledger account, on the bank date.

    With a VAT code the amount is taken as including VAT and split as on a purchase. On an account that keeps open
    items the payment itself becomes one, of `party`; trade accounts (400, 440) need one, taxes, wages, private and
    missing documents do not. When the period of the bank date is locked the entry goes to
    the first open day after it: see `allocation.entry.booked_on`. Raises LineChanged (somebody acted since
    `version`), LineBusy, NothingLeft, TooMuch, AccountNotForThis, PartyNeeded, VatDoesNotFit, NoOpenPeriod.
    """
    locked = lock_line(line, version)
    given = _amount(locked, locked.open_amount, amount)
    check_account(account)
    if account.subtype in TRADE and party is None:
        raise PartyNeeded(account=account.code)
    told = description.strip()[:200] or locked.counterparty_name or locked.communication[:200]
    day = posting_day(locked)
    if account.keeps_open_items:
        item = OpenItemDraft(
            reference=locked.communication[:60],
            structured_reference=locked.structured_reference,
            issued_on=locked.booked_on,
        )
        lines = [LineDraft(account, -given, description=told, party=party, open_item=item)]
    else:
        lines = cost_lines(account, -given, vat_code, told, party, day)
    entry, allocation_id = _post(locked, given, lines, told, day, by, on)
    what = _Given(allocation_id, AllocationKind.ACCOUNT, given, entry, account=account, party=party, vat_code=vat_code)
    allocation = _keep(locked, what, description.strip()[:200], by)
    _take(locked, given)
    return allocation


@transaction.atomic
def allocate_to_item(
    *, line: StatementLine, version: int, open_item: OpenItem, amount: Decimal | None = None, by: Actor, on: date
) -> Allocation:
    """Pay (part of) an open item with (part of) the line; by default as much as both have left.

    Raises LineChanged, LineBusy, NothingLeft, TooMuch, ItemOtherWay, NoOpenPeriod, and the refusals of `clear`.
    """
    locked = lock_line(line, version)
    item = lock_open_items(locked.administration_id, [open_item.pk])[open_item.pk]
    if (item.amount < 0) != (locked.amount < 0):
        raise ItemOtherWay(reference=item.reference or locked.counterparty_name)
    left = max(item.open_amount, locked.open_amount) if locked.amount < 0 else min(item.open_amount, locked.open_amount)
    given = _amount(locked, left, amount)
    allocation = _to_item(locked, item, given, by, on)
    _take(locked, given)
    return allocation


@transaction.atomic
def allocate_to_items(
    *, line: StatementLine, version: int, open_items: Sequence[OpenItem], by: Actor, on: date
) -> list[Allocation]:
    """Pay several open items with one line, credit notes included: they count against what is to be paid.

    Items of the line's own direction are paid in the order given. Of the other direction just as much is used as
    the line falls short; the rest of a credit note stays open. Raises LineChanged, LineBusy, NothingLeft,
    ItemOtherWay (what is left after the credit notes goes the other way), ItemAlreadyCleared, NoOpenPeriod.
    """
    locked = lock_line(line, version)
    if not locked.open_amount:
        raise NothingLeft
    ids = list(dict.fromkeys(item.pk for item in open_items))
    held = lock_open_items(locked.administration_id, ids)
    items = [held[pk] for pk in ids]
    for item in items:
        if not item.open_amount:
            raise ItemAlreadyCleared(reference=item.reference, open_amount=ZERO, amount=abs(item.amount))
    parts = net_parts(locked.open_amount, [item.open_amount for item in items])
    total = sum(parts, ZERO)
    if not total:
        raise ItemOtherWay(reference=items[0].reference if items else locked.counterparty_name)
    given = [_to_item(locked, item, part, by, on) for item, part in zip(items, parts, strict=True) if part]
    _take(locked, total)  # once: on the way the line may owe more than it holds
    return given


def net_parts(line: Decimal, items: Sequence[Decimal]) -> list[Decimal]:
    """How much of each open amount a line of `line` takes, all with their own sign; zeros when they cannot meet.

    The sum has the sign of the line and is at most the line.
    """
    ours = sum((abs(item) for item in items if (item < 0) == (line < 0)), ZERO)
    against = sum((abs(item) for item in items if (item < 0) != (line < 0)), ZERO)
    short = min(max(ours - abs(line), ZERO), against)
    if not ours:
        return [ZERO for _ in items]
    left = {True: abs(line) + short, False: short}
    parts = []
    for item in items:
        side = (item < 0) == (line < 0)
        part = min(abs(item), left[side])
        left[side] -= part
        parts.append(-part if item < 0 else part)
    return parts


def _to_item(line: StatementLine, item: OpenItem, given: Decimal, by: Actor, on: date) -> Allocation:
    """Post and clear one item; what the line has left is the caller's."""
    told = " ".join(filter(None, [item.party.name if item.party else "", item.reference]))[:200]
    told = told or line.counterparty_name
    lines = [LineDraft(item.account, -given, description=told, party=item.party)]
    entry, allocation_id = _post(line, given, lines, told, posting_day(line), by, on)
    cleared = clear(
        open_item=item, line=entry.lines.get(account=item.account, amount=-given), amount=-given, by=by, on=on
    )
    if item.party is not None and is_iban(line.counterparty_iban):
        learn_iban(party=item.party, iban=line.counterparty_iban, source="bank", by=by, on=on)
    what = _Given(
        allocation_id, AllocationKind.OPEN_ITEM, given, entry, open_item=item, party=item.party, clearing=cleared
    )
    return _keep(line, what, "", by)


def undo_allocation(*, allocation: Allocation, by: Actor, on: date) -> Allocation:
    """Take one allocation back: the match, then its entry (in the same period, else the next open one).

    Raises AlreadyUndone, LineBusy, ItemInUse when the open item it made has been paid since, or MatchedTogether.
    """
    return undo_allocations(line=allocation.line, allocations=[allocation], by=by, on=on)[0]


@transaction.atomic
def undo_allocations(
    *, line: StatementLine, allocations: Sequence[Allocation], by: Actor, on: date
) -> list[Allocation]:
    """Take allocations of one line back at once; a credit note and what it was set against can only go together.

    Raises what `undo_allocation` raises.
    """
    locked = lock_line(line)
    found = list(
        Allocation.objects.filter(line=line, pk__in=[one.pk for one in allocations])
        .select_related("entry", "line", "party")
        .order_by("created_at", "pk")
    )
    total = sum((one.amount for one in found), ZERO)
    for one in found:
        if one.undone_at is not None:
            raise AlreadyUndone(who=one.undone_by)
    left = locked.open_amount + total
    if abs(left) > abs(locked.amount) or (left and (left < 0) != (locked.amount < 0)):
        raise MatchedTogether
    for one in found:
        if one.entry is not None:
            reverse_entry(entry=one.entry, by=by, on=on)  # takes the match with an open item back as well
        one.undone_at = now()
        one.undone_by = by.name
        one.save(update_fields=["undone_at", "undone_by"])
        record("line.allocation_undone", subject=locked, by=by, data=_facts(one))
    _take(locked, -total)
    return found


def lock_line(line: StatementLine, version: int | None = None) -> StatementLine:
    """The line as it is now, locked until the end of the transaction.

    Raises LineChanged when it is not at `version` any more, LineBusy after the lock timeout.
    """
    try:
        with transaction.atomic():
            rows = StatementLine.objects.select_for_update(of=("self",), no_key=True).select_related(
                "account__account", "administration", "statement"
            )
            locked: StatementLine = rows.get(pk=line.pk)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == _LOCK_NOT_AVAILABLE:
            raise LineBusy from error
        raise
    if version is not None and locked.version != version:
        raise _changed(locked)
    return locked


def _changed(line: StatementLine) -> LineChanged:
    """Who acted last, and when on the clock of the country."""
    acts = [
        (allocation.undone_at or allocation.created_at, allocation.undone_by or allocation.actor_name)
        for allocation in Allocation.objects.filter(line=line)
    ]
    at, who = max(acts, default=(now(), "?"))
    country = line.administration.country
    local = at.astimezone(local_now(country).tzinfo)
    when = f"{local:%H:%M}" if local.date() == local_now(country).date() else f"{local:%d-%m-%Y %H:%M}"
    return LineChanged(who=who, when=when, at=at, version=line.version)


def _amount(line: StatementLine, left: Decimal, amount: Decimal | None) -> Decimal:
    if not line.open_amount:
        raise NothingLeft
    given = left if amount is None else amount
    fits = given != 0 and (given < 0) == (line.amount < 0) and abs(given) <= abs(left)
    if not fits:
        raise TooMuch(amount=given, left=left)
    return given


def check_account(account: Account) -> None:
    """Whether bank lines can be given to an account at all. Raises AccountNotForThis."""
    own = BankAccount.objects.filter(account=account).exists()
    if own or not account.is_active or account.role == AccountRole.SUSPENSE:
        raise AccountNotForThis(account=account.code)


def _post(
    line: StatementLine, given: Decimal, lines: list[LineDraft], told: str, day: date, by: Actor, on: date
) -> tuple[Entry, uuid.UUID]:
    """Move the amount from the suspense account to where it belongs, in the journal of allocations."""
    allocation_id = uuid7()
    administration = line.administration
    suspense = account_by_role(administration, AccountRole.SUSPENSE)
    entry = post_entry(
        administration=administration,
        journal=journal_of(administration, JournalKind.ALLOCATION),
        booked_on=day,
        lines=[LineDraft(suspense, given, description=told), *lines],
        description=told,
        source=Source(ALLOCATION, allocation_id),
        by=by,
        on=on,
    )
    return entry, allocation_id


@dataclass(frozen=True, slots=True)
class _Given:
    """An allocation in the making."""

    id: uuid.UUID
    kind: AllocationKind
    amount: Decimal
    entry: Entry
    account: Account | None = None
    open_item: OpenItem | None = None
    party: Party | None = None
    clearing: Clearing | None = None
    vat_code: str = ""


def _keep(line: StatementLine, given: _Given, description: str, by: Actor) -> Allocation:
    allocation: Allocation = Allocation.objects.create(
        id=given.id,
        firm_id=line.firm_id,
        administration_id=line.administration_id,
        line=line,
        kind=given.kind,
        amount=given.amount,
        account=given.account,
        open_item=given.open_item,
        party=given.party,
        vat_code=given.vat_code,
        description=description,
        entry=given.entry,
        clearing=given.clearing,
        created_at=now(),
        **by.as_columns(),
    )
    record("line.allocated", subject=line, by=by, data=_facts(allocation))
    return allocation


def _take(line: StatementLine, amount: Decimal) -> None:
    """Less open (or more, for a negative take of the same sign); always a new version."""
    line.open_amount = (line.open_amount or ZERO) - amount
    line.version += 1
    line.save(update_fields=["open_amount", "version"])


def _facts(allocation: Allocation) -> dict[str, Any]:
    return {
        "allocation": str(allocation.pk),
        "amount": str(allocation.amount),
        "kind": str(allocation.kind),
        "account": str(allocation.account_id) if allocation.account_id else None,
        "open_item": str(allocation.open_item_id) if allocation.open_item_id else None,
        "vat_code": allocation.vat_code,
    }
