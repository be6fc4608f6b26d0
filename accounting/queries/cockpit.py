"""What the cockpit shows of the books, per administration, as parts of its one statement."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.db.models import Case, DateField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from accounting.models import Obligation, ObligationKind


def cockpit_columns(today: date) -> dict[str, Subquery]:
    """Annotations for a query of Administration.

    vat_period, vat_due_on, vat_done: the VAT return to speak of (see `_to_speak_of`), null when there is none;
    ec_due_on, listing_due_on: the first open EC sales list and customer listing.
    """
    vat = _to_speak_of(ObligationKind.VAT_RETURN, today)
    return {
        "vat_period": Subquery(vat.values("period")[:1]),
        "vat_due_on": Subquery(vat.values("due_on")[:1]),
        "vat_done": Subquery(vat.annotate(is_done=_is_done()).values("is_done")[:1]),
        "ec_due_on": Subquery(_open(ObligationKind.EC_SALES_LIST).values("due_on")[:1]),
        "listing_due_on": Subquery(_open(ObligationKind.CUSTOMER_LISTING).values("due_on")[:1]),
    }


def _to_speak_of(kind: ObligationKind, today: date) -> QuerySet[Any]:
    """The oldest open filing due this month or before; when all those are done, the last of them; else the next.

    A filing falls due in the month after its period, so what is due later than this month is not to be made yet.
    """
    month_end = today.replace(day=monthrange(today.year, today.month)[1])
    rank = Case(
        When(Q(due_on__lte=month_end, done_at=None), then=Value(0)),
        When(due_on__lte=month_end, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    oldest_first = Case(When(rank=1, then=None), default=F("due_on"), output_field=DateField())
    rows: QuerySet[Any] = Obligation.objects.filter(administration=OuterRef("pk"), kind=kind)
    ranked: QuerySet[Any] = rows.annotate(rank=rank)
    return ranked.order_by("rank", oldest_first.asc(), "-due_on")


def _is_done() -> Case:
    return Case(When(done_at=None, then=Value(False)), default=Value(True))


def _open(kind: ObligationKind) -> QuerySet[Any]:
    return Obligation.objects.filter(administration=OuterRef("pk"), kind=kind, done_at=None).order_by("due_on")
