"""The rule of requests_app.state in SQL, for lists and counts: annotations turn, late, since, code, until."""

from datetime import date, datetime, time
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.db.models.lookups import LessThan

from portal.kernel.clock import zone
from requests_app.models import Answer, Closure, Promise, Request
from requests_app.state import LATE_AFTER, State, Turn

_CLOSED = Q(closed_at__isnull=False)
_ANSWERED = Q(answered_at__isnull=False)
_ESCALATED = Q(escalated_on__isnull=False)


def _live(rows: QuerySet[Answer] | QuerySet[Promise] | QuerySet[Closure], column: str) -> Subquery:
    return Subquery(rows.filter(request=OuterRef("pk"), withdrawn_at=None).values(column)[:1])


def _last_withdrawn(rows: QuerySet[Answer] | QuerySet[Closure]) -> Subquery:
    mine = rows.filter(request=OuterRef("pk"), withdrawn_at__isnull=False).order_by()
    return Subquery(mine.values("request").annotate(last=Max("withdrawn_at")).values("last"))


def with_state(rows: QuerySet[Request], today: date) -> QuerySet[Any]:
    """Annotate requests with turn, late, since, code and until, as on `today`.

    The rows stay requests; their type is open because it cannot name the annotations.
    """
    brussels = zone()
    kept = Q(until__gte=today)
    broken = Q(until__lt=today, escalated_on=None)
    returned = Greatest(
        F("created_at"),
        Coalesce(_last_withdrawn(Answer.objects.all()), F("created_at")),
        Coalesce(_last_withdrawn(Closure.objects.all()), F("created_at")),
    )
    stated = rows.annotate(
        closed_at=_live(Closure.objects.all(), "at"),
        answered_at=_live(Answer.objects.all(), "at"),
        promised_at=_live(Promise.objects.all(), "at"),
        until=_live(Promise.objects.all(), "until"),
    ).annotate(
        code=Case(
            When(_CLOSED, then=Value("closed")),
            When(_ANSWERED, then=Value("answered")),
            When(kept, then=Value("promised")),
            When(broken, then=Value("promise_broken")),
            When(_ESCALATED, then=Value("escalated")),
            default=Value("asked"),
            output_field=CharField(),
        ),
        since=Case(
            When(_CLOSED, then=TruncDate("closed_at", tzinfo=brussels)),
            When(_ANSWERED, then=TruncDate("answered_at", tzinfo=brussels)),
            When(kept, then=TruncDate("promised_at", tzinfo=brussels)),
            When(broken, then=F("until")),
            When(_ESCALATED, then=F("escalated_on")),
            default=TruncDate(returned, tzinfo=brussels),
            output_field=DateField(),
        ),
    )
    # said from the dates and not from code and since: each mention of those repeats all their subqueries in the SQL
    long_ago = datetime.combine(today - LATE_AFTER, time.min, brussels)
    return stated.annotate(
        turn=Case(
            When(_CLOSED, then=Value(Turn.NOBODY.value)),
            When(_ANSWERED, then=Value(Turn.FIRM.value)),
            When(kept, then=Value(Turn.CLIENT.value)),
            When(_ESCALATED, then=Value(Turn.FIRM.value)),
            default=Value(Turn.CLIENT.value),
            output_field=CharField(),
        ),
        late=Case(
            When(_CLOSED, then=Value(False)),
            When(answered_at__lt=long_ago, then=Value(True)),
            When(_ANSWERED | kept, then=Value(False)),
            When(broken | _ESCALATED, then=Value(True)),
            When(LessThan(returned, long_ago), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )


def annotated_state(row: Any) -> State:
    """The State of a row that with_state() annotated."""
    until = row.until if row.code in ("promised", "promise_broken") else None
    return State(Turn(row.turn), row.late, row.since, row.code, until)
