"""Asking somebody else instead: the turn stays with the client's side, the firm sees it in the thread."""

from datetime import date

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import now
from portal.links.issue import issue
from portal.people.access import Actor
from requests_app.actions.ask import checked
from requests_app.ladder import next_step
from requests_app.letters import mail_requests
from requests_app.models import Request
from requests_app.people import Recipient
from requests_app.thread_writing import hold, note_event, refuse_when_closed


@transaction.atomic
def change_recipient(*, request: Request, recipient: Recipient | None, by: Actor, on: date) -> Request:
    """Send an open request to another person. Raises NoRecipient, BadAddress, AlreadyHandled.

    The same person again mails the question once more (their link lives longer), at most once a minute.
    """
    held = hold(request)
    refuse_when_closed(held)
    person = checked(recipient, held.administration)
    before = held.link
    held.link = issue(
        administration=held.administration,
        email=person.email,
        name=person.name,
        user=person.user_id,
        language=person.language,
        on=on,
    )
    held.language, returned = held.link.language, held.returned_at
    held.returned_at = None
    held.save(update_fields=["link", "language", "returned_at"])
    if before.pk != held.link_id or returned:
        # another person has not been reminded yet, nor given up on
        held.reminders, held.escalated_on = 0, None
        held.remind_on = next_step(on, 0, on, held.administration.country)
        held.save(update_fields=["reminders", "escalated_on", "remind_on"])
        facts = {"to": held.link.email, "before": before.email}
        note_event(held, "recipient_changed", by=by, facts=facts)
        record("request.recipient_changed", subject=held, by=by, data=facts)
    minute = now().strftime("%Y-%m-%dT%H:%M")
    mail_requests(link=held.link, requests=[held], dedup_key=f"{held.pk}:{held.link_id}:{minute}", by=by, on=on)
    return held
