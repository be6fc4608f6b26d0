"""Who would be reminded about some administrations on a day, of how many questions, and who not and why."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef

from portal.audit.models import Event
from portal.kernel.clock import now, zone
from portal.links.models import Link
from portal.outbox.models import OutgoingMail, State
from portal.tenancy.models import Administration
from requests_app.ladder import LEAST_QUIET
from requests_app.letters import reminder_key
from requests_app.models import Message, Request
from requests_app.queries.pauses import is_paused
from requests_app.queries.state import with_state
from requests_app.state import Turn

KNOWN_FOR = timedelta(days=60)  # how long a refused mail tells something about an address
# why an administration is left out, the most telling reason first
REASONS = ("recent", "refused", "no_address", "paused", "promised", "nothing")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to remind, in one mail, of every question that waits for them in the open scope."""

    email: str
    name: str
    requests: tuple[Request, ...]

    @property
    def companies(self) -> list[str]:
        """The administrations the mail is about."""
        return sorted({request.administration.name for request in self.requests})


@dataclass(frozen=True, slots=True)
class Left:
    """An administration that is left out, and why: one of REASONS."""

    administration: Administration
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets a mail, in the order of their addresses, and which of the chosen administrations are left out."""

    people: tuple[Person, ...]
    left: tuple[Left, ...]

    @property
    def questions(self) -> int:
        """How many questions the mails are about."""
        return sum(len(person.requests) for person in self.people)


def to_remind(administrations: Sequence[Administration], on: date) -> Plan:
    """Plan the reminders of `on` for the people asked about these administrations, in a handful of statements.

    A person who is reminded reads of all their questions in the scope, also of an administration not chosen: they
    get one mail. Left alone: a promise still kept, a pause, a withdrawn link, an address whose newest mail was
    refused, and who was reminded less than three days ago.
    """
    given_up = Message.objects.filter(request=OuterRef("pk"), event="undeliverable")
    chosen = Request.objects.filter(administration__in=[one.pk for one in administrations])
    asked = list(with_state(chosen, on).exclude(turn=Turn.NOBODY.value).annotate(refused=Exists(given_up)))
    links = {row.link_id for row in asked if row.turn == Turn.CLIENT.value}
    mine = Request.objects.filter(link__in=links).order_by().values("link__email")
    theirs = Request.objects.filter(link__email__in=mine, administration__is_active=True)
    rests = ExpressionWrapper(is_paused(on), output_field=BooleanField())
    rows = with_state(theirs, on).filter(turn=Turn.CLIENT.value).annotate(rests=rests) if links else theirs.none()
    waiting = list(rows.select_related("administration__firm", "link__administration").order_by("created_at", "pk"))
    emails = {row.link.email.lower() for row in waiting}
    recent, refused = _recently(waiting, emails, on), _refused(emails)
    reasons: dict[Any, set[str]] = defaultdict(set)
    people: dict[str, list[Request]] = {}
    for row in waiting:
        email = row.link.email.lower()
        why = _why_not(row, email, recent, refused)
        reasons[row.administration_id].add(why)
        if not why:
            people.setdefault(email, []).append(row)
    for row in asked:
        if row.refused and row.turn == Turn.FIRM.value:
            reasons[row.administration_id].add("refused")
    found = [Person(email, requests[-1].link.name, tuple(requests)) for email, requests in sorted(people.items())]
    left = [Left(one, _first(reasons[one.pk])) for one in administrations if "" not in reasons[one.pk]]
    return Plan(tuple(found), tuple(left))


def keys_of(plan: Plan) -> dict[str, Any]:
    """A plan as keys alone, to keep outside the tables: nobody's name or address stays behind there."""
    return {
        "people": [[(row.link_id.hex, row.pk.hex) for row in one.requests] for one in plan.people],
        "left": [(one.administration.pk.hex, one.reason) for one in plan.left],
    }


def plan_of(keys: Mapping[str, Any]) -> Plan:
    """The plan of these keys (as `keys_of` gives), as far as the open scope shows it now. Three statements."""
    asked = [pair for of_person in keys["people"] for pair in of_person]
    requests = {
        row.pk.hex: row
        for row in Request.objects.filter(pk__in=[key for _link, key in asked]).select_related("administration")
    }
    links = {row.pk.hex: row for row in Link.objects.filter(pk__in={link for link, _key in asked})}
    clients = {row.pk.hex: row for row in Administration.objects.filter(pk__in=[key for key, _why in keys["left"]])}
    people = []
    for of_person in keys["people"]:
        seen = [(links[link], requests[key]) for link, key in of_person if link in links and key in requests]
        if seen:
            last = seen[-1][0]
            people.append(Person(last.email.lower(), last.name, tuple(row for _link, row in seen)))
    left = tuple(Left(clients[key], why) for key, why in keys["left"] if key in clients)
    return Plan(tuple(people), left)


def _first(reasons: Collection[str]) -> str:
    return next((reason for reason in REASONS if reason in reasons), "nothing")


def _why_not(row: Any, email: str, recent: set[str], refused: set[str]) -> str:
    if row.code == "promised":
        return "promised"
    if row.rests:
        return "paused"
    if row.link.revoked_at is not None or not email:
        return "no_address"
    if email in refused:
        return "refused"
    return "recent" if email in recent else ""


def _recently(waiting: Iterable[Any], emails: Iterable[str], on: date) -> set[str]:
    """Who was reminded less than three days ago.

    The log is asked beside the post, because a colleague with a portfolio does not see a mail of several
    administrations.
    """
    rows = list(waiting)
    days = [on - timedelta(days=back) for back in range(LEAST_QUIET.days)]
    keys = {reminder_key(email, day): email for email in emails for day in days}
    mails = OutgoingMail.objects.filter(kind="reminder", dedup_key__in=keys)
    found = {keys[key] for key in mails.values_list("dedup_key", flat=True)}
    address = {row.pk: row.link.email.lower() for row in rows}
    since = datetime.combine(days[-1], time.min, zone())
    events = Event.objects.filter(
        what__in=("request.reminded", "request.reminded_by_hand"),
        at__gte=since,
        administration_id__in={row.administration_id for row in rows},
    )
    for subject, facts in events.values_list("subject_id", "facts"):
        found.update(str(facts["to"]).split(", ") if "to" in facts else [address.get(subject, "")])
    return found


def _refused(emails: Collection[str]) -> set[str]:
    """The addresses whose newest mail came back."""
    ended = OutgoingMail.objects.filter(
        to_email__in=emails, created_at__gte=now() - KNOWN_FOR, state__in=(State.SENT, State.DEAD)
    )
    newest = dict(ended.order_by("created_at").values_list("to_email", "bounced_at"))
    return {email for email, bounced_at in newest.items() if bounced_at is not None}
