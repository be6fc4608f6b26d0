"""The ladder: one reminder per person and firm on a day, bundling every administration; then it is the firm's turn."""

from datetime import date, datetime

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import zone
from portal.kernel.period import is_working_day
from portal.links.issue import issue
from portal.outbox.models import OutgoingMail
from portal.people.access import Actor, system_actor
from portal.tenancy.models import Firm
from portal.tenancy.scope import current_scope
from requests_app.actions.escalate import stop_refused, tell_accountants
from requests_app.ladder import HOUR, LAST_HOUR, STEPS, next_step
from requests_app.letters import mail_reminder, reminder_key
from requests_app.models import Request
from requests_app.queries.state import with_state
from requests_app.state import Turn, facts_of, local_day
from requests_app.thread_writing import note_event


def remind_due(now: datetime) -> int:
    """Remind everybody of the open scope's firm whose day has come; return the number of mails.

    Acts only on working days between 08:00 and 18:00 on the firm's wall clock. What was missed (a server that was
    down) is made up once, on the next such moment. Nobody gets a second reminder on the same day.
    """
    firm = Firm.all_firms.get(pk=current_scope().firm_id)
    local = now.astimezone(zone(firm.country))
    stop_refused(by=system_actor(firm.pk), on=local.date())
    if not (HOUR <= local.time() < LAST_HOUR and is_working_day(local.date(), firm.country)):
        return 0
    by, on = system_actor(firm.pk), local.date()
    waiting = Request.objects.filter(remind_on__lte=on).order_by("link__email")
    emails = dict.fromkeys(email.lower() for email in waiting.values_list("link__email", flat=True))
    reminded = sum(_remind(email, by, on) for email in emails)
    tell_accountants(by=by, on=on)
    return reminded


@transaction.atomic
def _remind(email: str, by: Actor, on: date) -> bool:
    # a second worker waits here, and then finds that nothing is due any more
    due = Request.objects.select_for_update(of=("self",)).filter(remind_on__lte=on, link__email__iexact=email)
    held = [row.pk for row in due.order_by("pk")]
    if not held or OutgoingMail.objects.filter(kind="reminder", dedup_key=reminder_key(email, on)).exists():
        return False
    rows = with_state(Request.objects.filter(pk__in=held), on).filter(turn=Turn.CLIENT.value).exclude(code="promised")
    requests = list(rows.select_related("administration__firm", "link__administration").order_by("created_at"))
    # answered or closed meanwhile: the ladder has ended and only the date was left
    ended = with_state(Request.objects.filter(pk__in=held), on).exclude(turn=Turn.CLIENT.value)
    Request.objects.filter(pk__in=[row.pk for row in ended]).update(remind_on=None)
    if not requests:
        return False
    for link in {row.link_id: row.link for row in requests}.values():
        issue(
            administration=link.administration,
            purpose=link.purpose,
            email=link.email,
            name=link.name,
            user=link.user_id,
            language=link.language,
            on=on,
        )
    for request in requests:
        request.link.refresh_from_db(fields=["expires_at", "version", "token_hash"])
    mail_reminder(requests=requests, by=by, on=on)
    for request in requests:
        _climb(request, by, on)
    return True


def _climb(request: Request, by: Actor, on: date) -> None:
    """One step up; after the third it is the firm's turn."""
    request.reminders += 1
    facts = facts_of(request)
    began = local_day(max(facts.asked_at, facts.turn_returned_at or facts.asked_at))
    request.remind_on = next_step(began, request.reminders, on, request.administration.country)
    if request.reminders >= len(STEPS):
        request.escalated_on = on
        note_event(request, "escalated", by=by)
    request.save(update_fields=["reminders", "remind_on", "escalated_on"])
    record("request.reminded", subject=request, by=by, data={"reminder": request.reminders})
