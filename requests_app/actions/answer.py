"""Answering: a document, one of four words, or a promise. Saved at once, changeable until the firm has handled it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from invoicing.actions.receive import receive
from portal.audit.record import record
from portal.documents.models import Document, Kind
from portal.kernel.clock import now
from portal.kernel.text import many_lines, one_line
from portal.people.access import Actor
from requests_app.ladder import STEPS, after_promise, next_step
from requests_app.models import Answer, AnswerDocument, AnswerKind, Heard, Promise, Request
from requests_app.refusals import AnsweredAlready, BadHeardDay, BadPromise, NoDocument, NothingToWithdraw, ReasonMissing
from requests_app.thread_writing import hold, live_answer, live_promise, note_event, refuse_when_closed, tenant

TEXT_LENGTH = 2000
LONGEST_PROMISE = timedelta(days=60)
BECOMES_PURCHASE = (Kind.PDF, Kind.IMAGE, Kind.UBL)
NEEDS_WORDS = (AnswerKind.DOES_NOT_EXIST, AnswerKind.WORDS)


@dataclass(frozen=True, slots=True)
class HeardWords:
    """How a colleague heard it (models.Heard), from whom ("" is the person who was asked), and on which day."""

    how: str
    whom: str
    on: date


@transaction.atomic
def answer_with_document(
    *, request: Request, documents: Sequence[Document], text: str = "", by: Actor, on: date
) -> Answer:
    """Answer with documents that are stored already. The same document again changes nothing; more of them join.

    Each document becomes a purchase that waits for the office. Raises NoDocument, AlreadyHandled.
    """
    if not documents:
        raise NoDocument
    held = hold(request)
    refuse_when_closed(held)
    words = many_lines(text, TEXT_LENGTH)
    answer = live_answer(held)
    if answer is None or answer.kind != AnswerKind.DOCUMENT:
        answer = _replace(held, answer, AnswerKind.DOCUMENT, words, by)
    elif words and words != answer.text:
        answer.text = words
        answer.save(update_fields=["text"])
    known = set(AnswerDocument.objects.filter(answer=answer).values_list("document_id", flat=True))
    new = [document for document in {each.pk: each for each in documents}.values() if document.pk not in known]
    columns = {"firm_id": held.firm_id, "administration_id": held.administration_id, "answer": answer}
    AnswerDocument.objects.bulk_create([AnswerDocument(document=document, **columns) for document in new])
    for document in new:
        if document.kind in BECOMES_PURCHASE:
            receive(document=document, by=by, on=on)
        record("request.document_added", subject=held, by=by, data={"document": str(document.pk)})
    return answer


@transaction.atomic
def answer_without(*, request: Request, kind: str, text: str = "", by: Actor, on: date) -> Answer:
    """Answer without a document: already_sent, does_not_exist (with a reason), private, or in words.

    The same answer again (a double tap) returns the first. Raises ReasonMissing, AlreadyHandled.
    """
    what, words = AnswerKind(kind), many_lines(text, TEXT_LENGTH)
    if what is AnswerKind.DOCUMENT:
        raise NoDocument
    if what in NEEDS_WORDS and not words:
        raise ReasonMissing
    held = hold(request)
    refuse_when_closed(held)
    answer = live_answer(held)
    if answer is not None and answer.kind == what and answer.text == words:
        return answer
    return _replace(held, answer, what, words, by)


@transaction.atomic
def promise(*, request: Request, until: date, by: Actor, on: date) -> Promise:
    """Keep the request open and quiet until a day. It takes back an earlier answer or promise.

    Raises BadPromise for a day that is not after `on` or more than 60 days away; AlreadyHandled.
    """
    held = hold(request)
    refuse_when_closed(held)
    return _promise(held, until, by, on)


def _promise(held: Request, until: date, by: Actor, on: date, heard: dict[str, Any] | None = None) -> Promise:
    """Make a promise in the place of what stood; `heard`: the columns of one that a colleague wrote down."""
    if not on < until <= on + LONGEST_PROMISE:
        raise BadPromise(last=on + LONGEST_PROMISE)
    kept = live_promise(held)
    answer = live_answer(held)
    if kept is not None and kept.until == until and answer is None:
        return kept
    _withdraw(answer)
    _withdraw(kept)
    made: Promise = Promise.objects.create(until=until, at=now(), **tenant(held), **by.as_columns(), **heard or {})
    held.escalated_on = None
    held.reminders = min(held.reminders, len(STEPS) - 1)  # a broken promise is reminded of at least once
    held.remind_on = after_promise(until, held.administration.country)
    held.save(update_fields=["escalated_on", "reminders", "remind_on"])
    noted = {"name": heard["heard_from"]} if heard else {}
    what = "request.promise_noted" if heard else "request.promised"
    record(what, subject=held, by=by, data={"until": until.isoformat(), **noted})
    return made


@transaction.atomic
def note_answer(
    *, request: Request, kind: str, text: str = "", heard: HeardWords, until: date | None = None, by: Actor, on: date
) -> Answer | Promise:
    """Write down what the client said by phone, on paper or across a table: it counts as the client's own answer.

    `kind` as in answer_without; with `until` it is a promise for that day instead. Raises AnsweredAlready (the client's
    own words are not written over), BadHeardDay, ReasonMissing, BadPromise, AlreadyHandled.
    """
    held = hold(request)
    refuse_when_closed(held)
    if not held.asked_on <= heard.on <= on:
        raise BadHeardDay(first=held.asked_on)
    answer = live_answer(held)
    if answer is not None:
        raise AnsweredAlready(name=answer.heard_from or answer.actor_name)
    whom = one_line(heard.whom, 80) or held.link.name
    columns = {"heard_how": Heard(heard.how), "heard_from": whom, "heard_on": heard.on}
    if until is not None:
        return _promise(held, until, by, on, columns)
    what, words = AnswerKind(kind), many_lines(text, TEXT_LENGTH)
    if what is AnswerKind.DOCUMENT:
        raise NoDocument
    if what in NEEDS_WORDS and not words:
        raise ReasonMissing
    return _replace(held, None, what, words, by, columns)


@transaction.atomic
def take_note_back(*, request: Request, by: Actor, on: date) -> None:
    """Take back what a colleague noted: the client's turn again. Raises NothingToWithdraw, AlreadyHandled."""
    held = hold(request)
    refuse_when_closed(held)
    kept = live_answer(held) or live_promise(held)
    if kept is None or not kept.heard_how:
        raise NothingToWithdraw
    _withdraw(kept)
    _client_again(held, on)
    note_event(held, "note_taken_back", by=by)
    record("request.answer_withdrawn", subject=held, by=by, data={"noted": True})


