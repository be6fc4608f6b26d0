"""Giving many bank lines the same place at once: each by itself, so that one refused leaves the others standing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounting.models import Account
from accounting.queries.parties import find_party
from bankfeeds.actions.allocate import TRADE
from bankfeeds.models import Allocation, StatementLine
from portal.kernel.errors import Refused
from portal.people.access import Actor
from requests_app.actions.book import allocate_and_close

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one line: its allocations, or why not."""

    line: StatementLine  # as it is afterwards
    given: Sequence[Allocation] = ()
    refusal: Refused | None = None


@contextmanager
def rehearsal() -> Iterator[None]:
    """Do what stands within, look at it, and leave nothing of it behind: no row, no mail, no bell."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@transaction.atomic
def allocate_many(
    *, lines: Sequence[tuple[StatementLine, int]], account: Account, vat_code: str = "", by: Actor, on: date
) -> list[Done]:
    """Give what is left of each line (with the version its reader saw) to this account; open questions are closed.

    On an account of customers or suppliers the debt is that of whoever the line's account number or name is known as.
    A line that cannot be given its place comes back with its refusal, untouched.
    """
    return [_allocate(line, version, account, vat_code, by, on) for line, version in lines]


def _allocate(line: StatementLine, version: int, account: Account, vat_code: str, by: Actor, on: date) -> Done:
    party = None
    if account.subtype in TRADE:
        party = find_party(line.administration, iban=line.counterparty_iban, name=line.counterparty_name)
    try:
        with transaction.atomic():
            given = allocate_and_close(
                line=line, version=version, account=account, vat_code=vat_code, party=party, by=by, on=on
            )
    except Refused as refusal:
        return Done(line, refusal=refusal)
    return Done(StatementLine.objects.get(pk=line.pk), given)
