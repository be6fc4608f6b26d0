"""“This is not for me”: whoever got a link that was meant for somebody else tells the firm, which then asks another."""

from datetime import date

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import now
from portal.people.access import Actor
from requests_app.models import Forward, Request
from requests_app.queries.mine import of_actor
from requests_app.queries.state import with_state
from requests_app.state import Turn
from requests_app.thread_writing import hold, note_event


@transaction.atomic
def not_for_me(*, by: Actor, on: date) -> int:
    """Give every question that waits for this guest back to the firm; reminders to the wrong person stop.

    What a colleague passed on goes back to that colleague. Returns how many questions went back. Doing it twice changes
    nothing more.
    """
    mine = of_actor(Request.objects.all(), by)
    passed_on = Forward.objects.select_related("request").filter(link_id=by.link_id, withdrawn_at=None)
    told = 0
    for forward in passed_on.filter(request__in=mine.values("pk")).order_by("pk"):
        note_event(hold(forward.request), "not_for_me", by=by)
        record("request.forward_returned", subject=forward.request, by=by, data={"to": by.email})
        told += 1
    passed_on.update(withdrawn_at=now())
    waiting = with_state(of_actor(Request.objects.all(), by), on).filter(turn=Turn.CLIENT.value, escalated_on=None)
    for request in waiting.order_by("pk"):
        held = hold(request)
        held.escalated_on, held.remind_on = on, None
        held.save(update_fields=["escalated_on", "remind_on"])
        note_event(held, "not_for_me", by=by)
        record("request.disowned", subject=held, by=by)
        told += 1
    return told
