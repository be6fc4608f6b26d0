"""The to-do list of a client or a guest: their cards, those still to answer first, and what they sent before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from bankfeeds.models import StatementLine
from portal.people.access import Actor
from requests_app.models import Answer, AnswerDocument, Request, RequestLine
from requests_app.queries.mine import of_actor
from requests_app.queries.state import annotated_state, with_state
from requests_app.state import State, Turn

WAITING = ("asked", "promised", "promise_broken", "escalated")  # codes of requests_app.state that can be answered


@dataclass(frozen=True, slots=True)
class Activity:
    """One card: the question, its payment lines, its state and the live answer."""

    request: Request
    state: State
    lines: tuple[StatementLine, ...]
    answer: Answer | None

    @property
    def first(self) -> StatementLine | None:
        """The line that stands for the card (none when a question is about no line)."""
        return self.lines[0] if self.lines else None


def _full(rows: QuerySet[Any]) -> QuerySet[Any]:
    lines = RequestLine.objects.select_related("line__account").order_by("line__booked_on", "line_id")
    documents = Prefetch("documents", AnswerDocument.objects.select_related("document").order_by("pk"))
    answers = Answer.objects.filter(withdrawn_at=None).prefetch_related(documents)
    return rows.select_related("link", "administration", "firm").prefetch_related(
        Prefetch("lines", lines, to_attr="kept_lines"), Prefetch("answers", answers, to_attr="live_answers")
    )


def _activity(row: Any) -> Activity:
    answers: list[Answer] = row.live_answers
    lines: list[RequestLine] = row.kept_lines
    return Activity(row, annotated_state(row), tuple(each.line for each in lines), answers[0] if answers else None)


def activities_for(actor: Actor, on: date) -> list[Activity]:
    """What this person still has to do, oldest first; promised cards at the end.

    Also what was given up on after the reminders: the firm calls, but an answer is as welcome as ever.
    """
    rows = with_state(of_actor(Request.objects.all(), actor), on).filter(code__in=WAITING)
    found = [_activity(row) for row in _full(rows).order_by("created_at", "pk")]
    return sorted(found, key=lambda each: each.state.code == "promised")


def answered_for(actor: Actor, on: date, most: int = 50) -> list[Activity]:
    """“What I sent before”: answered cards, newest first; those not closed yet can still be changed."""
    rows = with_state(of_actor(Request.objects.all(), actor), on).filter(answered_at__isnull=False)
    return [_activity(row) for row in _full(rows).order_by("-answered_at", "-pk")[:most]]


def activity(request: Request, on: date) -> Activity:
    """One card."""
    return _activity(_full(with_state(Request.objects.filter(pk=request.pk), on)).get())


def count_for(actor: Actor, on: date) -> int:
    """How many cards wait for this person (the number on the badge equals the list it opens)."""
    return with_state(of_actor(Request.objects.all(), actor), on).filter(code__in=WAITING).count()


def names_done(actor: Actor, on: date) -> tuple[int, int]:
    """(answered, all) of the person's open requests: “3 of 5 received”."""
    rows = with_state(of_actor(Request.objects.all(), actor), on).exclude(turn=Turn.NOBODY.value)
    return rows.filter(answered_at__isnull=False).count(), rows.count()
