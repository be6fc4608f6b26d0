"""Giving (part of) a bank line its place: a ledger account, with VAT like a document would, or an open item.

Whoever acts says which version of the line they saw. The line is locked first, so of two colleagues who act at once
one wins and the other is told by whom and when; nothing is overwritten.
"""

import uuid
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
from accounting.queries.periods import first_open_period_on_or_after, period_of
from accounting.refusals import NoOpenPeriod, NoPeriod
from bankfeeds.actions.vat import cost_lines
from bankfeeds.models import Allocation, AllocationKind, BankAccount, StatementLine
from bankfeeds.refusals import (
    AccountNotForThis,
    AlreadyUndone,
    ItemOtherWay,
    LineBusy,
    LineChanged,
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
    _check_account(account, party)
    told = description.strip()[:200] or locked.counterparty_name or locked.communication[:200]
    day = _posting_day(locked)
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
    return _keep(
        locked,
        _Given(allocation_id, AllocationKind.ACCOUNT, given, entry, account=account, party=party, vat_code=vat_code),
        description.strip()[:200],
        by,
    )


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
    told = " ".join(filter(None, [item.party.name if item.party else "", item.reference]))[:200]
    told = told or locked.counterparty_name
    day = _posting_day(locked)
    lines = [LineDraft(item.account, -given, description=told, party=item.party)]
    entry, allocation_id = _post(locked, given, lines, told, day, by, on)
    cleared = clear(
        open_item=item, line=entry.lines.get(account=item.account, amount=-given), amount=-given, by=by, on=on
    )
    if item.party is not None and is_iban(locked.counterparty_iban):
        learn_iban(party=item.party, iban=locked.counterparty_iban, source="bank", by=by, on=on)
    what = _Given(
        allocation_id, AllocationKind.OPEN_ITEM, given, entry, open_item=item, party=item.party, clearing=cleared
    )
    return _keep(locked, what, "", by)


@transaction.atomic
def undo_allocation(*, allocation: Allocation, by: Actor, on: date) -> Allocation:
    """Take an allocation back: the match, then its entry (in the same period, else the next open one).

    Raises AlreadyUndone, LineBusy, or ItemInUse when the open item it made has been paid since.
    """
    locked = lock_line(allocation.line)
    found: Allocation = Allocation.objects.select_related("entry").get(pk=allocation.pk)
    if found.undone_at is not None:
        raise AlreadyUndone(who=found.undone_by)
    if found.entry is not None:
        reverse_entry(entry=found.entry, by=by, on=on)  # takes the match with an open item back as well
    found.undone_at = now()
    found.undone_by = by.name
    found.save(update_fields=["undone_at", "undone_by"])
    _take(locked, -found.amount)
    record("line.allocation_undone", subject=locked, by=by, data=_facts(found))
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


def _check_account(account: Account, party: Party | None) -> None:
    own = BankAccount.objects.filter(account=account).exists()
    if own or not account.is_active or account.role == AccountRole.SUSPENSE:
        raise AccountNotForThis(account=account.code)
    if account.subtype in TRADE and party is None:
        raise PartyNeeded(account=account.code)


def _posting_day(line: StatementLine) -> date:
    """The bank date, or the first day of the next open period. Raises NoPeriod or NoOpenPeriod."""
    if period_of(line.booked_on, line.administration) is None:
        raise NoPeriod(day=line.booked_on)
    period = first_open_period_on_or_after(line.booked_on, line.administration)
    if period is None:
        raise NoOpenPeriod(day=line.booked_on)
    return max(line.booked_on, period.first_day)


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
    _take(line, given.amount)
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
