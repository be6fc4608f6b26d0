"""Letting reminders rest: of one question or of a whole client, until a day or until somebody resumes them."""

from datetime import date, timedelta

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import now
from portal.kernel.text import one_line
from portal.people.access import Actor
from portal.tenancy.models import Administration
from requests_app.models import Pause, Request
from requests_app.refusals import BadPauseDay, NothingPaused, PauseWithoutReason
from requests_app.thread_writing import note_event

LONGEST = timedelta(days=366)
REASON_LENGTH = 200


@transaction.atomic
def pause_reminders(
    *,
    administration: Administration,
    request: Request | None = None,
    until: date | None,
    reason: str,
    by: Actor,
    on: date,
) -> Pause:
    """Send no reminders of `request` (None: of anything asked of this client) before `until` (None: until resumed).

    The ladder keeps its place: what fell due meanwhile goes out on that day. A pause that stands already is replaced.
    Raises PauseWithoutReason, BadPauseDay.
    """
    words = one_line(reason, REASON_LENGTH)
    if not words:
        raise PauseWithoutReason
    if until is not None and not on < until <= on + LONGEST:
        raise BadPauseDay(last=on + LONGEST)
    _lift(administration, request)
    columns = {"firm_id": administration.firm_id, "administration": administration, **by.as_columns()}
    made: Pause = Pause.objects.create(request=request, until=until, reason=words, at=now(), **columns)
    facts = {"reason": words, "until": until.isoformat()} if until else {"reason": words}
    if request is not None:
        note_event(request, "paused_until" if until else "paused", by=by, facts=facts)
    record("reminders.paused", subject=request or administration, by=by, data=facts)
    return made


@transaction.atomic
def resume_reminders(*, administration: Administration, request: Request | None = None, by: Actor, on: date) -> None:
    """Lift the pause of a question (None: of the client). Raises NothingPaused."""
    if not _lift(administration, request):
        raise NothingPaused
    if request is not None:
        note_event(request, "resumed", by=by)
    record("reminders.resumed", subject=request or administration, by=by)


def _lift(administration: Administration, request: Request | None) -> bool:
    # the client's row first: two colleagues who pause at once come one after the other
    Administration.objects.select_for_update(no_key=True).get(pk=administration.pk)
    live = Pause.objects.filter(administration=administration, request=request, lifted_at=None)
    return bool(live.update(lifted_at=now()))
