"""ask(): one question per card to one person, in one mail. Twins share a card; a line is never asked about twice."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from bankfeeds.models import StatementLine
from bankfeeds.queries.lines import TWINS_WITHIN, are_twins
from portal.audit.record import record
from portal.kernel.clock import now
from portal.kernel.text import many_lines
from portal.links.issue import issue
from portal.links.models import Link
from portal.people.access import Actor
from portal.tenancy.models import Administration
from requests_app.actions.talk import comment
from requests_app.cards import Card, cards_of
from requests_app.ladder import next_step
from requests_app.letters import mail_requests
from requests_app.models import MessageKind, Request, RequestKind, RequestLine
from requests_app.people import Recipient
from requests_app.refusals import AlreadyAsked, BadAddress, NoRecipient, NothingToAsk
from requests_app.thread_writing import note_event, say
from requests_app.wording import preview_text

__all__ = ["Recipient", "ask", "checked", "comment", "preview_text"]

TEXT_LENGTH = 2000


def ask(
    *,
    administration: Administration,
    kind: str = RequestKind.MISSING_DOCUMENT,
    lines: Iterable[StatementLine],
    text_by_card: Mapping[uuid.UUID, str] | None = None,
    recipient: Recipient | None,
    by: Actor,
    on: date,
) -> list[Request]:
    """Ask one person about bank lines; return one request per card.

    `text_by_card`: the edited text, by the id of any line of the card; without it the usual text in the recipient's
    language. A line whose twin is being asked about already joins that request: nobody is mailed again. Raises
    NothingToAsk, NoRecipient, BadAddress, or AlreadyAsked (naming whom and when) and then asks nothing at all.
    """
    person = checked(recipient, administration)
    wanted = [line.pk for line in lines]
    try:
        with transaction.atomic():
            return _ask(administration, RequestKind(kind), wanted, text_by_card or {}, person, by, on)
    except IntegrityError as race:
        if "one_open_request_per_line" not in str(race):
            raise
    raise _already_asked(_open_rows(wanted)[0])


def checked(recipient: Recipient | None, administration: Administration) -> Recipient:
    """The recipient with a clean address. Raises NoRecipient or BadAddress."""
    if recipient is None or not recipient.email.strip():
        raise NoRecipient(administration=administration.name)
    email = recipient.email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise BadAddress(email=email[:80]) from wrong
    return Recipient(email, recipient.name, recipient.user_id, recipient.language, recipient.is_contact)


def _ask(
    administration: Administration,
    kind: RequestKind,
    wanted: Sequence[uuid.UUID],
    texts: Mapping[uuid.UUID, str],
    person: Recipient,
    by: Actor,
    on: date,
) -> list[Request]:
    # in order of id, so that two colleagues with overlapping selections wait for each other instead of deadlocking
    rows = StatementLine.objects.select_for_update(of=("self",)).select_related("account")
    lines = list(rows.filter(administration=administration, pk__in=wanted).order_by("pk"))
    if not lines:
        raise NothingToAsk
    for row in _open_rows([line.pk for line in lines]):
        raise _already_asked(row)
    joined, new_cards = _split_off_twins(lines)
    asked = [_join(request, line, by) for line, request in joined]
    if new_cards:
        link = _link(administration, person, on)
        new = [_open(card, kind, _text(card, kind, texts, person), link, by, on) for card in new_cards]
        mail_requests(link=link, requests=new, dedup_key=str(new[0].pk), by=by, on=on)
        asked += new
    return list({request.pk: request for request in asked}.values())


def _open_rows(line_ids: Sequence[uuid.UUID]) -> list[RequestLine]:
    rows = RequestLine.objects.select_related("request__link", "line").filter(line_id__in=line_ids, is_open=True)
    return list(rows.order_by("line__booked_on", "pk"))


def _already_asked(row: RequestLine) -> AlreadyAsked:
    return AlreadyAsked(
        asker=row.request.actor_name,
        recipient=row.request.link.name,
        day=row.request.asked_on,
        what=row.line.counterparty_name or row.line.communication[:40] or str(abs(row.line.amount)),
        request_id=row.request_id,
        line_id=row.line_id,
    )


def _split_off_twins(lines: Sequence[StatementLine]) -> tuple[list[tuple[StatementLine, Request]], list[Card]]:
    """Tell lines whose twin has an open request from those that need a card of their own."""
    low, high = min(line.booked_on for line in lines), max(line.booked_on for line in lines)
    near = RequestLine.objects.select_related("request__link", "line").filter(
        is_open=True,
        line__account_id__in={line.account_id for line in lines},
        line__amount__in={line.amount for line in lines},
        line__booked_on__range=(low - TWINS_WITHIN, high + TWINS_WITHIN),
    )
    open_rows = list(near)
    joined, rest = [], []
    for line in lines:
        twin = next((row for row in open_rows if are_twins(row.line, line)), None)
        if twin is None:
            rest.append(line)
        else:
            joined.append((line, twin.request))
    return joined, cards_of(rest)


def _join(request: Request, line: StatementLine, by: Actor) -> Request:
    RequestLine.objects.create(
        firm_id=line.firm_id, administration_id=line.administration_id, request=request, line=line
    )
    note_event(request, "line_joined", by=by, facts={"day": line.booked_on.isoformat(), "line": str(line.pk)})
    record("request.line_joined", subject=request, by=by, data={"line": str(line.pk)})
    return request


def _link(administration: Administration, person: Recipient, on: date) -> Link:
    return issue(
        administration=administration,
        email=person.email,
        name=person.name,
        user=person.user_id,
        language=person.language,
        on=on,
    )


def _text(card: Card, kind: RequestKind, texts: Mapping[uuid.UUID, str], person: Recipient) -> str:
    typed = next((texts[line.pk] for line in card.lines if texts.get(line.pk, "").strip()), "")
    return many_lines(typed or preview_text(card.first, kind, person.language, card.lines), TEXT_LENGTH)


def _open(card: Card, kind: RequestKind, text: str, link: Link, by: Actor, on: date) -> Request:
    administration = link.administration
    tenant = {"firm_id": administration.firm_id, "administration": administration}
    request: Request = Request.objects.create(
        kind=kind,
        text=text,
        language=link.language,
        link=link,
        asked_on=on,
        created_at=now(),
        remind_on=next_step(on, 0, on, administration.country),
        **tenant,
        **by.as_columns(),
    )
    RequestLine.objects.bulk_create([RequestLine(request=request, line=line, **tenant) for line in card.lines])
    say(request, kind=MessageKind.MESSAGE, text=text, by=by)
    facts = {"to": link.email, "lines": [str(line.pk) for line in card.lines], "kind": str(kind)}
    record("request.asked", subject=request, by=by, data=facts)
    return request
