"""Lines that need no thought: somebody said "always", or reference and amount agree with one open item alone."""

from dataclasses import dataclass
from typing import Any

from accounting.models import Account, OpenItem
from bankfeeds.models import StatementLine
from bankfeeds.queries.filters import LineFilter
from bankfeeds.queries.lines import lines
from bankfeeds.queries.suggestions import suggestions
from portal.tenancy.models import Administration

MOST_LOOKED_AT = 200  # lines of the list; who has more to do comes back to the page


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line goes: an open item, or else an account. `reasons` are codes of suggestions."""

    item: OpenItem | None = None
    account: Account | None = None
    vat_code: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What a reader saw, to compare with what it is when they say yes."""
        if self.item is not None:
            return f"item:{self.item.pk}"
        return f"account:{self.account.pk if self.account else ''}:{self.vat_code}"


def certain_place(line: StatementLine) -> Place | None:
    """The place of an open line when it is certain: of the whole amount, and nothing else fits as well."""
    found = suggestions(line)
    exact = [each for each in found.items if each.certain and each.open_item.open_amount == line.open_amount]
    if len(exact) == 1:
        return Place(item=exact[0].open_item, reasons=exact[0].reasons)
    if found.items or found.account is None or not found.account.by_rule:
        return None
    return Place(account=found.account.account, vat_code=found.account.vat_code)


def certain_lines(
    administration: Administration, wanted: LineFilter, *, asked: Any, among: Any = None
) -> list[tuple[StatementLine, Place]]:
    """The lines of a list whose place is certain, in its order; not those a client is being asked about.

    An open item is offered to one line only, the first. At most four queries per line.
    """
    rows = lines(administration, wanted, asked=asked, among=among).exclude(open_amount=0).exclude(pk__in=asked)
    found: list[tuple[StatementLine, Place]] = []
    taken = set()
    for line in rows[:MOST_LOOKED_AT]:
        line.administration = administration
        place = certain_place(line)
        if place is None or (place.item is not None and place.item.pk in taken):
            continue
        if place.item is not None:
            taken.add(place.item.pk)
        found.append((line, place))
    return found
