"""What the cockpit shows of the books: grouped per administration, so that the screen joins it once."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from accounting.models import Obligation, ObligationKind

# Returns are made up every month or every quarter: as far as this before and after there is always one.
AROUND = timedelta(days=105)


def returns_to_make(today: date) -> QuerySet[Any]:
    """Rows of administration and due_on: the oldest open VAT return due this month or before; none without one.

    A filing falls due in the month after its period, so what is due later than this month is not to be made yet.
    """
    rows = Obligation.objects.filter(kind=ObligationKind.VAT_RETURN, done_at=None, due_on__lte=_month_end(today))
    found: QuerySet[Any] = rows.order_by().values("administration").annotate(due_on=Min("due_on"))
    return found


def returns_around(today: date) -> QuerySet[Any]:
    """Rows of administration, due_on and is_done: for whom nothing is to be made, the VAT return to speak of.

    The last of those due this month or before; else the next.
    """
    end = _month_end(today)
    rows = Obligation.objects.filter(kind=ObligationKind.VAT_RETURN, due_on__range=(end - AROUND, end + AROUND))
    last, following = Max("due_on", filter=Q(due_on__lte=end)), Min("due_on", filter=Q(due_on__gt=end))
    found: QuerySet[Any] = rows.order_by().values("administration")
    found = found.annotate(last=last, following=following, open=Min("due_on", filter=Q(due_on__gt=end, done_at=None)))
    is_open = Q(last=None, following=F("open"))
    said: QuerySet[Any] = found.annotate(
        due_on=Coalesce("last", "following"), is_done=Case(When(is_open, then=Value(False)), default=Value(True))
    )
    return said


def _month_end(today: date) -> date:
    return today.replace(day=monthrange(today.year, today.month)[1])


def periods_of(administration: Any, due_on: Any) -> QuerySet[Any]:
    """The periods of the VAT returns of one administration that are due on a day, for a subquery."""
    rows = Obligation.objects.filter(administration=administration, kind=ObligationKind.VAT_RETURN, due_on=due_on)
    return rows.order_by(F("done_at").asc(nulls_first=True), "period").values("period")
