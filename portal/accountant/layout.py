"""How a person likes a list: which columns, how dense. Kept with the person; an address (a saved view) can say it too.

What the address says goes first, as a whole; without it the list looks as the person left it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.people.access import Right, access_administration, require
from portal.people.models import User

# the columns that may be left out, per list; what names a row and what it is worth always stay
COLUMNS = {
    "cockpit": ("turn", "lines", "until", "questions", "vat", "due", "owner"),
    "bank": ("day", "text", "turn"),
}
SAYS = ("hide", "dense")  # how an address says it


@dataclass(frozen=True, slots=True)
class Layout:
    """The look of one list."""

    hidden: tuple[str, ...] = ()
    dense: bool = False

    @property
    def show(self) -> dict[str, bool]:
        """For a template: every column that is there."""
        return {name: True for names in COLUMNS.values() for name in names if name not in self.hidden}

    @property
    def as_query(self) -> str:
        """As an address says it; the plain look says nothing."""
        said = {"hide": ",".join(self.hidden), "dense": "1" if self.dense else ""}
        return urlencode({name: value for name, value in said.items() if value})


def layout_of(request: HttpRequest, kind: str) -> Layout:
    """How this list is shown to this person at this address."""
    if any(name in request.GET for name in SAYS):
        hide = str(request.GET.get("hide", "")).split(",")
        return Layout(_known(kind, hide), request.GET.get("dense") == "1")
    kept = cast(User, request.user).lists.get(kind)
    if not isinstance(kept, dict):
        return Layout()
    left_out: Any = kept.get("hide")
    return Layout(_known(kind, left_out if isinstance(left_out, list) else []), kept.get("dense") is True)


def choices(kind: str, layout: Layout) -> list[tuple[str, str, bool]]:
    """The columns to choose from: name, words, whether it is shown."""
    words = {
        "turn": _("Turn"),
        "lines": _("Bank lines"),
        "until": _("Bank until"),
        "questions": _("Questions"),
        "vat": _("VAT return"),
        "due": _("Due date"),
        "owner": _("Owner"),
        "day": _("Date"),
        "text": _("Reference or message"),
    }
    return [(name, words[name], name not in layout.hidden) for name in COLUMNS[kind]]


def _known(kind: str, names: Iterable[Any]) -> tuple[str, ...]:
    said = set(filter(lambda name: isinstance(name, str), names))
    return tuple(name for name in COLUMNS[kind] if name in said)


@require_POST
def cockpit_layout(request: HttpRequest, firm: str) -> HttpResponse:
    """Keep how the list of clients looks."""
    require(request.actor, Right.SEE_BOOKS)  # type: ignore[attr-defined]
    return _keep(request, "cockpit", reverse("kantoor:cockpit", args=[firm]))


@require_POST
def bank_layout(request: HttpRequest, firm: str, administration: UUID) -> HttpResponse:
    """Keep how the list of bank lines looks, in every dossier."""
    found = access_administration(request.actor, administration, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    return _keep(request, "bank", reverse("kantoor:bank", args=[firm, found.pk]))


def _keep(request: HttpRequest, kind: str, where: str) -> HttpResponse:
    """Write it down with the person, and go back to the same list at an address that says nothing of it."""
    user = cast(User, request.user)
    shown = set(request.POST.getlist("show"))
    hidden = [name for name in COLUMNS[kind] if name not in shown]
    user.lists = {**user.lists, kind: {"hide": hidden, "dense": request.POST.get("dense") == "1"}}
    user.save(update_fields=["lists"])
    back = QueryDict(request.GET.urlencode(), mutable=True)
    for name in SAYS:
        back.pop(name, None)
    return redirect(f"{where}?{back.urlencode()}" if back else where)
