"""What happened: the log of one administration, or of the firm itself, narrowed by person, kind and day."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from portal.audit.models import Event
from portal.kernel.clock import zone


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What a reader wants to see; empty is everything. Days are those of the reader's wall calendar."""

    who: str = ""
    kinds: tuple[str, ...] = ()  # beginnings of names of events: "request.", "period."
    since: date | None = None
    until: date | None = None


def events_of(
    administration_id: uuid.UUID | None, *, wanted: LogFilter, only: Iterable[str] | None = None
) -> QuerySet[Event]:
    """The events of an administration (None: of the firm itself), inside the open scope; `only` these, by name."""
    rows: QuerySet[Event] = Event.objects.filter(administration_id=administration_id)
    if only is not None:
        rows = rows.filter(what__in=list(only))
    if wanted.who:
        rows = rows.filter(actor_name=wanted.who)
    if wanted.kinds:
        begins = Q()
        for kind in wanted.kinds:
            begins |= Q(what__startswith=kind)
        rows = rows.filter(begins)
    if wanted.since:
        rows = rows.filter(at__gte=_start(wanted.since))
    if wanted.until and wanted.until < date.max:  # the day after the last one does not exist
        rows = rows.filter(at__lt=_start(wanted.until + timedelta(days=1)))
    return rows


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone())


def people_in(rows: QuerySet[Event], most: int = 60) -> list[str]:
    """Who acted among these events, by name."""
    return list(rows.order_by("actor_name").values_list("actor_name", flat=True).distinct()[:most])
