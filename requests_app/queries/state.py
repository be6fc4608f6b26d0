"""The rule of requests_app.state in SQL, for lists and counts: annotations turn, late, since, code, until."""

from datetime import date, datetime, time
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, TruncDate

from portal.kernel.clock import zone
from requests_app.models import Answer, Closure, Request
from requests_app.state import LATE_AFTER, State, Turn

_CLOSED = Q(closed_at__isnull=False)
_ANSWERED = Q(answered_at__isnull=False)
_ESCALATED = Q(escalated_on__isnull=False)


def _live(name: str) -> FilteredRelation:
    """The one row of a kind that was not taken back (a unique index says there is at most one), as a join."""
    return FilteredRelation(name, condition=Q(**{f"{name}__withdrawn_at": None}))


def _last_withdrawn(rows: QuerySet[Answer] | QuerySet[Closure]) -> Subquery:
    mine = rows.filter(request=OuterRef("pk"), withdrawn_at__isnull=False).order_by()
    return Subquery(mine.values("request").annotate(last=Max("withdrawn_at")).values("last"))


def with_state(rows: QuerySet[Request], today: date, *, all_open: bool = False) -> QuerySet[Any]:
    """Annotate requests with turn, late, since, code and until, as on `today`.

    The rows stay requests; their type is open because it cannot name the annotations. `all_open`: none of them is
    closed, so that need not be looked up.
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
        live_closure=_live("closures"), live_answer=_live("answers"), live_promise=_live("promises")
    ).annotate(
        closed_at=Value(None, output_field=DateTimeField()) if all_open else F("live_closure__at"),
        answered_at=F("live_answer__at"),
        promised_at=F("live_promise__at"),
        until=F("live_promise__until"),
    )
    stated = stated.annotate(
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
    # said from the dates and not from `since`, whose subqueries would run for every row that is counted
    long_ago = datetime.combine(today - LATE_AFTER, time.min, brussels)
    returned_since = [
        Q(pk__in=rows.filter(withdrawn_at__gte=long_ago).order_by().values("request"))
        for rows in (Answer.objects.all(), Closure.objects.all())
    ]
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
            When(Q(created_at__gte=long_ago) | returned_since[0] | returned_since[1], then=Value(False)),
            default=Value(True),
            output_field=BooleanField(),
        ),
    )


def annotated_state(row: Any) -> State:
    """The State of a row that with_state() annotated."""
    until = row.until if row.code in ("promised", "promise_broken") else None
    return State(Turn(row.turn), row.late, row.since, row.code, until)


def current_state(request: Request, today: date) -> State:
    """The state of one request, asked in one query where `state_of` takes five."""
    return annotated_state(with_state(Request.objects.filter(pk=request.pk), today).get())
