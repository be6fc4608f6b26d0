"""Own accounts with what the bank says they hold, until when it is known, and where statements are missing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count

from bankfeeds.continuity import as_number, between
from bankfeeds.models import BankAccount, Statement, StatementLine, StatementState
from portal.kernel.money import ZERO
from portal.tenancy.models import Administration


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One own account. `balance` is the new balance of its last statement, None when it never had one."""

    account: BankAccount
    balance: Decimal | None
    until: date | None
    to_do: int
    held: int
    last: Statement | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A statement that does not follow on the one before; `remark` is worded by bankfeeds.wording."""

    statement: Statement
    remark: dict[str, object]


def balances(administration: Administration) -> list[AccountBalance]:
    """Every active own account with its balance, in four queries."""
    accounts = list(
        BankAccount.objects.filter(administration=administration, is_active=True)
        .select_related("account")
        .order_by("account__code")
    )
    last = _last_statements(accounts)
    to_do = dict(
        StatementLine.objects.filter(administration=administration)
        .exclude(open_amount=0)
        .order_by()
        .values_list("account")
        .annotate(n=Count("pk"))
    )
    held = dict(
        Statement.objects.filter(administration=administration, state=StatementState.QUARANTINED)
        .order_by()
        .values_list("account")
        .annotate(n=Count("pk"))
    )
    return [
        AccountBalance(
            account=account,
            balance=last[account.pk].new_balance if account.pk in last else None,
            until=last[account.pk].new_balance_on if account.pk in last else None,
            to_do=to_do.get(account.pk, 0),
            held=held.get(account.pk, 0),
            last=last.get(account.pk),
        )
        for account in accounts
    ]


def _last_statements(accounts: list[BankAccount]) -> dict[UUID, Statement]:
    rows = Statement.objects.filter(account__in=accounts, state=StatementState.BOOKED, new_balance_on__isnull=False)
    newest = rows.order_by("account", "-new_balance_on", "-year", "-number").distinct("account")
    return {statement.account_id: statement for statement in newest}


def total_balance(administration: Administration) -> Decimal:
    """What the bank says all own accounts hold together."""
    return sum((each.balance or ZERO for each in balances(administration)), ZERO)


def up_to_date_until(administration: Administration) -> date | None:
    """Until when the bank of this administration is known: the day of its newest statement."""
    rows = Statement.objects.filter(administration=administration, state=StatementState.BOOKED)
    newest = rows.exclude(new_balance_on=None).order_by("-new_balance_on").first()
    return newest.new_balance_on if newest else None


def gaps(administration: Administration) -> list[Gap]:
    """Where booked statements do not follow on each other, as the books stand now (a late one closes its gap)."""
    rows = Statement.objects.filter(administration=administration, state=StatementState.BOOKED)
    found: list[Gap] = []
    previous: Statement | None = None
    for statement in sorted(
        rows, key=lambda each: (str(each.account_id), each.year, as_number(each.number), each.number)
    ):
        if previous is not None and previous.account_id == statement.account_id:
            odd = between(previous, statement.year, statement.number, statement.old_balance)
            found += [Gap(statement, remark) for remark in odd]
        previous = statement
    return found
