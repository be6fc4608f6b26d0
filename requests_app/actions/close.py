"""Closing with an outcome, thanking, and reopening. A closed request frees its lines for a new question."""

from datetime import date

from django.db import IntegrityError, transaction

from portal.audit.record import record
from portal.kernel.clock import now
from portal.people.access import Actor
from requests_app.ladder import next_step
from requests_app.letters import mail_thanks
from requests_app.models import Closure, Outcome, Request, RequestLine
from requests_app.queries.state import with_state
from requests_app.refusals import AlreadyAsked, NotClosed
from requests_app.state import Turn
from requests_app.thread_writing import hold, live_answer, note_event, refuse_when_closed, tenant

CLIENT_SIDE = ("client", "guest")


@transaction.atomic
def close_request(*, request: Request, outcome: str, by: Actor, on: date, thank: bool = True) -> Closure:
    """End a request: nobody's turn, no reminder, and a thank-you once nothing is left for that person.

    Raises AlreadyHandled when a colleague was first.
    """
    held = hold(request)
    refuse_when_closed(held)
    closure: Closure = Closure.objects.create(outcome=Outcome(outcome), at=now(), **tenant(held), **by.as_columns())
    RequestLine.objects.filter(request=held).update(is_open=False)
    held.remind_on = None
    held.save(update_fields=["remind_on"])
    record("request.closed", subject=held, by=by, data={"outcome": str(outcome)})
    answer = live_answer(held)
    answered = answer is not None and answer.actor_kind in CLIENT_SIDE
    if thank and answered and outcome != Outcome.NOT_NEEDED and not _still_asked(held, on):
        mail_thanks(request=held, by=by, on=on)
    return closure


def _still_asked(request: Request, on: date) -> bool:
    """Say whether the same person still has something to do here: “she has all she needs” would not be true."""
    others = with_state(Request.objects.filter(link_id=request.link_id).exclude(pk=request.pk), on)
    return others.filter(turn=Turn.CLIENT.value).exists()


@transaction.atomic
def reopen_request(*, request: Request, by: Actor, on: date) -> Request:
    """Undo the closing; the history stays. Raises NotClosed, or AlreadyAsked when a line got a new question since."""
    held = hold(request)
    closure = Closure.objects.filter(request=held, withdrawn_at=None).first()
    if closure is None:
        raise NotClosed
    newer = (
        RequestLine.objects.select_related("request__link", "line")
        .filter(line__in=RequestLine.objects.filter(request=held).values("line"), is_open=True)
        .first()
    )
    if newer is None:
        try:
            with transaction.atomic():
                RequestLine.objects.filter(request=held).update(is_open=True)
        except IntegrityError:
            newer = (
                RequestLine.objects.select_related("request__link", "line")
                .filter(line__in=RequestLine.objects.filter(request=held).values("line"), is_open=True)
                .get()
            )
    if newer is not None:
        raise AlreadyAsked(
            asker=newer.request.actor_name,
            recipient=newer.request.link.name,
            day=newer.request.asked_on,
            what=newer.line.counterparty_name,
            request_id=newer.request_id,
            line_id=newer.line_id,
        )
    closure.withdrawn_at = now()
    closure.save(update_fields=["withdrawn_at"])
    if live_answer(held) is None:
        held.reminders = 0
        held.remind_on = next_step(on, 0, on, held.administration.country)
        held.escalated_on = None
        if held.returned_at is not None:  # nobody to remind: the firm chooses another recipient
            held.remind_on, held.escalated_on = None, on
        held.save(update_fields=["reminders", "remind_on", "escalated_on"])
    note_event(held, "reopened", by=by)
    record("request.reopened", subject=held, by=by)
    return held
