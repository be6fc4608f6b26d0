"""“This is not for me”: whoever got a link that was meant for somebody else tells the firm, which then asks another."""

from datetime import date

from django.db import transaction

from portal.audit.record import record
from portal.people.access import Actor
from requests_app.models import Request
from requests_app.queries.mine import of_actor
from requests_app.queries.state import with_state
from requests_app.state import Turn
from requests_app.thread_writing import hold, note_event


@transaction.atomic
def not_for_me(*, by: Actor, on: date) -> int:
    """Give every question that waits for this guest back to the firm; reminders to the wrong person stop.

    Returns how many questions went back. Doing it twice changes nothing more.
    """
    waiting = with_state(of_actor(Request.objects.all(), by), on).filter(turn=Turn.CLIENT.value, escalated_on=None)
    told = 0
    for request in waiting.order_by("pk"):
        held = hold(request)
        held.escalated_on, held.remind_on = on, None
        held.save(update_fields=["escalated_on", "remind_on"])
        note_event(held, "not_for_me", by=by)
        record("request.disowned", subject=held, by=by)
        told += 1
    return told
