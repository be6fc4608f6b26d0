"""ensure_obligations, mark_done, mark_all_done, undo_done: what must be filed, and that it has been."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from accounting.deadlines import deadlines_around
from accounting.models import Obligation
from portal.audit.record import record
from portal.kernel.clock import now
from portal.people.access import Actor
from portal.tenancy.models import Administration


def ensure_obligations(*, administration: Administration, today: date, since: date | None = None) -> int:
    """Make sure the filings around today stand in the list, and return how many were added. Safe to repeat.

    What was due before `since`, the day the administration came to the firm, was for somebody else to file.
    """
    wanted = deadlines_around(today, administration.country, administration.vat_rhythm)
    known = set(Obligation.objects.filter(administration=administration).values_list("kind", "period"))
    missing = [
        Obligation(
            firm_id=administration.firm_id,
            administration=administration,
            kind=one.kind,
            period=one.period,
            due_on=one.due_on,
        )
        for one in wanted
        if (one.kind, one.period) not in known and (since is None or one.due_on >= since)
    ]
    Obligation.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def mark_done(*, obligation: Obligation, by: Actor, on: date) -> Obligation:
    """Say that a filing is done. Done stays done, by the first who said so."""
    current: Obligation = Obligation.objects.select_for_update().get(pk=obligation.pk)
    if current.done_at is None:
        current.done_at, current.done_by_id = now(), by.user_id
        current.save(update_fields=["done_at", "done_by"])
        record("obligation.done", subject=current, by=by, data=_facts(current, on))
    return current


@transaction.atomic
def mark_all_done(*, administration: Administration, obligations: Collection[UUID], by: Actor, on: date) -> int:
    """Say of several filings of one administration that they are done; return of how many that was new.

    What was done already stays done by who said so first; a batch is one event. Foreign ids are nobody's: ignored.
    """
    mine = Obligation.objects.select_for_update().filter(administration=administration, done_at=None)
    held = list(mine.filter(pk__in=obligations).order_by("due_on", "kind"))
    if held:
        ids = [one.pk for one in held]
        Obligation.objects.filter(pk__in=ids).update(done_at=now(), done_by=by.user_id)
        filings = [f"{one.kind} {one.period}" for one in held]
        record("obligations.done", subject=administration, by=by, data={"filings": filings, "on": on.isoformat()})
    return len(held)


def undo_done(*, obligation: Obligation, by: Actor, on: date) -> Obligation:
    """Take "done" back. What is not done stays so."""
    current: Obligation = Obligation.objects.select_for_update().get(pk=obligation.pk)
    if current.done_at is not None:
        current.done_at = current.done_by_id = None
        current.save(update_fields=["done_at", "done_by"])
        record("obligation.reopened", subject=current, by=by, data=_facts(current, on))
    return current


def _facts(obligation: Obligation, on: date) -> dict[str, str]:
    return {"kind": obligation.kind, "period": obligation.period, "on": on.isoformat()}
