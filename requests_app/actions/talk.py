"""Saying something in a thread. What the firm says passes the turn; a remark of the client's side does not: an answer
is given as one. Notes of the office change nothing and never leave it."""

from datetime import date

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import now
from portal.kernel.period import next_working_day
from portal.kernel.text import many_lines
from portal.links.issue import issue
from portal.people.access import Actor
from requests_app.ladder import LEAST_QUIET, next_step
from requests_app.letters import mail_message
from requests_app.models import Message, MessageKind, Request
from requests_app.refusals import LostAccess, NoText
from requests_app.thread_writing import hold, live_answer, refuse_when_closed, say

TEXT_LENGTH = 4000


@transaction.atomic
def comment(*, request: Request, text: str, by: Actor, on: date, internal: bool = False) -> Message:
    """Add a message or, with `internal`, a note that only the office sees. Raises NoText, AlreadyHandled, LostAccess.

    A message of the firm takes a live answer out of play, passes the turn to the client, starts the ladder anew and is
    mailed. A remark of the client's side changes no turn; who writes is not reminded in the next three days.
    """
    words = many_lines(text, TEXT_LENGTH)
    if not words:
        raise NoText
    held = hold(request)
    if internal:
        if by.kind not in ("staff", "system"):
            raise NoText
        note = say(held, kind=MessageKind.NOTE, text=words, by=by)
        record("request.noted", subject=held, by=by)
        return note
    refuse_when_closed(held)
    message = say(held, kind=MessageKind.MESSAGE, text=words, by=by)
    record("request.commented", subject=held, by=by)
    if by.kind in ("staff", "system"):
        if held.returned_at is not None:
            raise LostAccess(email=held.link.email)
        _pass_to_client(held, on)
        mail_message(request=held, message=message, by=by, on=on)
    elif held.remind_on is not None:
        held.remind_on = max(held.remind_on, next_working_day(on + LEAST_QUIET, held.administration.country))
        held.save(update_fields=["remind_on"])
    return message


def ask_again(*, request: Request, text: str, by: Actor, on: date) -> Message:
    """Answer an answer with a question: a message of the firm, and so the client's turn again."""
    return comment(request=request, text=text, by=by, on=on)


def _pass_to_client(request: Request, on: date) -> None:
    answer = live_answer(request)
    if answer is not None:
        answer.withdrawn_at = now()
        answer.save(update_fields=["withdrawn_at"])
    if answer is not None or request.escalated_on is not None:
        request.reminders = 0
        request.remind_on = next_step(on, 0, on, request.administration.country)
        request.escalated_on = None
        request.save(update_fields=["reminders", "remind_on", "escalated_on"])
    request.link = issue(
        administration=request.administration,
        purpose=request.link.purpose,
        email=request.link.email,
        name=request.link.name,
        user=request.link.user_id,
        language=request.link.language,
        on=on,
    )
