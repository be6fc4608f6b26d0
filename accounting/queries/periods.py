"""Which period a day falls in, and where a booking can still go."""

from datetime import date

from django.db import models

from accounting.models import Period
from portal.tenancy.models import Administration


def period_of(day: date, administration: Administration | None = None) -> Period | None:
    """The period of a day, locked or not; None when no book year covers it."""
    return _periods(administration).filter(first_day__lte=day, last_day__gte=day).first()


def first_open_period_on_or_after(day: date, administration: Administration | None = None) -> Period | None:
    """The period of the day when it is open, else the next open one; None when there is none."""
    return _periods(administration).filter(last_day__gte=day, locked_at=None).order_by("first_day").first()


def months_of(administration: Administration) -> list[Period]:
    """All months of the books, newest first, with who locked them."""
    rows = Period.objects.filter(administration=administration).select_related("locked_by")
    return list(rows.order_by("-first_day", "pk"))


def _periods(administration: Administration | None) -> "models.QuerySet[Period]":
    """Periods of the given administration, or of the scope when that names just one."""
    rows = Period.objects.select_related("fiscal_year")
    return rows if administration is None else rows.filter(administration=administration)
