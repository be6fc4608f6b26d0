"""lock_period and unlock_period: whether entries still get into a month."""

from datetime import date

from accounting.locks import hold_books
from accounting.models import Period
from portal.audit.record import record
from portal.kernel.clock import now
from portal.people.access import Actor


def lock_period(*, period: Period, by: Actor, on: date) -> Period:
    """Lock a period: waits for postings on their way, then lets none in. A locked one stays as it is."""
    hold_books(period.administration_id)
    current: Period = Period.objects.select_for_update().get(pk=period.pk)
    if current.locked_at is None:
        current.locked_at, current.locked_by_id = now(), by.user_id
        current.save(update_fields=["locked_at", "locked_by"])
        record("period.locked", subject=current, by=by, data={"period": current.code, "on": on.isoformat()})
    return current


def unlock_period(*, period: Period, by: Actor, on: date) -> Period:
    """Open a locked period again. An open one stays as it is."""
    hold_books(period.administration_id)
    current: Period = Period.objects.select_for_update().get(pk=period.pk)
    if current.locked_at is not None:
        current.locked_at = current.locked_by_id = None
        current.save(update_fields=["locked_at", "locked_by"])
        record("period.unlocked", subject=current, by=by, data={"period": current.code, "on": on.isoformat()})
    return current
