"""The list of requests over all administrations of the scope: filters and keyset paging live in the URL."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from requests_app.models import Request, RequestKind, RequestLine
from requests_app.queries.state import with_state
from requests_app.state import Turn

PAGE = 50


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What to show. `turn`: client, firm, nobody, open (both sides) or all; `before`: the cursor of the next page."""

    turn: str = "open"
    late: bool = False
    kind: str = ""
    administration_id: uuid.UUID | None = None
    recipient: str = ""
    text: str = ""
    before: str = ""
    until: date | None = None  # with a line of that day or before


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One page of requests (annotated with turn, late, since, code, until) and the cursor of the next, if any."""

    rows: list[Request]
    next: str


def request_list(wanted: RequestFilter, on: date, size: int = PAGE) -> RequestPage:
    """A page of requests, newest first."""
    rows = matching(wanted, on)
    moment, pk = _cursor(wanted.before)
    if moment is not None:
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=pk))
    lines = RequestLine.objects.select_related("line__account").order_by("line__booked_on", "line_id")
    found: list[Any] = list(
        rows.select_related("administration", "link")
        .prefetch_related(Prefetch("lines", lines, to_attr="kept_lines"))
        .order_by("-created_at", "-pk")[: size + 1]
    )
    page = found[:size]
    more = f"{page[-1].created_at.isoformat()}_{page[-1].pk}" if len(found) > size else ""
    return RequestPage(page, more)


def request_count(wanted: RequestFilter, on: date) -> int:
    """How many requests the same filter shows over all its pages."""
    return matching(wanted, on).count()


def matching(wanted: RequestFilter, on: date) -> QuerySet[Any]:
    """The requests of a filter, annotated with their state."""
    rows = with_state(Request.objects.all(), on)
    if wanted.turn in (Turn.CLIENT, Turn.FIRM, Turn.NOBODY):
        rows = rows.filter(turn=wanted.turn)
    elif wanted.turn != "all":
        rows = rows.exclude(turn=Turn.NOBODY.value)
    if wanted.late:
        rows = rows.filter(late=True)
    if wanted.kind in RequestKind.values:
        rows = rows.filter(kind=wanted.kind)
    if wanted.administration_id is not None:
        rows = rows.filter(administration_id=wanted.administration_id)
    if wanted.recipient:
        rows = rows.filter(Q(link__email__iexact=wanted.recipient) | Q(link__name__icontains=wanted.recipient))
    if wanted.until is not None:
        rows = rows.filter(pk__in=RequestLine.objects.filter(line__booked_on__lte=wanted.until).values("request"))
    if wanted.text:
        found = RequestLine.objects.filter(line__counterparty_name__icontains=wanted.text).values("request")
        rows = rows.filter(Q(text__icontains=wanted.text) | Q(pk__in=found))
    return rows


def _cursor(text: str) -> tuple[datetime | None, uuid.UUID | None]:
    moment, _, pk = text.partition("_")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), uuid.UUID(pk)
    except (ValueError, OverflowError):  # a cursor somebody bent shows the first page
        return None, None
