"""The mails of this app: composed here, worded in templates/email, queued in the transaction of their reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.links.issue import expiry, last_day, placeholder
from portal.links.models import Link
from portal.outbox.compose import render, send
from portal.outbox.models import OutgoingMail
from portal.outbox.placeholders import emptied
from portal.people.access import Actor
from portal.people.models import User
from portal.tenancy.models import Administration
from portal.tenancy.scope import current_scope
from requests_app.cards import cards_of
from requests_app.models import Message, Request, RequestKind
from requests_app.people import Accountant, accountant_of, knows_several
from requests_app.queries.thread import ESCALATED
from requests_app.wording import CardWords, words_of


def cards_in(requests: Sequence[Request], language: str = "") -> list[CardWords]:
    """The cards of requests, in the language each was asked in or in that of another reader."""
    found = []
    for request in requests:
        rows = request.lines.select_related("line__account")
        for card in cards_of([row.line for row in rows])[:1]:
            found.append(words_of(card, kind=request.kind, text=request.text, language=language or request.language))
    return found


class _Signed(TypedDict):
    reply_to: str
    from_name: str


def _signed(accountant: Accountant, administration: Administration) -> _Signed:
    firm = administration.firm
    name = accountant.name if accountant.name == firm.name else f"{accountant.name}, {firm.name}"
    return _Signed(reply_to=accountant.email, from_name=name)


def mail_requests(*, link: Link, requests: Sequence[Request], dedup_key: str, by: Actor, on: date) -> OutgoingMail:
    """One mail for all the requests of one act, however many lines it was about."""
    administration = link.administration
    accountant = accountant_of(administration, by)
    cards = cards_in(requests)
    return send(
        firm=administration.firm,
        administration=administration,
        kind="request",
        dedup_key=dedup_key,
        to_email=link.email,
        to_name=link.name,
        language=link.language,
        template="request_opened",
        context={
            **_frame(link, accountant),
            "cards": cards,
            "count": len(cards),
            "only_documents": all(request.kind == RequestKind.MISSING_DOCUMENT for request in requests),
        },
        about=[request.pk for request in requests],
        on=on,
        **_signed(accountant, administration),
    )


def mail_message(*, request: Request, message: Message, by: Actor, on: date) -> OutgoingMail:
    """What the firm wrote in a thread, to the person it asked."""
    link, accountant = request.link, accountant_of(request.administration, by)
    return send(
        firm=request.administration.firm,
        administration=request.administration,
        kind="message",
        dedup_key=str(message.pk),
        to_email=link.email,
        to_name=link.name,
        language=link.language,
        template="message_sent",
        context={
            **_frame(link, accountant),
            "author": message.actor_name,
            "words": message.text,
            "cards": cards_in([request]),
        },
        about=[request.pk],
        on=on,
        **_signed(accountant, request.administration),
    )


def mail_forward(*, request: Request, link: Link, by: Actor, on: date) -> OutgoingMail:
    """The question, to the colleague it was passed on to: who passed it on, and the accountant who asks.

    A name of the client's side stands with its company: nobody takes it for somebody of the firm.
    """
    accountant = accountant_of(request.administration, by)
    sender = by.name if by.kind == "staff" else f"{by.name} ({request.administration.name})"
    return send(
        firm=request.administration.firm,
        administration=request.administration,
        kind="forward",
        dedup_key=f"{request.pk}:{link.pk}",
        to_email=link.email,
        to_name=link.name,
        language=link.language,
        template="request_forwarded",
        context={**_frame(link, accountant), "sender": sender, "cards": cards_in([request], link.language)},
        about=[request.pk],
        on=on,
        **_signed(accountant, request.administration),
    )


def mail_thanks(*, request: Request, by: Actor, on: date) -> OutgoingMail:
    """A thank-you, at most one a day to one person; a second copy would be odd, so a doubtful one waits."""
    link, accountant = request.link, accountant_of(request.administration, by)
    return send(
        firm=request.administration.firm,
        administration=request.administration,
        kind="thanks",
        dedup_key=f"{link.email}:{on.isoformat()}",
        to_email=link.email,
        to_name=link.name,
        language=link.language,
        template="request_thanks",
        context=_frame(link, accountant),
        about=[request.pk],
        resend_when_uncertain=False,
        on=on,
        **_signed(accountant, request.administration),
    )


@dataclass(frozen=True, slots=True)
class Section:
    """One administration in a reminder: its cards, and the personal link to them."""

    name: str
    link_url: str
    cards: list[CardWords]


def reminder_key(email: str, on: date) -> str:
    """One reminder per person and firm on a day: the database holds the firm to it."""
    return f"reminder:{email}:{on.isoformat()}"


def _reminder(requests: Sequence[Request], by: Actor) -> tuple[Accountant, dict[str, object]]:
    """Whose name stands under a reminder, and the words of its template."""
    link = requests[-1].link
    accountant = accountant_of(requests[-1].administration, by)
    by_link: dict[Link, list[Request]] = {}
    for request in requests:
        by_link.setdefault(request.link, []).append(request)
    sections = [Section(link.administration.name, placeholder(link), cards_in(mine)) for link, mine in by_link.items()]
    count = sum(len(section.cards) for section in sections)
    context = {**_frame(link, accountant), "sections": sections, "count": count, "several": len(sections) > 1}
    return accountant, context


def preview_reminder(*, requests: Sequence[Request], by: Actor, on: date) -> tuple[str, str, str]:
    """Subject, text and HTML of the reminder as it would leave on a day; its links lead nowhere. Writes nothing."""
    for link in {request.link_id: request.link for request in requests}.values():
        link.expires_at = max(link.expires_at, expiry(on))  # as the mail itself will have it
    _accountant, context = _reminder(requests, by)
    firm = requests[-1].administration.firm
    subject, text, html = render("reminder", requests[-1].link.language, {**context, "firm": firm, "on": on})
    return subject, emptied(text), emptied(html)


def mail_reminder(*, requests: Sequence[Request], by: Actor, on: date) -> OutgoingMail:
    """One mail to one person about everything still open, of all administrations of the firm."""
    newest, link = requests[-1], requests[-1].link
    accountant, context = _reminder(requests, by)
    # a mail of several is the firm's; a colleague with a portfolio cannot write one, so theirs stands with the newest
    alone = not context["several"] or current_scope().administration_ids is not None
    return send(
        firm=newest.administration.firm,
        administration=newest.administration if alone else None,
        kind="reminder",
        dedup_key=reminder_key(link.email, on),
        to_email=link.email,
        to_name=link.name,
        language=link.language,
        template="reminder",
        context=context,
        about=[request.pk for request in requests],
        resend_when_uncertain=False,
        on=on,
        **_signed(accountant, newest.administration),
    )


@dataclass(frozen=True, slots=True)
class Call:
    """One person to call in the list of an accountant: about what, for whom, since when, and where to look."""

    name: str
    company: str
    about: str
    since: date
    refused: bool
    url: str


def mail_escalated(*, accountant: Accountant, requests: Sequence[Request], by: Actor, on: date) -> bool:
    """The list of whom to call, to the accountant who answers for them; False when it has gone or none is wanted."""
    firm = requests[0].administration.firm
    user = User.objects.filter(email__iexact=accountant.email).first()
    if user is not None and not user.call_list and not accountant.is_firm:  # the firm itself always hears
        return False
    key = f"{accountant.email}:{on.isoformat()}"
    if OutgoingMail.objects.filter(firm=firm, kind=ESCALATED, dedup_key=key).exists():
        return False
    language = user.language if user else requests[0].administration.language
    refused = Message.objects.filter(event="undeliverable", request__in=requests).values_list("request_id", flat=True)
    send(
        firm=firm,
        kind=ESCALATED,
        dedup_key=key,
        to_email=accountant.email,
        to_name=accountant.name,
        language=language,
        template="escalated",
        context={
            "reader": accountant.first_name,
            "calls": [_call(request, language, request.pk in set(refused)) for request in requests],
            "count": len(requests),
            "list_url": settings.BASE_URL.rstrip("/") + reverse("kantoor:requests", args=[firm.slug]) + "?turn=firm",
        },
        about=[request.pk for request in requests],
        on=on,
    )
    return True


def _call(request: Request, language: str, refused: bool) -> Call:
    card = next(iter(cards_in([request])), None)
    place = reverse("kantoor:request", args=[request.administration.firm.slug, request.administration_id, request.pk])
    return Call(
        name=request.link.name or request.link.email,
        company=request.administration.name,
        about=f"{card.title}, {card.amount_text}" if card else request.text[:80],
        since=request.asked_on,
        refused=refused,
        url=settings.BASE_URL.rstrip("/") + place,
    )


def _frame(link: Link, accountant: Accountant) -> dict[str, object]:
    with translation.override(link.language):
        until = last_day(link)
    return {
        "reader": link.name.split(" ")[0] if "@" not in link.name else link.name,
        "accountant": accountant,
        "administration": link.administration,
        "company": link.administration.name if knows_several(link) else "",
        "link_url": placeholder(link),
        "until": until,
    }
