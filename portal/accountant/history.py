"""The history of one bank line in sentences: who did what, and when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bankfeeds.queries.lines import allocations_of
from bankfeeds.rules import access_line
from bankfeeds.wording import describe
from portal.accountant.forms import account_text
from portal.kernel.errors import gettext_noop
from portal.kernel.formatting import format_day, format_money
from portal.people.access import Right
from portal.web.htmx import is_htmx
from requests_app.queries.history import events_of_line, outcome_words

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from bankfeeds.models import Allocation, StatementLine
    from portal.audit.models import Event

WORDS = {
    "line.allocated": gettext_noop("%(who)s gave %(amount)s to %(where)s"),
    "line.allocation_undone": gettext_noop("%(who)s took %(amount)s back from %(where)s"),
    "request.asked": gettext_noop("%(who)s asked %(to)s about it"),
    "request.line_joined": gettext_noop("%(who)s added this line to the question"),
    "request.reminded": gettext_noop("%(who)s sent a reminder"),
    "request.answer_noted": gettext_noop("%(who)s noted the answer of %(whom)s"),
    "request.answered": gettext_noop("%(who)s answered"),
    "request.answer_withdrawn": gettext_noop("%(who)s took the answer back"),
    "request.promise_noted": gettext_noop("%(who)s noted that %(whom)s promised the document for %(day)s"),
    "request.promised": gettext_noop("%(who)s promised the document for %(day)s"),
    "request.document_added": gettext_noop("%(who)s sent one more document"),
    "request.commented": gettext_noop("%(who)s wrote a message"),
    "request.noted": gettext_noop("%(who)s kept a note"),
    "request.recipient_changed": gettext_noop("%(who)s asked somebody else"),
    "request.disowned": gettext_noop("%(who)s said that the question is for somebody else"),
    "request.closed": gettext_noop("%(who)s closed the question: %(outcome)s"),
    "request.reopened": gettext_noop("%(who)s opened the question again"),
}


@require_safe
def line_history(request: HttpRequest, firm: str, administration: Any, line: Any) -> HttpResponse:
    """The history: a part of the desk within htmx, its own page without."""
    row = access_line(request.actor, line, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    context = {
        "administration": row.administration,
        "line": row,
        "words": describe(row, get_language() or "nl"),
        "told": told(row),
    }
    return render(request, "kantoor/_history.html" if is_htmx(request) else "kantoor/history.html", context)


def told(line: StatementLine) -> list[tuple[datetime, str]]:
    """Moment and sentence of everything that happened, oldest first: how it came in, and what was done since."""
    source = line.statement.imported
    came_in = _("%(who)s took in the bank file %(file)s") % {"who": source.actor_name, "file": source.name}
    places = {str(one.pk): one for one in allocations_of(line, undone=True)}
    since = [(event.at, _sentence(event, places)) for event in events_of_line(line) if event.what in WORDS]
    return [(source.created_at, came_in), *since]


def _sentence(event: Event, places: dict[str, Allocation]) -> str:
    facts = event.facts
    place = places.get(str(facts.get("allocation")))
    said = {
        "who": event.actor_name or "Samen",
        "amount": _money(place.amount) if place else "",
        "where": _where(place) if place else "",
        "to": facts.get("to", ""),
        "whom": facts.get("name", ""),
        "day": _day(facts.get("until")),
        "outcome": outcome_words(facts.get("outcome", "")),
    }
    return _(WORDS[event.what]) % said


def _money(amount: Decimal) -> str:
    return format_money(abs(amount), get_language() or "nl")


def _where(place: Allocation) -> str:
    if place.open_item is None:
        return account_text(place.account)
    party = place.open_item.party
    return " ".join(filter(None, [party.name if party else "", place.open_item.reference]))


def _day(text: str | None) -> str:
    return format_day(date.fromisoformat(text), get_language() or "nl") if text else ""
