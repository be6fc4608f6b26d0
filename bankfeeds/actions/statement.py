"""One statement becomes rows and entries: its lines in one INSERT, one entry per accounting period."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Sum, Value
from django.db.models.functions import Coalesce, LPad

from accounting.actions.post import post_entries
from accounting.drafts import EntryDraft, LineDraft, Source
from accounting.models import Account, AccountRole, EntryLine, Period
from accounting.queries.chart import account_by_role
from accounting.refusals import NoPeriod, PeriodLocked
from bankfeeds.formats import BankLine
from bankfeeds.incoming import Incoming, line_details, who
from bankfeeds.models import BankAccount, Statement, StatementLine, StatementState
from portal.kernel.money import ZERO
from portal.kernel.text import one_line
from portal.people.access import Actor

STATEMENT, BANK_ACCOUNT = "bankfeeds.statement", "bankfeeds.bankaccount"
OPENING = "opening"
_CENT = Decimal("0.01")
_BATCH = 2000
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


def keep_lines(statement: Statement, what: Incoming) -> list[StatementLine]:
    """Write the movements of a booked statement. Needs its amounts to fit cents."""
    rows = [_line(statement, line) for line in what.says.lines]
    StatementLine.objects.bulk_create(rows, batch_size=_BATCH)
    return rows


def _line(statement: Statement, line: BankLine) -> StatementLine:
    amount = line.amount.quantize(_CENT)
    return StatementLine(
        firm_id=statement.firm_id,
        administration_id=statement.administration_id,
        statement=statement,
        account_id=statement.account_id,
        sequence=line.sequence,
        booked_on=line.date,
        value_on=line.value_date,
        amount=amount,
        open_amount=amount,
        counterparty_name=who(line),
        counterparty_iban=(line.counterparty_iban or line.counterparty_account)[:37],
        counterparty_bic=line.counterparty_bic[:11],
        communication=one_line(line.communication, 2000),
        structured_reference=line.structured_reference[:40],
        transaction_code=line.transaction_code[:12],
        bank_reference=one_line(line.bank_reference, 40),
        raw=line.raw.replace("\x00", " "),
        details=line_details(line),
    )


def post_statement(
    statement: Statement, account: BankAccount, lines: Sequence[StatementLine], *, by: Actor, on: date
) -> None:
    """Book a statement: per period its movements on the bank account against the suspense account.

    Movements of zero have a line and no entry. Raises NoPeriod or PeriodLocked for a day that cannot be booked on.
    """
    administration = account.administration
    suspense = account_by_role(administration, AccountRole.SUSPENSE)
    drafts = []
    opening = _opening(statement, account, _first_day(statement, lines))
    if opening is not None:
        drafts.append(opening)
    moving = sorted((line for line in lines if line.amount), key=lambda line: (line.booked_on, line.sequence))
    periods = _periods(account, [line.booked_on for line in moving])
    for code, group in groupby(moving, key=lambda line: periods[line.booked_on].code):
        drafts.append(_entry(statement, account, suspense, code, list(group)))
    if drafts:
        post_entries(administration=administration, drafts=drafts, by=by, on=on)


def _entry(
    statement: Statement, account: BankAccount, suspense: Account, code: str, lines: list[StatementLine]
) -> EntryDraft:
    drafts = []
    for line in lines:
        told = (line.counterparty_name or line.communication)[:200]
        drafts.append(LineDraft(account.account, line.amount, day=line.booked_on, description=told))
        drafts.append(LineDraft(suspense, -line.amount, day=line.booked_on, description=told))
    return EntryDraft(
        journal=account.journal,
        booked_on=lines[-1].booked_on,
        lines=tuple(drafts),
        description=f"{account.number} {statement.year}/{statement.number}",
        source=Source(STATEMENT, statement.pk, f"posting:{code}"),
    )


def _opening(statement: Statement, account: BankAccount, first_day: date) -> EntryDraft | None:
    """What the bank account held before its earliest statement, against the opening-balance account.

    Posted with the first statement of the account. When an earlier statement arrives later, the difference with what
    that one starts from is posted: so the ledger always says the oldest known balance plus every known movement.
    """
    earlier = Statement.objects.filter(account=account, state=StatementState.BOOKED).exclude(pk=statement.pk)
    oldest = earlier.order_by(*_OLDEST_FIRST).first()
    if oldest is not None and not _comes_before(statement, oldest):
        return None
    posted = EntryLine.objects.filter(
        account=account.account, entry__source_kind=BANK_ACCOUNT, entry__source_id=account.pk
    ).aggregate(total=Sum("amount"))["total"]
    amount = statement.old_balance - (posted or ZERO)
    if not amount:
        return None
    against = account_by_role(account.administration, AccountRole.OPENING)
    day = _day_of_opening(account, statement.old_balance_on, first_day)
    return EntryDraft(
        journal=account.journal,
        booked_on=day,
        lines=(LineDraft(account.account, amount), LineDraft(against, -amount)),
        description=f"{account.number} {statement.year}/{statement.number}",
        source=Source(BANK_ACCOUNT, account.pk, OPENING if oldest is None else f"{OPENING}:{statement.pk}"),
    )


def _comes_before(statement: Statement, oldest: Statement) -> bool:
    day, other = (each.new_balance_on or each.old_balance_on for each in (statement, oldest))
    if day is None or other is None or day == other:
        return (statement.year, statement.number.zfill(20)) < (oldest.year, oldest.number.zfill(20))
    return day < other


def _day_of_opening(account: BankAccount, stated: date | None, first_day: date) -> date:
    """The day of the old balance; when no open period holds it, the first day of the statement."""
    if stated is not None and stated < first_day:
        period = Period.objects.filter(
            administration_id=account.administration_id, first_day__lte=stated, last_day__gte=stated
        ).first()
        if period is not None and period.locked_at is None:
            return stated
    return first_day


def _first_day(statement: Statement, lines: Sequence[StatementLine]) -> date:
    days = [line.booked_on for line in lines]
    stated = statement.new_balance_on or statement.old_balance_on
    first = min(days) if days else stated
    if first is None:
        raise NoPeriod(day="")
    return first


def _periods(account: BankAccount, days: Sequence[date]) -> dict[date, Period]:
    """The open period of each day, in one query. Raises NoPeriod or PeriodLocked."""
    if not days:
        return {}
    rows = Period.objects.filter(
        administration_id=account.administration_id, first_day__lte=max(days), last_day__gte=min(days)
    )
    periods = list(rows)
    found: dict[date, Period] = {}
    for day in dict.fromkeys(days):
        period = next((each for each in periods if each.first_day <= day <= each.last_day), None)
        if period is None:
            raise NoPeriod(day=day)
        if period.locked_at is not None:
            raise PeriodLocked(period=period.code, next=None)
        found[day] = period
    return found
