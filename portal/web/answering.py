"""Answering a question on a screen: the same card and acts behind a guest's link and in the client portal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from portal.documents.models import Document, Source
from portal.kernel.clock import now, today
from portal.kernel.errors import Refused
from portal.kernel.formatting import format_day
from portal.people.access import Actor, Right
from portal.web.errors import sentence
from portal.web.htmx import is_htmx
from requests_app.actions.answer import answer_with_document, answer_without, promise, withdraw_answer
from requests_app.actions.forward import forward
from requests_app.actions.papers import Sent, answer_with_files
from requests_app.actions.talk import comment
from requests_app.cards import Card
from requests_app.people import Recipient
from requests_app.queries.activities import Activity
from requests_app.queries.activities import activity as activity_of
from requests_app.queries.forwards import passed_on_to
from requests_app.queries.papers import SentBefore, sent_before
from requests_app.queries.recipients import people_with_access, recipient_by_email
from requests_app.queries.thread import ThreadEntry, thread
from requests_app.state import Act, offers
from requests_app.wording import CardWords, answer_words, words_of

ANSWERS = ("already_sent", "does_not_exist", "private", "words")
FORMS = (
    "papers",
    "words",
    "does_not_exist",
    "later",
    "message",
    "forward",
)  # those with something to type, and so to keep
MOST_FILES = 30
SAME_WORDS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where cards live: behind a guest's link, or in one administration of the client portal."""

    area: str  # guest | mijn: the namespace of the addresses
    key: UUID

    def url(self, name: str, *rest: Any) -> str:
        """The address of a page or an act here."""
        return reverse(f"{self.area}:{name}", args=[self.key, *rest])

    def urls_of(self, request_id: Any) -> dict[str, str]:
        """The addresses of one card's acts, by noun."""
        names = ("request", "papers", "answer", "promise", "withdrawal", "messages", "forwards")
        return {name: self.url(name, request_id) for name in names}


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody acting on one card: who, on what, and the pages before and after."""

    request: HttpRequest
    asked: Any  # requests_app's Request, through its door
    actor: Actor
    place: Place
    source: Source
    again: Callable[[str, str], HttpResponse]  # (form, sentence): the page once more, with what was typed
    onward: Callable[[], str]  # where an answer leads


# --- the card in words ------------------------------------------------------------------------------------------------


def language() -> str:
    """The reader's language."""
    return get_language() or "nl"


def words(activity: Activity) -> CardWords | None:
    """The payment of a card in the reader's words; None when the question is about no payment."""
    if not activity.lines:
        return None
    asked = activity.request
    return words_of(Card(activity.lines), kind=asked.kind, text=asked.text, language=language())


def question(activity: Activity) -> dict[str, Any]:
    """What components/_ask.html shows of a card."""
    asked, said = activity.request, words(activity)
    return {
        "title": said.title if said else _("A question"),
        "amount": said.amount if said else None,
        "days": sorted({line.booked_on for line in activity.lines}),
        "many": said.many if said else "",
        "detail": said.detail if said else "",
        "text": asked.text,
        "by": asked.actor_name,
        "asked_on": asked.asked_on,
        "answered": activity.answer is not None,
    }


