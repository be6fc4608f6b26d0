"""Which bank lines are being asked about: narrows the bank's own lists, which know nothing of requests."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from bankfeeds.models import StatementLine
from portal.tenancy.models import Administration
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


def questions_until(administration: Administration, days: Iterable[date]) -> dict[date, int]:
    """How many open questions are about a line of each of these days or before. One query, none without days.

    Every count equals the list it opens: RequestFilter(administration_id=…, until=…) of queries/requests.py.
    """
    wanted = {f"until_{day:%Y%m%d}": day for day in days}
    if not wanted:
        return {}
    rows = RequestLine.objects.filter(administration=administration, is_open=True)
    sums = {name: Count("request", distinct=True, filter=Q(line__booked_on__lte=day)) for name, day in wanted.items()}
    found = rows.order_by().aggregate(**sums)
    return {day: found[name] for name, day in wanted.items()}
