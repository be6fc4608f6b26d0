"""Every question of the firm's clients in one list: whose turn, since when, and what was last said."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from bankfeeds.wording import describe
from portal.kernel.clock import today
from portal.people.access import Right, require
from requests_app.queries.pauses import pauses_of
from requests_app.queries.requests import RequestFilter, request_count, request_list
from requests_app.queries.state import annotated_state
from requests_app.wording import state_words


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
def requests(request: HttpRequest, firm: str) -> HttpResponse:
    """The page."""
    require(request.actor, Right.SEE_BOOKS)  # type: ignore[attr-defined]
    day = today()
    turn = request.GET.get("turn", "open")
    wanted = RequestFilter(
        turn=turn if turn in ("open", "client", "firm", "nobody") else "open",
        late=request.GET.get("late") == "1",
        administration_id=_uuid(request.GET.get("administration", "")),
        text=request.GET.get("q", "").strip()[:80],
        before=request.GET.get("before", ""),
        until=_day(request.GET.get("until", "")),
    )
    page = request_list(wanted, day)
    # a state here; "Open" without a context is what a key does
    names = {
        "open": pgettext("questions", "Open"),
        "firm": _("Firm's turn"),
        "client": _("Client's turn"),
        "nobody": _("Resolved"),
    }
    tabs = []
    for name, label in names.items():
        parameters = request.GET.copy()
        parameters.pop("before", None)
        parameters["turn"] = name
        count = request_count(_turned(wanted, name), day)
        tabs.append(
            {"url": "?" + parameters.urlencode(), "label": label, "count": count, "current": wanted.turn == name}
        )
    pauses = pauses_of(page.rows, day)
    rows = [_row(row, request.LANGUAGE_CODE) | {"pause": pauses.get(row.pk)} for row in page.rows]
    following = request.GET.copy()
    following["before"] = page.next
    context = {
        "rows": rows,
        "tabs": tabs,
        "filter": wanted,
        "next_url": "?" + following.urlencode() if page.next else "",
        "total": next(tab["count"] for tab in tabs if tab["current"]),
    }
    return render(request, "kantoor/requests.html", context)


def _turned(wanted: RequestFilter, turn: str) -> RequestFilter:
    return replace(wanted, turn=turn, before="")


def _row(row: Any, language: str) -> dict[str, Any]:
    state = annotated_state(row)
    first = row.kept_lines[0].line if row.kept_lines else None
    return {
        "row": row,
        "state": state,
        "words": state_words(state, language),
        "about": describe(first, language).plain if first else row.text,
        "more": max(0, len(row.kept_lines) - 1),
    }