def card_context(
    activity: Activity, actor: Actor, place: Place, *, wrong: tuple[str, str], typed: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything requests/_card.html needs: the question, its answers, its conversation.

    `wrong` is (form, sentence): where a refusal is shown; `typed` what stood in the forms then.
    """
    asked = activity.request
    acts = offers(activity.state, "client")
    may_answer = Act.ANSWER in acts or Act.CHANGE_ANSWER in acts
    form = wrong[0] if wrong[0] in FORMS and may_answer else "card"
    said = conversation(asked, actor)
    return {
        "asked": asked,
        "ask": question(activity),
        "urls": place.urls_of(asked.pk),
        "may_answer": may_answer,
        "may_write": Act.MESSAGE in acts and actor.may(Right.COMMENT),
        "given": given(activity),
        "candidates": candidates_of(activity, actor) if may_answer else [],
        "state": activity.state,
        "promised_day": format_day(activity.state.until, language()) if activity.state.until else "",
        "is_question": asked.kind == "question",
        "later_days": later_days(today()),
        "colleagues": colleagues(asked, actor) if may_answer else [],
        "passed_on": passed_on_to(asked),
        "reasons": reasons(),
        "conversation": said,
        "talk_open": any(each.message for each in said),
        "wrong": {form: wrong[1]} if wrong[1] else {},
        "typed": {form: typed.get("own") or typed.get("text", "")} if wrong[1] else {},
    }


def later_days(on: date) -> list[dict[str, Any]]:
    """Days to promise with one tap."""
    tongue = language()
    choices = [(1, _("Tomorrow")), (3, _("In three days")), (7, _("In a week")), (14, _("In two weeks"))]
    days = [(on + timedelta(days=count), label) for count, label in choices]
    return [{"value": day.isoformat(), "label": label, "day": format_day(day, tongue, "short")} for day, label in days]


def reasons() -> list[str]:
    """Why a document may not exist, to choose with one tap."""
    return [_("I never got one"), _("I lost it"), _("It is a bank cost"), _("It is a transfer between own accounts")]


def colleagues(asked: Any, actor: Actor) -> list[Recipient]:
    """The people with access whom a question can be passed on to: never the one who asks it, nor who was asked."""
    apart = {actor.email.lower(), asked.link.email}
    return [one for one in people_with_access(asked.administration) if one.email not in apart]


def candidates_of(activity: Activity, actor: Actor) -> list[SentBefore]:
    """After “already sent”: the papers it may be, to point at."""
    told = activity.answer is not None and activity.answer.kind == "already_sent"
    return sent_before(activity.request, activity.lines, actor) if told else []


def given(activity: Activity) -> dict[str, Any] | None:
    """The live answer of a card in words, or None."""
    answer = activity.answer
    if answer is None:
        return None
    files = [each.document.name for each in answer.documents.all()]
    return {
        "words": answer_words(answer.kind),
        "by": answer.heard_from or answer.actor_name,
        "noted_by": answer.actor_name if answer.heard_how else "",
        "text": answer.text,
        "files": files,
        "at": answer.at,
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One line of requests/_rows.html."""

    activity: Activity
    ask: dict[str, Any]
    url: str
    given: dict[str, Any] | None


def row(activity: Activity, place: Place) -> Row:
    """A card as a line of a list."""
    return Row(activity, question(activity), place.url("request", activity.request.pk), given(activity))


@dataclass(slots=True)
class Said:
    """One entry of a conversation as the components show it: a message, or an event of one line."""

    message: dict[str, Any] | None = None
    event: dict[str, Any] | None = None
    day: date | None = field(default=None)


def conversation(asked: Any, actor: Actor) -> list[Said]:
    """The thread for a client or guest, without the question itself (the card says it) and without internal notes."""
    found: list[Said] = []
    for number, entry in enumerate(thread(asked, actor)):
        if entry.internal or (number == 0 and entry.kind == "message" and entry.text == asked.text):
            continue
        found.append(_said(entry))
    return found


def _said(entry: ThreadEntry) -> Said:
    if entry.kind == "message":
        message = {
            "author": entry.author,
            "side": entry.side,
            "sent_at": entry.at,
            "text": entry.text,
            "internal": False,
        }
        return Said(message=message, day=entry.day)
    text = entry.words(language())
    details = [document.name for document in entry.documents] + (
        [_("“%(text)s”") % {"text": entry.text}] if entry.text else []
    )
    if details:
        text = _("%(words)s: %(detail)s") % {"words": text, "detail": ", ".join(details)}
    return Said(event={"icon": entry.icon, "text": text, "at": entry.at}, day=entry.day)


# --- the acts ---------------------------------------------------------------------------------------------------------


def _done(visit: Visit, to: str) -> HttpResponse:
    return HttpResponseClientRedirect(to) if is_htmx(visit.request) else HttpResponseRedirect(to)


def _attempt(visit: Visit, form: str, act: Callable[[], Any], *, to: str = "", done: str = "") -> HttpResponse:
    """Do it and go on, or show the refusal's sentence where it happened; then nothing has changed."""
    try:
        with transaction.atomic():
            act()
    except Refused as refusal:
        words = sentence(refusal)
        if is_htmx(visit.request):
            return render(visit.request, "requests/_refusal.html", {"sentence": words}, status=422)
        return visit.again(form, words)
    if done:
        messages.success(visit.request, done)
    return _done(visit, to or visit.onward())


def sent_files(request: HttpRequest) -> list[Sent]:
    """The files of a form, each with the turn the sender gave its page."""
    turns = request.POST.getlist("turn")
    files = []
    for number, file in enumerate(request.FILES.getlist("pages")[:MOST_FILES]):
        turn = turns[number] if number < len(turns) else "0"
        files.append(Sent(file.read(), file.name or "", int(turn) if turn in ("90", "180", "270") else 0))
    return files


def say_known(request: HttpRequest, known: tuple[Document, ...]) -> None:
    """Say kindly that a file was here before."""
    for document in known:
        words = _("We already have “%(name)s”, since %(day)s. It is linked; you need not send it again.")
        messages.info(
            request, words % {"name": document.name, "day": format_day(document.created_at.date(), language())}
        )


def send_papers(visit: Visit) -> HttpResponse:
    """Answer with photos or files."""

    def act() -> None:
        taken = answer_with_files(
            request=visit.asked,
            files=sent_files(visit.request),
            text=visit.request.POST.get("text", ""),
            source=visit.source,
            by=visit.actor,
            on=today(),
        )
        say_known(visit.request, taken.known)
        if len(taken.known) < len(taken.documents):
            messages.success(visit.request, _("Received, thank you."))

    return _attempt(visit, "papers", act)


def give_answer(visit: Visit) -> HttpResponse:
    """Answer without a document. Own words go before a reason that was tapped."""
    kind = visit.request.POST.get("kind", "")
    if kind not in ANSWERS:
        raise Http404
    text = visit.request.POST.get("own", "").strip() or visit.request.POST.get("text", "")
    if kind == "already_sent":
        return _already_sent(visit, text)
    return _attempt(
        visit,
        kind,
        lambda: answer_without(request=visit.asked, kind=kind, text=text, by=visit.actor, on=today()),
        done=_("Your answer is saved."),
    )


def _already_sent(visit: Visit, text: str) -> HttpResponse:
    """Saved at once; when papers come near, the card asks which it was. `paper` points at one of them."""
    found = sent_before(visit.asked, activity_of(visit.asked, today()).lines, visit.actor)
    act = {"request": visit.asked, "text": text, "by": visit.actor, "on": today()}
    chosen = visit.request.POST.get("paper", "")
    if not chosen:
        return _attempt(
            visit,
            "already_sent",
            lambda: answer_without(kind="already_sent", **act),
            to=visit.place.urls_of(visit.asked.pk)["request"] if found else "",
            done=_("Your answer is saved."),
        )
    document = next((each.document for each in found if str(each.document.pk) == chosen), None)
    if document is None:
        raise Http404
    return _attempt(
        visit,
        "already_sent",
        lambda: answer_with_document(documents=[document], **act),
        done=_("Thank you, we link it."),
    )


def give_promise(visit: Visit) -> HttpResponse:
    """Promise the answer for a day."""
    typed = visit.request.POST.get("own", "").strip() or visit.request.POST.get("until", "")
    try:
        until = date.fromisoformat(typed)
    except ValueError:
        until = today()  # no day at all is refused with the same sentence as a day that has passed
    words = _("Noted: %(day)s. We stay quiet until then.") % {"day": format_day(until, language())}
    return _attempt(
        visit, "later", lambda: promise(request=visit.asked, until=until, by=visit.actor, on=today()), done=words
    )


def pass_on(visit: Visit) -> HttpResponse:
    """Pass the question on to a colleague: somebody the client knows here, or a typed address."""
    typed, chosen = visit.request.POST.get("own", "").strip(), visit.request.POST.get("person", "")
    known = {str(one.user_id): one for one in colleagues(visit.asked, visit.actor)}
    books = visit.asked.administration
    person = recipient_by_email(books, typed) if typed else known.get(chosen)
    name = person.name or person.email if person else ""
    return _attempt(
        visit,
        "forward",
        lambda: forward(request=visit.asked, recipient=person, by=visit.actor, on=today()),
        to=visit.place.urls_of(visit.asked.pk)["request"],
        done=_("Passed on to %(name)s. The question stays here too.") % {"name": name},
    )


def take_back(visit: Visit) -> HttpResponse:
    """Take the answer back; the question is open again. Taken back already is taken back."""
    return _attempt(
        visit,
        "withdrawal",
        lambda: withdraw_answer(request=visit.asked, by=visit.actor, on=today()),
        to=visit.place.urls_of(visit.asked.pk)["request"],
        done=_("Taken back: you can answer again."),
    )


def write_message(visit: Visit) -> HttpResponse:
    """Say something in the conversation. A double tap says it once."""
    text = visit.request.POST.get("text", "")
    to = visit.place.urls_of(visit.asked.pk)["request"]
    before = [entry for entry in thread(visit.asked, visit.actor) if entry.kind == "message"]
    last = before[-1] if before else None
    said = last is not None and (last.text, last.author) == (text.strip(), visit.actor.name)
    if last is not None and said and now() - last.at < SAME_WORDS:
        return _done(visit, to)
    return _attempt(
        visit,
        "message",
        lambda: comment(request=visit.asked, text=text, by=visit.actor, on=today()),
        to=to,
        done=_("Your message is sent."),
    )
