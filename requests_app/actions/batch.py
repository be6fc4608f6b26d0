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
from bankfeeds.queries.certain import certain_place
from portal.kernel.errors import Refused, gettext_noop
from portal.people.access import Actor
from requests_app.actions.book import allocate_and_close

MOST_AT_ONCE = 100


class PlaceChanged(Refused):
    """What was certain when the screen was made is not any more, or is something else."""

    code = "place_changed"
    template = gettext_noop("What was proposed for this line has changed meanwhile. Look again: nothing was booked.")


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


@transaction.atomic
def accept_many(*, lines: Sequence[tuple[StatementLine, int, str]], by: Actor, on: date) -> list[Done]:
    """Give each line (with the version and the key of the place its reader saw) its certain place.

    A line whose place is another by now, or that cannot get it, comes back with its refusal, untouched.
    """
    return [_accept(line, version, seen, by, on) for line, version, seen in lines]


def _accept(line: StatementLine, version: int, seen: str, by: Actor, on: date) -> Done:
    place = certain_place(line)
    if place is None or place.key != seen:
        return Done(line, refusal=PlaceChanged())
    items = () if place.item is None else (place.item,)
    try:
        with transaction.atomic():
            given = allocate_and_close(
                line=line,
                version=version,
                account=place.account,
                open_items=items,
                vat_code=place.vat_code,
                by=by,
                on=on,
            )
    except Refused as refusal:
        return Done(line, refusal=refusal)
    return Done(StatementLine.objects.get(pk=line.pk), given)
