"""The thread of a request: everything said and done, in order, put together on reading and stored once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.documents.models import Document
from portal.kernel.clock import now
from portal.kernel.formatting import format_day
from portal.outbox.models import OutgoingMail, State
from portal.people.access import Actor
from requests_app.models import Answer, AnswerDocument, AnswerKind, Closure, Message, MessageKind, Promise, Request
from requests_app.state import local_day
from requests_app.wording import answer_words, event_words, noted_facts, outcome_words

OFFICE = ("staff", "system")
ESCALATED = "escalated"  # the list an accountant gets is about many requests, and is no mail of theirs
ICONS = {
    "asked": "message-square",
    "answered": "check",
    "answer_withdrawn": "undo-2",
    "noted_phone": "phone",
    "noted_paper": "file-text",
    "noted_meeting": "users",
    "note_taken_back": "undo-2",
    "promised": "calendar",
    "closed": "circle-check",
    "reopened": "undo-2",
    "escalated": "phone",
    "recipient_changed": "user-plus",
    "paused": "clock",
    "paused_until": "clock",
    "resumed": "bell",
    "not_for_me": "ban",
    "access_ended": "ban",
    "forward_ended": "ban",
    "forwarded": "user-plus",
    "undeliverable": "circle-alert",
    "line_joined": "link",
    "twin_left": "copy",
}


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One entry: a message, a note (office only), an answer (with its documents) or an event of one line."""

    at: datetime
    kind: str  # message | note | answer | event
    side: str  # firm | client | system
    author: str
    text: str = ""
    event: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    mail: OutgoingMail | None = None
    withdrawn: bool = False

    @property
    def internal(self) -> bool:
        """Say whether only the office may see it."""
        return self.kind == "note"

    @property
    def noted(self) -> bool:
        """Say whether a colleague wrote it down for the client, and it still counts."""
        return self.event.startswith("noted_") and not self.withdrawn

    @property
    def icon(self) -> str:
        """The name of the icon of an event."""
        return ICONS.get(self.event, "mail")

    @property
    def day(self) -> date:
        """The day it belongs under (for day separators)."""
        return local_day(self.at)

    def words(self, language: str) -> str:
        """What it says in one line, in the active language; messages and notes say their own text."""
        return event_words(self.event, self.facts, language) if self.event else self.text


def thread(request: Request, viewer: Actor) -> list[ThreadEntry]:
    """Everything in the request's thread that `viewer` may see, oldest first.

    Clients and guests never get notes, nor what the post did, nor who at the office gave up waiting.
    """
    office = viewer.kind in OFFICE
    messages = list(_messages(request, office))
    said = {(entry.text, entry.author) for entry in messages}
    found = [*messages, *_answers(request, said), *_promises(request), *_closures(request)]
    if office:
        found += _mails(request)
    return sorted(found, key=lambda entry: entry.at)


def _side(row: Message | Answer | Promise | Closure) -> str:
    if row.actor_kind == "system":
        return "system"
    return "firm" if row.actor_kind == "staff" else "client"


def _messages(request: Request, office: bool) -> Iterable[ThreadEntry]:
    rows = Message.objects.select_related("document").filter(request=request)
    if not office:
        rows = rows.filter(kind=MessageKind.MESSAGE)
    for row in rows:
        facts = {"name": row.actor_name, **row.facts}
        for name in facts.keys() & {"day", "until"}:
            facts[name] = date.fromisoformat(str(facts[name]))
        documents = (row.document,) if row.document is not None else ()
        yield ThreadEntry(
            row.at, row.kind, _side(row), row.actor_name, row.text, row.event, facts if row.event else {}, documents
        )


def _answers(request: Request, said: set[tuple[str, str]]) -> Iterable[ThreadEntry]:
    with_documents = AnswerDocument.objects.select_related("document").filter(answer__request=request).order_by("pk")
    documents: dict[Any, list[Document]] = {}
    for each in with_documents:
        documents.setdefault(each.answer_id, []).append(each.document)
    for row in Answer.objects.filter(request=request):
        facts: dict[str, Any] = {"name": row.actor_name, "answer": answer_words(row.kind), "kind": row.kind}
        if row.heard_how:
            facts |= noted_facts(row, answer_words(row.kind))
        # words typed as a message stand in the thread as that message already
        if row.kind != AnswerKind.WORDS or (row.text, row.actor_name) not in said:
            yield ThreadEntry(
                row.at,
                "answer",
                _side(row),
                row.actor_name,
                row.text,
                f"noted_{row.heard_how}" if row.heard_how else "answered",
                facts,
                tuple(documents.get(row.pk, ())),
                withdrawn=row.withdrawn_at is not None,
            )


def _promises(request: Request) -> Iterable[ThreadEntry]:
    for row in Promise.objects.filter(request=request):
        facts: dict[str, Any] = {"name": row.actor_name, "until": row.until}
        event = "promised"
        if row.heard_how:
            day = format_day(row.until, get_language() or "nl")
            facts |= noted_facts(row, _("will see to it by %(until)s") % {"until": day})
            event = f"noted_{row.heard_how}"
        yield ThreadEntry(
            row.at, "event", _side(row), row.actor_name, "", event, facts, withdrawn=row.withdrawn_at is not None
        )


def _closures(request: Request) -> Iterable[ThreadEntry]:
    for row in Closure.objects.filter(request=request):
        facts = {"name": row.actor_name, "outcome": outcome_words(row.outcome), "kind": row.outcome}
        yield ThreadEntry(row.at, "event", _side(row), row.actor_name, "", "closed", facts)


def mails_about(request: Request) -> QuerySet[Any]:
    """Every mail about one question, until a day after it was closed."""
    closure = Closure.objects.filter(request=request, withdrawn_at=None).first()
    until = closure.at + timedelta(days=1) if closure else now() + timedelta(days=1)
    # a window of time first: an index on it can be used, one on the ids inside the list could not (row policies)
    return OutgoingMail.objects.filter(
        created_at__range=(request.created_at - timedelta(minutes=1), until), about__contains=[str(request.pk)]
    ).exclude(kind=ESCALATED)


def _mails(request: Request) -> Iterable[ThreadEntry]:
    for mail in mails_about(request):
        word = "reminder" if mail.kind == "reminder" else "mail"
        state = "bounced" if mail.state == State.DEAD and mail.bounced_at else str(mail.state)
        at = mail.sent_at or mail.bounced_at or mail.created_at
        yield ThreadEntry(at, "event", "system", "", "", f"{word}_{state}", {"to": mail.to_email}, mail=mail)


def mail_trouble(requests: Iterable[Request]) -> dict[Any, OutgoingMail]:
    """The requests whose newest mail bounced, was given up or is in doubt: an alert, with the mail to decide about."""
    wanted = {str(request.pk): request for request in requests}
    if not wanted:
        return {}
    since = min(request.created_at for request in wanted.values())
    newest: dict[Any, OutgoingMail] = {}
    mails = OutgoingMail.objects.filter(created_at__gte=since - timedelta(minutes=1)).exclude(about=[])
    for mail in mails.exclude(kind=ESCALATED).order_by("created_at").defer("html", "text"):
        for about in mail.about:
            if about in wanted:
                newest[wanted[about].pk] = mail
    return {pk: mail for pk, mail in newest.items() if mail.state in (State.DEAD, State.UNCERTAIN)}
