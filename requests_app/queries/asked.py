"""Which bank lines are being asked about: narrows the bank's own lists, which know nothing of requests."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from bankfeeds.models import StatementLine
from requests_app.models import Request, RequestLine
from requests_app.queries.state import with_state


def asked_lines(which: str, today: date) -> QuerySet[Any]:
    """Ids of lines by request: open (any), client or firm (whose turn), none (never asked, or all closed)."""
    rows = RequestLine.objects.filter(is_open=True)
    if which in ("client", "firm"):
        rows = rows.filter(request__in=with_state(Request.objects.all(), today).filter(turn=which).values("pk"))
    if which == "none":
        return StatementLine.objects.exclude(pk__in=rows.values("line_id")).values("pk")
    return rows.values("line_id")