@transaction.atomic
def withdraw_answer(*, request: Request, by: Actor, on: date) -> None:
    """Take the live answer back: the client's turn again. Raises NothingToWithdraw, AlreadyHandled."""
    held = hold(request)
    refuse_when_closed(held)
    answer = live_answer(held)
    if answer is None:
        raise NothingToWithdraw
    _withdraw(answer)
    _client_again(held, on)
    note_event(held, "answer_withdrawn", by=by)
    record("request.answer_withdrawn", subject=held, by=by, data={"kind": answer.kind})


def _client_again(request: Request, on: date) -> None:
    """The ladder goes on where it was, and ends with a reminder at least once more."""
    request.reminders = min(request.reminders, len(STEPS) - 1)
    request.remind_on = next_step(on, request.reminders, on, request.administration.country)
    if request.returned_at is not None:  # nobody to remind: the firm chooses another recipient
        request.remind_on, request.escalated_on = None, on
    request.save(update_fields=["reminders", "remind_on", "escalated_on"])


def _withdraw(row: Answer | Promise | None) -> None:
    if row is not None:
        row.withdrawn_at = now()
        row.save(update_fields=["withdrawn_at"])


def _replace(
    request: Request,
    earlier: Answer | None,
    kind: AnswerKind,
    text: str,
    by: Actor,
    heard: dict[str, Any] | None = None,
) -> Answer:
    """Put a new answer in the place of an earlier one or a promise, and end the ladder."""
    _withdraw(earlier)
    _withdraw(live_promise(request))
    answer: Answer = Answer.objects.create(
        kind=kind, text=text, at=now(), **tenant(request), **by.as_columns(), **heard or {}
    )
    request.remind_on, request.escalated_on = None, None
    request.save(update_fields=["remind_on", "escalated_on"])
    noted = {"name": heard["heard_from"]} if heard else {}
    what = "request.answer_noted" if heard else "request.answered"
    record(what, subject=request, by=by, data={"kind": str(kind), "changed": earlier is not None, **noted})
    return answer
