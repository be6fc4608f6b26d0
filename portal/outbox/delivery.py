"""The states of a mail: queued → inflight (under a lease) → sent, uncertain or dead.

Every step is one conditional UPDATE in a short transaction of its own; the conversation with the mail server happens
between two of them, never inside one. What cannot be known is said: a worker that died between the server's 250 and
our commit leaves a row that is flagged, and its kind decides whether it goes out again or waits for a person.
"""

import random
import smtplib
import uuid
from datetime import datetime, timedelta
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F, Q

from portal.kernel.clock import now
from portal.outbox.models import OutgoingMail, State
from portal.outbox.placeholders import fill

LEASE = timedelta(seconds=40)  # the sweeper comes every 20 seconds: a hanging mail is released within 60
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
PERMANENT = 500  # SMTP reply codes from here on are a no for good (RFC 5321 §4.2.1)


class NotSent(Exception):
    """The server did not take the mail, for certain. `permanent`: it never will (a bounce)."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class PerhapsSent(Exception):
    """The connection broke while the server was taking the mail: nobody can know."""


def claim(mail_id: uuid.UUID | str) -> OutgoingMail | None:
    """Take a waiting mail under a lease of our own; None when it does not wait or another worker was first."""
    moment, lease = now(), uuid.uuid4()
    taken = OutgoingMail.objects.filter(pk=mail_id, state=State.QUEUED, due_at__lte=moment).update(
        state=State.INFLIGHT, lease=lease, inflight_since=moment, attempts=F("attempts") + 1
    )
    return OutgoingMail.objects.get(pk=mail_id, lease=lease) if taken else None


def build(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The message as it leaves, placeholders filled in; its Message-ID is that of the row, whatever the attempt."""
    post_name, post_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = f"{mail.from_name} ({post_name})" if post_name else mail.from_name
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=fill(mail.text),
        from_email=formataddr((sender, post_address)),
        to=[formataddr((mail.to_name, mail.to_email)) if mail.to_name else mail.to_email],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Message-ID": f"<{mail.pk}@{post_address.rpartition('@')[2] or 'localhost'}>",
            "Date": format_datetime(now()),
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(fill(mail.html), "text/html")
    return message


def hand_over(message: EmailMultiAlternatives) -> None:
    """Give the message to the mail server. Raises NotSent or PerhapsSent; returns once the server said 250."""
    post = get_connection()
    try:
        post.open()
    except (smtplib.SMTPException, OSError) as failure:
        raise NotSent(_said(failure)) from failure
    message.connection = post
    try:
        message.send()
    except (smtplib.SMTPServerDisconnected, OSError) as failure:
        # SMTPException is an OSError too: answers of the server come first, silence is the rest
        if isinstance(failure, smtplib.SMTPException) and not isinstance(failure, smtplib.SMTPServerDisconnected):
            raise NotSent(_said(failure), permanent=_is_permanent(failure)) from failure
        raise PerhapsSent(_said(failure)) from failure
    finally:
        _hang_up(post)


def _hang_up(post: Any) -> None:
    try:
        post.close()
    except (smtplib.SMTPException, OSError):
        return  # the mail itself was taken or refused already


def _said(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}"[:500]


def _is_permanent(failure: smtplib.SMTPException) -> bool:
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in failure.recipients.values())
    return isinstance(failure, smtplib.SMTPResponseException) and failure.smtp_code >= PERMANENT


def mark_sent(mail: OutgoingMail) -> None:
    """Write down that the server took it, also when the sweeper had meanwhile taken us for dead."""
    ours = Q(lease=mail.lease) | Q(state__in=[State.QUEUED, State.UNCERTAIN], was_uncertain=True)
    OutgoingMail.objects.filter(ours, pk=mail.pk).update(
        state=State.SENT, sent_at=now(), lease=None, inflight_since=None, error=""
    )


def mark_not_sent(mail: OutgoingMail, failure: NotSent) -> None:
    """Put it back for a later try, or give up: after eight tries, or when the server said no for good."""
    ours = OutgoingMail.objects.filter(pk=mail.pk, lease=mail.lease)
    if failure.permanent:
        ours.update(state=State.DEAD, bounced_at=now(), lease=None, inflight_since=None, error=str(failure))
    elif mail.attempts >= MOST_TRIES:
        ours.update(state=State.DEAD, lease=None, inflight_since=None, error=str(failure))
    else:
        due = now() + wait_after(mail.attempts)
        ours.update(state=State.QUEUED, due_at=due, lease=None, inflight_since=None, error=str(failure))


def mark_perhaps_sent(mail: OutgoingMail, reason: str) -> None:
    """Flag it; send it again if a second copy does no harm, else let a person decide."""
    OutgoingMail.objects.filter(pk=mail.pk, lease=mail.lease).update(
        was_uncertain=True,
        state=after_uncertainty(mail),
        due_at=now() + wait_after(mail.attempts),
        lease=None,
        inflight_since=None,
        error=reason,
    )


def after_uncertainty(mail: OutgoingMail) -> str:
    """The state of a mail of which nobody knows whether it left."""
    if not mail.resend_when_uncertain:
        return State.UNCERTAIN
    return State.DEAD if mail.attempts >= MOST_TRIES else State.QUEUED


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: four times longer each time from 30 seconds, at most 4 hours, ± a quarter.

    Eight tries span about eleven hours: a mail server may be down for a night.
    """
    plain: timedelta = min(FIRST_WAIT * int(4 ** max(0, attempts - 1)), LONGEST_WAIT)
    return plain * random.uniform(0.75, 1.25)  # noqa: S311  # jitter, not a secret


def sweep_one(mail_id: uuid.UUID | str, before: datetime) -> bool:
    """Release a mail whose worker fell silent before `before`, flagged; False when it was finished meanwhile."""
    mail = (
        OutgoingMail.objects.select_for_update()
        .filter(pk=mail_id, state=State.INFLIGHT, inflight_since__lt=before)
        .first()
    )
    if mail is None:
        return False
    mail.state, mail.was_uncertain, mail.lease, mail.inflight_since = after_uncertainty(mail), True, None, None
    mail.due_at = now()
    mail.error = "The sender fell silent; the mail may have gone out."
    mail.save(update_fields=["state", "was_uncertain", "lease", "inflight_since", "due_at", "error"])
    return True
