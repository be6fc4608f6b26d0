"""When reminding ends: a refused address stops the ladder, and the responsible accountant hears whom to call."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import now, zone
from portal.outbox.models import OutgoingMail, State
from portal.people.access import Actor
from requests_app.letters import mail_escalated
from requests_app.models import Request
from requests_app.people import Accountant, accountant_of
from requests_app.queries.state import with_state
from requests_app.queries.thread import ESCALATED
from requests_app.state import Turn
from requests_app.thread_writing import hold, note_event

LOOK_BACK = timedelta(days=3)  # the bell rings every ten minutes; a server may be down for a weekend
TOLD_FOR = timedelta(days=60)


def stop_refused(*, by: Actor, on: date) -> int:
    """Give every question to an address that refused a mail back to the firm; return how many. Safe to repeat.

    What was asked after the refusal (the address works again) is left alone until its own mail is refused.
    """
    refused = OutgoingMail.objects.filter(
        state=State.DEAD, bounced_at__gte=now() - LOOK_BACK, created_at__gte=now() - TOLD_FOR
    ).exclude(about=[])
    moments: dict[str, datetime] = {}
    for mail in refused.order_by("bounced_at").only("to_email", "bounced_at"):
        if mail.bounced_at is not None:
            moments[mail.to_email.lower()] = mail.bounced_at
    return sum(_stop(email, moment, by, on) for email, moment in moments.items())


@transaction.atomic
def _stop(email: str, moment: datetime, by: Actor, on: date) -> int:
    waiting = with_state(Request.objects.filter(link__email__iexact=email, created_at__lt=moment), on)
    stopped = 0
    for row in waiting.filter(turn=Turn.CLIENT.value, remind_on__isnull=False).order_by("pk"):
        held = hold(row)
        held.remind_on, held.escalated_on = None, on
        held.save(update_fields=["remind_on", "escalated_on"])
        note_event(held, "undeliverable", by=by, facts={"to": held.link.email})
        record("request.undeliverable", subject=held, by=by, data={"to": held.link.email})
        stopped += 1
    return stopped


def tell_accountants(*, by: Actor, on: date) -> int:
    """Mail each accountant, once a day at most, the questions that came back unanswered; return the number of mails.

    The list holds all that wait for a call; without a new one since the last list there is no mail.
    """
    rows = with_state(Request.objects.filter(escalated_on__isnull=False), on).filter(code="escalated")
    lists: dict[Accountant, list[Request]] = defaultdict(list)
    for row in rows.select_related("administration__firm", "link").order_by("escalated_on", "pk"):
        lists[accountant_of(row.administration, by)].append(row)
    return sum(_tell(accountant, requests, by, on) for accountant, requests in lists.items())


def _tell(accountant: Accountant, requests: list[Request], by: Actor, on: date) -> bool:
    since = min(request.escalated_on or on for request in requests)
    sent = OutgoingMail.objects.filter(kind=ESCALATED, to_email__iexact=accountant.email)
    told: dict[str, datetime] = {}
    for mail in sent.filter(created_at__gte=datetime.combine(since, time.min, zone())).only("about", "created_at"):
        told |= dict.fromkeys(mail.about, mail.created_at)
    if all(str(request.pk) in told for request in requests):
        return False
    return mail_escalated(accountant=accountant, requests=requests, by=by, on=on)
