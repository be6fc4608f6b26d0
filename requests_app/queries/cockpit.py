"""The cockpit's columns about requests: subqueries per administration, so that the screen stays one statement."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from requests_app.models import Closure, Request
from requests_app.queries.state import with_state
from requests_app.state import Turn


def cockpit_columns(today: date) -> dict[str, Combinable]:
    """Annotations on Administration: questions_client, questions_firm, questions_late, oldest_*_turn.

    Every count equals the list it opens: RequestFilter(turn=…, administration_id=…) of queries/requests.py.
    """
    closed = Closure.objects.filter(request=OuterRef("pk"), withdrawn_at=None)
    rows = with_state(Request.objects.filter(~Exists(closed), administration=OuterRef("pk")), today)
    client, firm = rows.filter(turn=Turn.CLIENT.value), rows.filter(turn=Turn.FIRM.value)
    return {
        "questions_client": _count(client),
        "questions_firm": _count(firm),
        "questions_late": _count(rows.filter(late=True)),
        "oldest_client_turn": _oldest(client),
        "oldest_firm_turn": _oldest(firm),
    }


def _count(rows: QuerySet[Any]) -> Combinable:
    counted = rows.order_by().values("administration").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _oldest(rows: QuerySet[Any]) -> Combinable:
    return Subquery(rows.order_by().values("administration").annotate(oldest=Min("since")).values("oldest"))
