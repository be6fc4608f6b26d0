"""The state of a request, computed from its facts and never stored: whose turn, since when, late or not.

One rule, in this order:

1. closed: nobody's turn.
2. a live answer: the firm's turn since the answer. An answer in words is one; a remark in the thread is not.
3. a promise whose day has not passed: the client's turn, quiet until that day, never late.
4. a promise whose day has passed: the client's turn since that day, late.
5. escalated (the third reminder went out): the firm's turn ("give them a call"), late.
6. otherwise: the client's turn, since it was asked, taken back or reopened.

*Late* is a flag, not a turn: a turn that has lasted longer than seven days. A message of the firm takes a live answer
out of play (it stays in the thread) and passes the turn back; notes of the office change nothing. An answer may be
changed or taken back by the client's side until the request is closed. queries/state.py says the same in SQL.
"""

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.kernel.clock import zone
from requests_app.models import Answer, Closure, Promise, Request

LATE_AFTER = timedelta(days=7)


class Turn(enum.StrEnum):
    """Who has to act."""

    CLIENT = "client"
    FIRM = "firm"
    NOBODY = "nobody"


class Act(enum.StrEnum):
    """Something a screen may offer on a request."""

    ANSWER = "answer"
    CHANGE_ANSWER = "change_answer"
    WITHDRAW_ANSWER = "withdraw_answer"
    PROMISE = "promise"
    MESSAGE = "message"
    NOTE = "note"
    CLOSE = "close"
    REOPEN = "reopen"
    CHANGE_RECIPIENT = "change_recipient"
    COPY_LINK = "copy_link"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides the state of a request."""

    asked_at: datetime
    turn_returned_at: datetime | None = None  # the last time an answer was taken back or a closure undone
    answered_at: datetime | None = None
    promised_at: datetime | None = None
    promised_until: date | None = None
    escalated_on: date | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Whose turn, since which day, whether that is too long, and a code: worded by requests_app.wording."""

    turn: Turn
    late: bool
    since: date
    code: str
    until: date | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the request still asks for something."""
        return self.turn is not Turn.NOBODY


def local_day(moment: datetime) -> date:
    """The day of a moment on the wall clock of Brussels."""
    return moment.astimezone(zone()).date()


def compute(facts: Facts, today: date) -> State:
    """Apply the rule above."""
    if facts.closed_at is not None:
        return State(Turn.NOBODY, False, local_day(facts.closed_at), "closed")
    if facts.answered_at is not None:
        since = local_day(facts.answered_at)
        return State(Turn.FIRM, since < today - LATE_AFTER, since, "answered")
    if facts.promised_until is not None and facts.promised_at is not None:
        if facts.promised_until >= today:
            return State(Turn.CLIENT, False, local_day(facts.promised_at), "promised", facts.promised_until)
        if facts.escalated_on is None:
            return State(Turn.CLIENT, True, facts.promised_until, "promise_broken", facts.promised_until)
    if facts.escalated_on is not None:
        return State(Turn.FIRM, True, facts.escalated_on, "escalated")
    since = local_day(max(facts.asked_at, facts.turn_returned_at or facts.asked_at))
    return State(Turn.CLIENT, since < today - LATE_AFTER, since, "asked")


def facts_of(request: Request) -> Facts:
    """Read the facts of one request (lists use queries/state.py)."""
    answer = Answer.objects.filter(request=request, withdrawn_at=None).first()
    promise = Promise.objects.filter(request=request, withdrawn_at=None).first()
    closure = Closure.objects.filter(request=request, withdrawn_at=None).first()
    returned = [
        row["withdrawn_at"]
        for rows in (Answer.objects, Closure.objects)
        for row in rows.filter(request=request, withdrawn_at__isnull=False).values("withdrawn_at")
    ]
    return Facts(
        asked_at=request.created_at,
        turn_returned_at=max(returned, default=None),
        answered_at=answer.at if answer else None,
        promised_at=promise.at if promise else None,
        promised_until=promise.until if promise else None,
        escalated_on=request.escalated_on,
        closed_at=closure.at if closure else None,
    )


def state_of(request: Request, today: date) -> State:
    """The state of one request on a day."""
    return compute(facts_of(request), today)


def offers(state: State, side: str) -> frozenset[Act]:
    """What a screen may offer to a side (client or firm): never an act that is done or can no longer be done."""
    if side == Turn.CLIENT:
        if state.code == "closed":
            return frozenset()
        if state.code == "answered":
            return frozenset({Act.CHANGE_ANSWER, Act.WITHDRAW_ANSWER, Act.MESSAGE})
        return frozenset({Act.ANSWER, Act.PROMISE, Act.MESSAGE})
    if state.code == "closed":
        return frozenset({Act.REOPEN, Act.NOTE})
    always = {Act.CLOSE, Act.MESSAGE, Act.NOTE, Act.COPY_LINK}
    if state.code == "answered":
        return frozenset(always | {Act.PROMISE})
    return frozenset(always | {Act.ANSWER, Act.PROMISE, Act.CHANGE_RECIPIENT})
