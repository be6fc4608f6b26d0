"""What is to be filed, and how urgent that is on a given day."""

from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounting.models import Obligation
from portal.people.models import Responsible
from portal.tenancy.models import Administration

SOON = timedelta(days=14)


def obligation_state(obligation: Obligation, today: date) -> str:
    """done, late (the day has passed), due_soon (within 14 days, today included) or on_track.

    Whether it waits for the client is for the screen to add, which knows the open questions.
    """
    if obligation.done_at is not None:
        return "done"
    if obligation.due_on < today:
        return "late"
    return "due_soon" if obligation.due_on <= today + SOON else "on_track"


def open_obligations(administration: Administration) -> QuerySet[Obligation]:
    """Filings not done yet, first due first."""
    return Obligation.objects.filter(administration=administration, done_at=None).order_by("due_on", "kind")


def obligations_of(administration: Administration) -> QuerySet[Any]:
    """All filings in the list, first due first, with `responsible`: the name of who answers for the administration."""
    responsible = Responsible.objects.filter(administration=OuterRef("administration")).values("member__user__name")
    rows: QuerySet[Any] = Obligation.objects.filter(administration=administration).select_related("done_by")
    found: QuerySet[Any] = rows.annotate(responsible=Subquery(responsible)).order_by("due_on", "kind")
    return found
