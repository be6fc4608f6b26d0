"""Which bank lines are one question. Twins (the same payment seen twice) make one card and get one answer."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from bankfeeds.models import StatementLine
from bankfeeds.queries.lines import group_twins


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


def cards_of(lines: Iterable[StatementLine]) -> list[Card]:
    """Group lines into cards, in the order of their days."""
    in_order = sorted(lines, key=lambda line: (line.booked_on, line.sequence, line.pk))
    return [Card(tuple(group)) for group in group_twins(in_order)]
