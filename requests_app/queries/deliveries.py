"""Which mails went to whom, when, and what became of them: from the outbox and the visits of links, no pixels."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from portal.kernel.clock import now
from portal.links.models import Link
from portal.outbox.decide import OPEN_TO_DECISION
from portal.outbox.models import OutgoingMail, State
from portal.tenancy.models import Administration
from requests_app.models import Request, RequestLine
from requests_app.queries.recipients import recipients_of
from requests_app.queries.thread import ESCALATED, mails_about

LOOK_BACK = timedelta(days=180)
MOST = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail. `state` is that of the outbox, or bounced; `used_at`: the link was used after this mail came."""

    mail: OutgoingMail
    state: str
    at: datetime
    used_at: datetime | None
    may_resend: bool  # given up or in doubt, and what it asks is still open


@dataclass(frozen=True, slots=True)
class Reached:
    """A person who can be asked: their last mail (None: never mailed) and the last thing done with their link."""

    name: str
    email: str
    last: Delivery | None
    used_at: datetime | None
    uses: int


def deliveries_of_request(request: Request) -> list[Delivery]:
    """Every mail about one question, newest first."""
    mails = sorted(mails_about(request), key=lambda mail: mail.created_at, reverse=True)
    return _told(mails, _links(request.administration_id))


def mails_of(administration: Administration) -> QuerySet[Any]:
    """The mails of half a year about one client, also those that were about several of the firm."""
    since = now() - LOOK_BACK
    asked = Request.objects.filter(administration=administration, created_at__gte=since).values_list("pk", flat=True)
    mine = Q(administration=administration) | Q(about__has_any_keys=[str(pk) for pk in asked])
    return OutgoingMail.objects.filter(mine, created_at__gte=since).exclude(kind=ESCALATED)


def deliveries_of_client(administration: Administration, most: int = MOST) -> list[Delivery]:
    """The newest mails about one client, to whomever."""
    rows = mails_of(administration).defer("html", "text").order_by("-created_at", "-pk")[:most]
    return _told(list(rows), _links(administration.pk))


def deliveries_of_mail(mail: OutgoingMail) -> Delivery:
    """What became of one mail."""
    return _told([mail], {})[0]


def reached(administration: Administration, told: Sequence[Delivery]) -> list[Reached]:
    """Everybody who can be asked, and how far we got with them; who was never mailed says so."""
    links = _links(administration.pk)
    found = []
    for person in recipients_of(administration):
        link = links.get(person.email)
        last = next((one for one in told if one.mail.to_email.lower() == person.email), None)
        used_at, uses = (link.last_used_at, link.uses) if link else (None, 0)
        found.append(Reached(person.name, person.email, last, used_at, uses))
    return found


def _links(administration_id: uuid.UUID) -> dict[str, Link]:
    return {link.email: link for link in Link.objects.filter(administration_id=administration_id)}


def _told(mails: Sequence[OutgoingMail], links: dict[str, Link]) -> list[Delivery]:
    """`mails` newest first: a use of the link stands with the last mail that came before it."""
    waiting = _still_asked(mails)
    seen: set[str] = set()
    found = []
    for mail in mails:
        email = mail.to_email.lower()
        link = links.get(email)
        used_at = link.last_used_at if link and email not in seen else None
        if used_at is not None and (mail.sent_at is None or used_at < mail.sent_at):
            used_at = None
        if used_at is not None:
            seen.add(email)
        state = "bounced" if mail.state == State.DEAD and mail.bounced_at else str(mail.state)
        at = mail.sent_at or mail.bounced_at or mail.created_at
        sensible = not mail.about or bool(waiting.intersection(mail.about))
        found.append(Delivery(mail, state, at, used_at, mail.state in OPEN_TO_DECISION and sensible))
    return found


def _still_asked(mails: Sequence[OutgoingMail]) -> set[str]:
    """Which of the questions that a doubtful mail is about are still open, by id in text."""
    doubtful = {about for mail in mails if mail.state in OPEN_TO_DECISION for about in mail.about}
    if not doubtful:
        return set()
    rows = RequestLine.objects.filter(request__in=doubtful, is_open=True).values_list("request_id", flat=True)
    return {str(pk) for pk in rows}
