"""Passing a question on to a colleague: the client's side keeps the turn, the firm sees to whom it went."""

from datetime import date

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import now
from portal.links.issue import issue
from portal.people.access import Actor
from requests_app.actions.ask import checked
from requests_app.letters import mail_forward
from requests_app.models import Forward, Request
from requests_app.people import Recipient, lost_access
from requests_app.refusals import AlreadyTheirs, LostAccess, TooManyForwards
from requests_app.thread_writing import hold, note_event, refuse_when_closed, tenant

MOST = 3  # colleagues a question may wait with beside the person who was asked


@transaction.atomic
def forward(*, request: Request, recipient: Recipient | None, by: Actor, on: date) -> Forward:
    """Let a colleague answer too: one mail with a link of their own, which shows this question.

    Raises NoRecipient, BadAddress, AlreadyTheirs, LostAccess, TooManyForwards, AlreadyHandled.
    """
    held = hold(request)
    refuse_when_closed(held)
    person = checked(recipient, held.administration)
    forwards = Forward.objects.filter(request=held)
    if person.email == held.link.email or forwards.filter(link__email=person.email, withdrawn_at=None).exists():
        raise AlreadyTheirs(email=person.email)
    if lost_access(person.email, held.administration):
        raise LostAccess(email=person.email)
    # those given back count too: nobody mails the whole world one address after the other
    if forwards.filter(withdrawn_at=None).count() >= MOST or forwards.count() >= 2 * MOST:
        raise TooManyForwards(limit=MOST)
    link = issue(
        administration=held.administration,
        email=person.email,
        name=person.name,
        user=person.user_id,
        language=person.language,
        on=on,
    )
    made: Forward
    made, _ = Forward.objects.update_or_create(
        request=held, link=link, defaults={"at": now(), "withdrawn_at": None, **tenant(held), **by.as_columns()}
    )
    note_event(held, "forwarded", by=by, facts={"to": link.email})
    record("request.forwarded", subject=held, by=by, data={"to": link.email})
    mail_forward(request=held, link=link, by=by, on=on)
    return made
