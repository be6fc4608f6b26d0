"""Balances: of an account, of all accounts. Debit positive."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from accounting.models import Account, EntryLine
from portal.kernel.money import ZERO
from portal.tenancy.models import Administration


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of one account: debit positive."""

    account: Account
    amount: Decimal


def balance_of(account: Account, until: date | None = None) -> Decimal:
    """The balance of an account at the end of a day (default: all lines). Debit positive."""
    lines = EntryLine.objects.filter(account=account, administration_id=account.administration_id)
    if until is not None:
        lines = lines.filter(day__lte=until)
    return lines.aggregate(total=Sum("amount"))["total"] or ZERO


def trial_balance(administration: Administration, until: date | None = None) -> list[Balance]:
    """Every account with lines and its balance at the end of a day, by code. The amounts sum to zero."""
    lines = EntryLine.objects.filter(administration=administration)
    if until is not None:
        lines = lines.filter(day__lte=until)
    totals = dict(lines.order_by().values_list("account").annotate(total=Sum("amount")))
    accounts = Account.objects.filter(pk__in=totals).order_by("code")
    return [Balance(account, totals[account.pk]) for account in accounts]
