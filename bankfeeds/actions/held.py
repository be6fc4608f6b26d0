"""Statements that were held back: a person lets one through, or refuses it; either way the reason is kept."""

from datetime import date

from django.db import transaction

from accounting.refusals import NoPeriod, PeriodLocked
from bankfeeds import reasons
from bankfeeds.actions.statement import Booking, keep_lines, lines_of
from bankfeeds.incoming import Incoming
from bankfeeds.models import BankAccount, Statement, StatementState
from bankfeeds.queries.statements import in_its_file
from bankfeeds.refusals import ReasonMissing, StatementCannotBePosted, StatementNotHeld
from portal.audit.record import record
from portal.people.access import Actor

WAITS_FOR_PERIOD = (reasons.PERIOD_LOCKED, reasons.NO_PERIOD)


@transaction.atomic
def release_statement(*, statement: Statement, reason: str, by: Actor, on: date) -> Statement:
    """Book a statement that was held back, read from its file again; `reason` says why it may pass.

    One with the number of a booked statement gets a number of its own ("058/2"). Raises ReasonMissing,
    StatementNotHeld, StatementCannotBePosted, PeriodLocked or NoPeriod; then it stays held.
    """
    why = _reason(reason)
    held = _held(statement)
    if held.held_because in reasons.NEVER:
        raise StatementCannotBePosted(number=held.number, reason=held.held_because)
    what = in_its_file(held)
    booked = Statement.objects.filter(account=held.account, year=held.year, state=StatementState.BOOKED)
    taken = set(booked.values_list("number", flat=True))
    if held.number in taken:
        free = (f"{held.number}/{nth}" for nth in range(2, len(taken) + 3))
        held.number = next(number for number in free if number not in taken)
    held.facts["released"] = {"reason": why, "by": by.name, "on": on.isoformat()}
    book_held(held, what, held.account, by=by, on=on)
    record("statement.released", subject=held, by=by, data={"number": held.number, "reason": why})
    return held


@transaction.atomic
def refuse_statement(*, statement: Statement, reason: str, by: Actor, on: date) -> Statement:
    """Close a statement that was held back without booking it. Raises ReasonMissing or StatementNotHeld."""
    why = _reason(reason)
    held = _held(statement)
    held.state = StatementState.REFUSED
    held.facts["refused"] = {"reason": why, "by": by.name, "on": on.isoformat()}
    held.save(update_fields=["state", "facts"])
    record("statement.refused", subject=held, by=by, data={"number": held.number, "reason": why})
    return held


@transaction.atomic
def book_held(held: Statement, what: Incoming, account: BankAccount, *, by: Actor, on: date) -> None:
    """Turn a held statement into a booked one. Raises NoPeriod or PeriodLocked and changes nothing then."""
    held.state = StatementState.BOOKED
    try:
        with transaction.atomic():
            lines, booking = lines_of(what), Booking.of(account.administration, [what])
            booking.add(held, account, lines)
            held.save(update_fields=["state", "number", "facts"])
            keep_lines([(held, lines)])
            booking.post(by=by, on=on)
    except (PeriodLocked, NoPeriod):
        held.state = StatementState.QUARANTINED
        raise


def _reason(text: str) -> str:
    why = text.strip()[:500]
    if not why:
        raise ReasonMissing
    return why


def _held(statement: Statement) -> Statement:
    rows = Statement.objects.select_for_update(of=("self",), no_key=True).select_related(
        "account__account", "account__journal", "account__administration", "imported__document"
    )
    held: Statement = rows.get(pk=statement.pk)
    if held.state != StatementState.QUARANTINED:
        raise StatementNotHeld(number=held.number)
    return held
