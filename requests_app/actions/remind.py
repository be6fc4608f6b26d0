"""The ladder: one reminder per person and firm on a day, bundling every administration; then it is the firm's turn."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import zone
from portal.kernel.period import is_working_day
from portal.links.issue import issue
from portal.outbox.models import OutgoingMail
from portal.people.access import Actor, system_actor
from portal.tenancy.models import Administration, Firm
from portal.tenancy.scope import current_scope
from requests_app.actions.escalate import stop_refused, tell_accountants
from requests_app.ladder import HOUR, LAST_HOUR, STEPS, next_step
from requests_app.letters import mail_reminder, reminder_key
from requests_app.models import Request
from requests_app.queries.pauses import is_paused
from requests_app.queries.state import with_state
from requests_app.queries.to_remind import Left, Person, Plan, to_remind
from requests_app.refusals import NothingToRemind, TooManyToRemind
from requests_app.state import Turn, facts_of, local_day
from requests_app.thread_writing import note_event

MOST_PEOPLE = 300  # mails composed while somebody waits for the page


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
    waiting = Request.objects.filter(~is_paused(on), remind_on__lte=on, returned_at=None).order_by("link__email")
    emails = dict.fromkeys(email.lower() for email in waiting.values_list("link__email", flat=True))
    reminded = sum(_remind(email, by, on) for email in emails)
    tell_accountants(by=by, on=on)
    return reminded


@transaction.atomic
def _remind(email: str, by: Actor, on: date) -> bool:
    # a second worker waits here, and then finds that nothing is due any more
    due = Request.objects.select_for_update(of=("self",)).filter(
        ~is_paused(on), remind_on__lte=on, returned_at=None, link__email__iexact=email
    )
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
    _mail(requests, by, on)
    for request in requests:
        record("request.reminded", subject=request, by=by, data={"reminder": request.reminders})
    return True


@transaction.atomic
def remind_now(*, administrations: Sequence[Administration], by: Actor, on: date) -> Plan:
    """Remind the people asked about these administrations; return who got a mail, and who is left out and why.

    Counts as a step of their ladder. Twice on one day is once. Raises NothingToRemind, TooManyToRemind.
    """
    plan = to_remind(administrations, on)
    if len(plan.people) > MOST_PEOPLE:
        raise TooManyToRemind(limit=MOST_PEOPLE)
    reminded = tuple(person for person in plan.people if _remind_person(person, by, on))
    if not reminded:
        raise NothingToRemind
    told: dict[Administration, list[str]] = defaultdict(list)
    for person in reminded:
        for request in person.requests:
            told[request.administration].append(person.email)
    for administration, emails in told.items():
        facts = {"to": ", ".join(dict.fromkeys(emails)), "questions": len(emails)}
        record("request.reminded_by_hand", subject=administration, by=by, data=facts)
    known = {administration.pk for administration in told} | {left.administration.pk for left in plan.left}
    # a colleague was first with theirs
    late = tuple(Left(one, "recent") for one in administrations if one.pk not in known)
    return Plan(reminded, plan.left + late)


def _remind_person(person: Person, by: Actor, on: date) -> bool:
    # a second click waits here, and then finds the mail of the first
    held = Request.objects.select_for_update(of=("self",)).filter(pk__in=[row.pk for row in person.requests])
    list(held.order_by("pk").values_list("pk", flat=True))
    if OutgoingMail.objects.filter(kind="reminder", dedup_key=reminder_key(person.email, on)).exists():
        return False
    try:
        with transaction.atomic():
            _mail(person.requests, by, on)
    except OutgoingMail.DoesNotExist:
        # today's mail went out about administrations that a colleague with a portfolio does not see
        return False
    return True


def _mail(requests: Sequence[Request], by: Actor, on: date) -> None:
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
