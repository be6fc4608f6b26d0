"""Which bank lines are one question. Twins (the same payment seen twice) make one card and get one answer."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bankfeeds.models import StatementLine

TWIN_DAYS = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Card:
    """One question about one payment, or about twins of it; the earliest line comes first."""

    lines: tuple[StatementLine, ...]

    @property
    def first(self) -> StatementLine:
        """The line that stands for the card."""
        return self.lines[0]

    @property
    def key(self) -> uuid.UUID:
        """The id of the first line: names the card in a form."""
        return self.first.pk

    @property
    def is_twins(self) -> bool:
        """Say whether the payment stands on the bank more than once."""
        return len(self.lines) > 1


def likeness(line: StatementLine) -> tuple[uuid.UUID, Decimal, str, str] | None:
    """What twins have in common: account, amount, counterparty, reference. None: nothing to know a twin by."""
    who = line.counterparty_iban or " ".join(line.counterparty_name.lower().split())
    reference = line.structured_reference or " ".join(line.communication.lower().split())
    return (line.account_id, line.amount, who, reference) if who and reference else None


def are_twins(one: StatementLine, other: StatementLine) -> bool:
    """Say whether two different lines look like the same payment, within ten days of each other."""
    alike = likeness(one)
    return (
        one.pk != other.pk
        and alike is not None
        and alike == likeness(other)
        and abs(one.booked_on - other.booked_on) <= TWIN_DAYS
    )


def cards_of(lines: Iterable[StatementLine]) -> list[Card]:
    """Group lines into cards, in the order of their days."""
    groups: list[list[StatementLine]] = []
    for line in sorted(lines, key=lambda each: (each.booked_on, each.sequence, each.pk)):
        home = next((group for group in groups if are_twins(group[0], line)), None)
        if home is None:
            groups.append([line])
        else:
            home.append(line)
    return [Card(tuple(group)) for group in groups]
