"""Answering: a document, one of four words, or a promise. Saved at once, changeable until the firm has handled it."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from invoicing.actions.receive import receive
from portal.audit.record import record
from portal.documents.models import Document, Kind
from portal.kernel.clock import now
from portal.kernel.text import many_lines
from portal.people.access import Actor
from requests_app.ladder import STEPS, after_promise, next_step
from requests_app.models import Answer, AnswerDocument, AnswerKind, Promise, Request
from requests_app.refusals import BadPromise, NoDocument, NothingToWithdraw, ReasonMissing
from requests_app.thread_writing import hold, live_answer, live_promise, note_event, refuse_when_closed, tenant

TEXT_LENGTH = 2000
LONGEST_PROMISE = timedelta(days=60)
BECOMES_PURCHASE = (Kind.PDF, Kind.IMAGE, Kind.UBL)
NEEDS_WORDS = (AnswerKind.DOES_NOT_EXIST, AnswerKind.WORDS)


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
    if not on < until <= on + LONGEST_PROMISE:
        raise BadPromise(last=on + LONGEST_PROMISE)
    held = hold(request)
    refuse_when_closed(held)
    kept = live_promise(held)
    answer = live_answer(held)
    if kept is not None and kept.until == until and answer is None:
        return kept
    _withdraw(answer)
    _withdraw(kept)
    made: Promise = Promise.objects.create(until=until, at=now(), **tenant(held), **by.as_columns())
    held.escalated_on = None
    held.reminders = min(held.reminders, len(STEPS) - 1)  # a broken promise is reminded of at least once
    held.remind_on = after_promise(until, held.administration.country)
    held.save(update_fields=["escalated_on", "reminders", "remind_on"])
    record("request.promised", subject=held, by=by, data={"until": until.isoformat()})
    return made


@transaction.atomic
def withdraw_answer(*, request: Request, by: Actor, on: date) -> None:
    """Take the live answer back: the client's turn again. Raises NothingToWithdraw, AlreadyHandled."""
    held = hold(request)
    refuse_when_closed(held)
    answer = live_answer(held)
    if answer is None:
        raise NothingToWithdraw
    _withdraw(answer)
    held.reminders = min(held.reminders, len(STEPS) - 1)
    held.remind_on = next_step(on, held.reminders, on, held.administration.country)
    if held.returned_at is not None:  # nobody to remind: the firm chooses another recipient
        held.remind_on, held.escalated_on = None, on
    held.save(update_fields=["reminders", "remind_on", "escalated_on"])
    note_event(held, "answer_withdrawn", by=by)
    record("request.answer_withdrawn", subject=held, by=by, data={"kind": answer.kind})


def _withdraw(row: Answer | Promise | None) -> None:
    if row is not None:
        row.withdrawn_at = now()
        row.save(update_fields=["withdrawn_at"])


def _replace(request: Request, earlier: Answer | None, kind: AnswerKind, text: str, by: Actor) -> Answer:
    """Put a new answer in the place of an earlier one or a promise, and end the ladder."""
    _withdraw(earlier)
    _withdraw(live_promise(request))
    answer: Answer = Answer.objects.create(kind=kind, text=text, at=now(), **tenant(request), **by.as_columns())
    request.remind_on, request.escalated_on = None, None
    request.save(update_fields=["remind_on", "escalated_on"])
    record("request.answered", subject=request, by=by, data={"kind": str(kind), "changed": earlier is not None})
    return answer
