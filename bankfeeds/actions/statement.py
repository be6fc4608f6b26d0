"""Statements become rows and entries: all lines of a file in one INSERT, one entry per statement and period."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

import uuid_utils
from django.db.models import Sum, Value
from django.db.models.functions import Coalesce, LPad

from accounting.actions.post import post_entries
from accounting.drafts import EntryDraft, LineDraft, Source
from accounting.locks import share_periods
from accounting.models import Account, AccountRole, EntryLine, Period
from accounting.queries.chart import account_by_role
from accounting.refusals import NoPeriod, PeriodLocked
from bankfeeds.formats import BankLine
from bankfeeds.incoming import Incoming, line_details, who
from bankfeeds.models import BankAccount, Statement, StatementLine, StatementState
from portal.kernel.money import ZERO, cents
from portal.kernel.text import one_line
from portal.people.access import Actor
from portal.tenancy import bulk
from portal.tenancy.models import Administration

STATEMENT, BANK_ACCOUNT = "bankfeeds.statement", "bankfeeds.bankaccount"
OPENING = "opening"
_CENT = Decimal("0.01")
_BATCH = 5000
_OLDEST_FIRST = (Coalesce("new_balance_on", "old_balance_on"), "year", LPad("number", 20, Value("0")))


def statement_row(what: Incoming, account: BankAccount, **fields: object) -> Statement:
    """The row of a statement, not saved. Amounts that cents cannot hold are kept exact in its facts."""
    says = what.says
    return Statement(
        firm_id=account.firm_id,
        administration_id=account.administration_id,
        account=account,
        year=what.year,
        number=what.number,
        old_balance=_bounded(says.old_balance),
        old_balance_on=says.old_balance_date,
        new_balance=None if says.new_balance is None else _bounded(says.new_balance),
        new_balance_on=says.new_balance_date,
        content_hash=what.content_hash,
        facts={
            "index": what.index,
            "number": says.number,
            "lines": len(says.lines),
            "sum": str(says.movement_sum),
            "old_balance": str(says.old_balance),
            "new_balance": None if says.new_balance is None else str(says.new_balance),
            "holder": one_line(says.holder, 80),
            "texts": [one_line(text, 200) for text in says.free_texts[:50]],
        },
        **fields,
    )


def _bounded(amount: Decimal) -> Decimal:
    try:
        return amount.quantize(_CENT) if abs(amount) < Decimal(10) ** 13 else ZERO
    except ArithmeticError:
        return ZERO


@dataclass(frozen=True, slots=True)
class KeptLine:
    """What becomes a row of StatementLine and half an entry: thousands at once, so not an object of the ORM."""

    sequence: int
    booked_on: date
    amount: Decimal
    name: str
    communication: str
    says: BankLine


def lines_of(what: Incoming) -> list[KeptLine]:
    """The movements of a statement as they are kept. Needs its amounts to fit cents."""
    return [
        KeptLine(
            line.sequence,
            line.date,
            line.amount.quantize(_CENT),
            who(line),
            one_line(line.communication, 2000),
            line,
        )
        for line in what.says.lines
    ]


def keep_lines(kept: Iterable[tuple[Statement, Sequence[KeptLine]]]) -> None:
    """Write the movements of booked statements of one administration, five thousand in a statement."""
    pairs = [(statement, line) for statement, lines in kept for line in lines]
    for start in range(0, len(pairs), _BATCH):
        bulk.run(_insert(pairs[start : start + _BATCH]))


def _insert(pairs: Sequence[tuple[Statement, KeptLine]]) -> bulk.Statement:
    home = pairs[0][0]
    says = [line.says for _, line in pairs]
    amounts = [cents(line.amount) for _, line in pairs]
    columns: dict[str, Sequence[object]] = {
        "id": [str(uuid_utils.uuid7()) for _ in pairs],
        "statement_id": [statement.pk for statement, _ in pairs],
        "account_id": [statement.account_id for statement, _ in pairs],
        "sequence": [line.sequence for _, line in pairs],
        "booked_on": [line.booked_on for _, line in pairs],
        "value_on": [line.value_date for line in says],
        "amount": amounts,
        "open_amount": amounts,
        "counterparty_name": [line.name for _, line in pairs],
        "counterparty_iban": [(line.counterparty_iban or line.counterparty_account)[:37] for line in says],
        "counterparty_bic": [line.counterparty_bic[:11] for line in says],
        "communication": [line.communication for _, line in pairs],
        "structured_reference": [line.structured_reference[:40] for line in says],
        "transaction_code": [line.transaction_code[:12] for line in says],
        "bank_reference": [one_line(line.bank_reference, 40) for line in says],
        "raw": [line.raw.replace("\x00", " ") for line in says],
        "details": [json.dumps(line_details(line)) for line in says],
    }
    same = {"firm_id": home.firm_id, "administration_id": home.administration_id, "version": 1}
    return bulk.insert(StatementLine, same, columns)


@dataclass(slots=True)
class Booking:
    """What statements of one administration become in the ledger, worked out before anything is written.

    Holds the books from the start: no period it knows can be locked before our commit.
    """

    administration: Administration
    periods: list[Period]
    _roles: dict[str, Account] = field(default_factory=dict)
    _oldest: dict[UUID, Statement | None] = field(default_factory=dict)
    _opened: dict[UUID, Decimal] = field(default_factory=dict)
    drafts: list[EntryDraft] = field(default_factory=list)

    @classmethod
    def of(cls, administration: Administration, what: Iterable[Incoming]) -> "Booking":
        """Ready to book these. Raises BooksBusy."""
        days: set[date] = set()
        for each in what:
            says = each.says
            days.update(line.date for line in says.lines)
            days.update(day for day in (says.old_balance_date, says.new_balance_date) if day is not None)
        return cls(administration, share_periods(administration, days))

    def add(self, statement: Statement, account: BankAccount, lines: Sequence[KeptLine]) -> None:
        """Draft a statement: per period its movements on the bank account against the suspense account.

        Movements of zero have a line and no entry. Raises NoPeriod or PeriodLocked for a day that cannot be booked
        on, and remembers nothing of the statement then.
        """
        suspense = self._role(AccountRole.SUSPENSE)
        moving = sorted((line for line in lines if line.amount), key=lambda line: (line.booked_on, line.sequence))
        periods = {day: self._open_period(day) for day in dict.fromkeys(line.booked_on for line in moving)}
        opening = self._opening(statement, account, _first_day(statement, lines))
        if opening is not None:
            self.drafts.append(opening)
            self._opened[account.pk] += opening.lines[0].amount
        for code, group in groupby(moving, key=lambda line: periods[line.booked_on].code):
            self.drafts.append(_entry(statement, account, suspense, code, list(group)))
        oldest = self._oldest_of(statement, account)
        if oldest is None or _comes_before(statement, oldest):
            self._oldest[account.pk] = statement

    def post(self, *, by: Actor, on: date) -> None:
        """Post what was drafted, as one batch; the statements are written by then."""
        if self.drafts:
            post_entries(administration=self.administration, drafts=self.drafts, by=by, on=on)
            self.drafts = []

    def _role(self, role: AccountRole) -> Account:
        if role not in self._roles:
            self._roles[role] = account_by_role(self.administration, role)
        return self._roles[role]

    def _period(self, day: date) -> Period | None:
        return next((each for each in self.periods if each.first_day <= day <= each.last_day), None)

    def _open_period(self, day: date) -> Period:
        period = self._period(day)
        if period is None:
            raise NoPeriod(day=day)
        if period.locked_at is not None:
            raise PeriodLocked(period=period.code, next=None)
        return period

    def _oldest_of(self, statement: Statement, account: BankAccount) -> Statement | None:
        if account.pk not in self._oldest:
            booked = Statement.objects.filter(account=account, state=StatementState.BOOKED).exclude(pk=statement.pk)
            self._oldest[account.pk] = booked.order_by(*_OLDEST_FIRST).first()
        return self._oldest[account.pk]

    def _opening(self, statement: Statement, account: BankAccount, first_day: date) -> EntryDraft | None:
        """What the bank account held before its earliest statement, against the opening-balance account.

        Posted with the first statement of the account. When an earlier statement arrives later, the difference with
        what that one starts from is posted: so the ledger always says the oldest known balance plus every known
        movement.
        """
        oldest = self._oldest_of(statement, account)
        if oldest is not None and not _comes_before(statement, oldest):
            return None
        if account.pk not in self._opened:
            posted = EntryLine.objects.filter(
                account=account.account, entry__source_kind=BANK_ACCOUNT, entry__source_id=account.pk
            ).aggregate(total=Sum("amount"))["total"]
            self._opened[account.pk] = posted or ZERO
        amount = statement.old_balance - self._opened[account.pk]
        if not amount:
            return None
        day = self._day_of_opening(statement.old_balance_on, first_day)
        self._open_period(day)
        against = self._role(AccountRole.OPENING)
        return EntryDraft(
            journal=account.journal,
            booked_on=day,
            lines=(LineDraft(account.account, amount), LineDraft(against, -amount)),
            description=f"{account.number} {statement.year}/{statement.number}",
            source=Source(BANK_ACCOUNT, account.pk, OPENING if oldest is None else f"{OPENING}:{statement.pk}"),
        )

    def _day_of_opening(self, stated: date | None, first_day: date) -> date:
        """The day of the old balance; when no open period holds it, the first day of the statement."""
        if stated is not None and stated < first_day:
            period = self._period(stated)
            if period is not None and period.locked_at is None:
                return stated
        return first_day


def _entry(
    statement: Statement, account: BankAccount, suspense: Account, code: str, lines: list[KeptLine]
) -> EntryDraft:
    drafts = []
    for line in lines:
        told = (line.name or line.communication)[:200]
        drafts.append(LineDraft(account.account, line.amount, line.booked_on, told))
        drafts.append(LineDraft(suspense, -line.amount, line.booked_on, told))
    return EntryDraft(
        journal=account.journal,
        booked_on=lines[-1].booked_on,
        lines=tuple(drafts),
        description=f"{account.number} {statement.year}/{statement.number}",
        source=Source(STATEMENT, statement.pk, f"posting:{code}"),
    )


def _comes_before(statement: Statement, oldest: Statement) -> bool:
    day, other = (each.new_balance_on or each.old_balance_on for each in (statement, oldest))
    if day is None or other is None or day == other:
        return (statement.year, statement.number.zfill(20)) < (oldest.year, oldest.number.zfill(20))
    return day < other


def _first_day(statement: Statement, lines: Sequence[KeptLine]) -> date:
    days = [line.booked_on for line in lines]
    stated = statement.new_balance_on or statement.old_balance_on
    first = min(days) if days else stated
    if first is None:
        raise NoPeriod(day="")
    return first
