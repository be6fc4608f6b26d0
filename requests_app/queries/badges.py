"""Whose turn it is, per bank line: one statement for a whole screen."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from portal.kernel.clock import today
from requests_app.models import Message, MessageKind, Request, RequestLine
from requests_app.queries.state import annotated_state, with_state
from requests_app.state import State


@dataclass(frozen=True, slots=True)
class Badge:
    """The state of the newest request about a line, for a badge in a list; `last` is the last message."""

    turn: str
    late: bool
    since: date
    request_id: uuid.UUID
    state: State
    recipient: str
    last: str


def badges_for_lines(line_ids: Iterable[uuid.UUID], on: date | None = None) -> dict[uuid.UUID, Badge]:
    """The badge of every line that was ever asked about; lines nobody asked about are not in the answer."""
    about = RequestLine.objects.filter(line_id__in=list(line_ids)).order_by("request_id")
    links = list(about.values_list("line_id", "request_id"))
    said = Message.objects.filter(request=OuterRef("pk"), kind=MessageKind.MESSAGE).order_by("-at", "-pk")
    rows = with_state(Request.objects.filter(pk__in={request_id for _, request_id in links}), on or today())
    requests = {
        row.pk: row for row in rows.select_related("link").annotate(last_text=Subquery(said.values("text")[:1]))
    }
    badges: dict[uuid.UUID, Badge] = {}
    for line_id, request_id in links:  # ids rise with time: the newest request of a line comes last and wins
        row = requests[request_id]
        state = annotated_state(row)
        badges[line_id] = Badge(
            turn=state.turn.value,
            late=state.late,
            since=state.since,
            request_id=request_id,
            state=state,
            recipient=row.link.name,
            last=row.last_text or "",
        )
    return badges


def open_request_of(line_id: uuid.UUID) -> Request | None:
    """The open request about a line, if there is one."""
    row = (
        RequestLine.objects.select_related("request__administration", "request__link")
        .filter(line_id=line_id, is_open=True)
        .first()
    )
    return row.request if row else None


def request_of(line_id: uuid.UUID) -> Request | None:
    """The newest request about a line, open or closed."""
    row = (
        RequestLine.objects.select_related("request__administration", "request__link")
        .filter(line_id=line_id)
        .order_by("-request_id")
        .first()
    )
    return row.request if row else None
