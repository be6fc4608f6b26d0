"""What the cockpit counts of requests: grouped per administration, so that the screen joins it once."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from requests_app.models import Request, RequestLine
from requests_app.queries.state import with_state
from requests_app.state import Turn


def cockpit_counts(today: date) -> QuerySet[Any]:
    """Rows of administration, questions_client, questions_firm, questions_late; none where nothing is asked.

    Every count equals the list it opens: RequestFilter(turn=…, administration_id=…) of queries/requests.py.
    """
    # a request is open as long as its lines are (close_request): so only what is open is read, whatever lies behind
    asked = RequestLine.objects.filter(is_open=True).order_by().values("request")
    rows = with_state(Request.objects.filter(pk__in=asked), today, all_open=True)
    counted = rows.order_by().values("administration")
    counts: QuerySet[Any] = counted.annotate(
        questions_client=Count("pk", filter=Q(turn=Turn.CLIENT.value)),
        questions_firm=Count("pk", filter=Q(turn=Turn.FIRM.value)),
        questions_late=Count("pk", filter=Q(late=True)),
    )
    return counts
