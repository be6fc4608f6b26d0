"""The filters of the cockpit, as the address says them and as a condition on its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from bankfeeds.queries.cockpit import administrations_saying
from portal.people.models import TeamAdministration

RHYTHMS = ("monthly", "quarterly", "exempt")


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list; whose turn it is, is a view and not a filter."""

    q: str = ""
    rhythm: str = ""
    owner: str = ""
    team: UUID | None = None

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "Filters":
        """Read them; what is not known is ignored."""
        rhythm = query.get("rhythm", "")
        return cls(
            q=query.get("q", "").strip()[:80],
            rhythm=rhythm if rhythm in RHYTHMS else "",
            owner=query.get("owner", "")[:80],
            team=_id(query.get("team", "")),
        )

    def condition(self) -> Q:
        """As a condition on rows()."""
        found = Q()
        if self.q:
            digits = "".join(sign for sign in self.q if sign.isdigit())
            found &= (
                Q(name__icontains=self.q)
                | Q(code__istartswith=self.q)
                | (Q(enterprise_number__contains=digits) if len(digits) > 3 else Q())
                | (Q(pk__in=administrations_saying(self.q)) if len(self.q) > 3 else Q())
            )
        if self.rhythm:
            found &= Q(vat_rhythm=self.rhythm)
        if self.owner:
            found &= Q(owner_name=self.owner)
        if self.team:
            found &= Q(pk__in=TeamAdministration.objects.filter(team_id=self.team).values("administration_id"))
        return found

    def names(self, row: Any) -> bool:
        """Whether the client itself is what was searched for; else a line of its bank is."""
        digits = "".join(sign for sign in self.q if sign.isdigit())
        number = len(digits) > 3 and digits in (row.enterprise_number or "")
        return self.q.lower() in row.name.lower() or row.code.lower().startswith(self.q.lower()) or number


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def to_keep(query: QueryDict) -> str:
    """The part of an address that makes a view: filters, view, order, look, in one order; not the place in it."""
    kept = QueryDict(mutable=True)
    for name in ("view", "q", "rhythm", "owner", "team", "sort", "hide", "dense"):
        said = str(query.get(name, "")).strip()
        if said:
            kept[name] = said[:80]
    if kept.get("view") == "all":
        del kept["view"]
    return kept.urlencode()[:400]
