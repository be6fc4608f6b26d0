"""What only a person can decide: a mail that perhaps went out, or one that was given up."""

from datetime import date

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import now
from portal.outbox.models import OutgoingMail, State
from portal.outbox.refusals import MailNotWaitingForYou
from portal.people.access import Actor
from portal.tenancy.bell import ring_after_commit

OPEN_TO_DECISION = (State.UNCERTAIN, State.DEAD)


@transaction.atomic
def send_again(*, mail: OutgoingMail, by: Actor, on: date) -> OutgoingMail:
    """Queue the mail once more. Raises MailNotWaitingForYou when it was sent or waits already."""
    row = _waiting(mail)
    row.state, row.due_at, row.attempts, row.bounced_at, row.error = State.QUEUED, now(), 0, None, ""
    row.save(update_fields=["state", "due_at", "attempts", "bounced_at", "error"])
    record("mail.sent_again", subject=row, by=by, data={"to": row.to_email})
    ring_after_commit("portal.outbox.tasks.deliver", firm_id=row.firm_id, mail_id=row.pk)
    return row


@transaction.atomic
def consider_sent(*, mail: OutgoingMail, by: Actor, on: date) -> OutgoingMail:
    """Let it rest: somebody knows that it arrived. Raises MailNotWaitingForYou as above."""
    row = _waiting(mail)
    row.state, row.sent_at = State.SENT, row.sent_at or now()
    row.save(update_fields=["state", "sent_at"])
    record("mail.considered_sent", subject=row, by=by, data={"to": row.to_email})
    return row


def _waiting(mail: OutgoingMail) -> OutgoingMail:
    row: OutgoingMail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if row.state not in OPEN_TO_DECISION:
        raise MailNotWaitingForYou(email=row.to_email)
    return row
