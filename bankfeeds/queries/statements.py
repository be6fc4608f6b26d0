"""The statements of an own account in their order, with what is missing between them; and one that is held back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count

from bankfeeds import reasons
from bankfeeds.continuity import as_number, between
from bankfeeds.formats import BankLine, FormatRefused, read_statement_file
from bankfeeds.incoming import Incoming, fold, incoming, who
from bankfeeds.models import BankAccount, Statement, StatementLine, StatementState
from bankfeeds.refusals import StatementCannotBePosted
from portal.documents.store import open_original
from portal.kernel.money import ZERO

Remark = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A statement in the list. `remarks`: what does not follow on the one before it; none when it joins."""

    statement: Statement
    lines: int
    open_lines: int
    remarks: tuple[Remark, ...]
    first: bool  # nothing comes before it, so there is nothing to join


def accounts_of(administration: Any) -> list[BankAccount]:
    """The own accounts, by their ledger number."""
    rows = BankAccount.objects.filter(administration=administration, is_active=True)
    return list(rows.select_related("account").order_by("account__code"))


def years_of(account: BankAccount) -> list[int]:
    """The years this account has statements of, newest first."""
    rows = Statement.objects.filter(account=account).order_by("-year").values_list("year", flat=True)
    return list(dict.fromkeys(rows))


def statements_of(account: BankAccount, year: int) -> list[Listed]:
    """The booked statements of a year, newest first, each held against the one before it. Three queries."""
    rows = Statement.objects.filter(account=account, state=StatementState.BOOKED, year__in=(year - 1, year))
    ordered = sorted(rows.select_related("account"), key=_place)
    counted = StatementLine.objects.filter(statement__in=[each.pk for each in ordered if each.year == year])
    lines = _numbers(counted)
    still_open = _numbers(counted.exclude(open_amount=0))
    found = []
    for previous, each in zip([None, *ordered], ordered, strict=False):
        if each.year != year:
            continue
        odd = between(previous, each.year, each.number, each.old_balance) if previous else []
        listed = Listed(each, lines.get(each.pk, 0), still_open.get(each.pk, 0), tuple(odd), previous is None)
        found.append(listed)
    return found[::-1]


def _place(statement: Statement) -> tuple[int, int, str]:
    return (statement.year, as_number(statement.number), statement.number)


def _numbers(rows: Any) -> dict[Any, int]:
    return dict(rows.order_by().values_list("statement").annotate(n=Count("pk")))


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement, as booked or as the new file has it."""

    sequence: int
    day: date
    amount: Decimal
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A movement that differs: as it was known, as the new file says it; None where only one has it."""

    known: Movement | None
    new: Movement | None


@dataclass(frozen=True, slots=True)
class Held:
    """A statement that waits for a person: what the file says, and how it differs from the booked one.

    `found` is old balance plus movements; `difference` what the new balance says more. `equal` movements stand in
    both. `may_pass` is False when no reason makes it bookable.
    """

    says: Incoming | None
    known: Statement | None
    movements: Decimal
    found: Decimal
    difference: Decimal
    changes: tuple[Change, ...]
    equal: int
    may_pass: bool


def held_statement(statement: Statement) -> Held:
    """Read a statement that was held back from its file again, beside the booked one with its number."""
    try:
        says = in_its_file(statement)
    except StatementCannotBePosted:
        return Held(None, None, ZERO, ZERO, ZERO, (), 0, may_pass=False)
    total = sum((line.amount for line in says.says.lines), ZERO)
    found = says.says.old_balance + total
    new = says.says.new_balance
    known = Statement.objects.filter(
        account=statement.account_id, year=statement.year, number=statement.number, state=StatementState.BOOKED
    ).first()
    booked = [_booked(row) for row in StatementLine.objects.filter(statement=known).order_by("sequence")]
    now = [_in_file(line) for line in says.says.lines]
    changes, equal = compared(booked, now) if known else ((), 0)
    may_pass = statement.held_because not in reasons.NEVER
    return Held(says, known, total, found, ZERO if new is None else new - found, changes, equal, may_pass)


def in_its_file(held: Statement) -> Incoming:
    """The statement as its file says it; by content, or by its place there when the reader has learned since.

    Raises StatementCannotBePosted when the file cannot be read any more or does not hold it.
    """
    try:
        file = read_statement_file(open_original(held.imported.document), name=held.imported.name)
    except FormatRefused as refusal:
        raise StatementCannotBePosted(number=held.number, reason=refusal.rule) from refusal
    found = incoming(file)
    same = next((each for each in found if each.content_hash == held.content_hash), None)
    at_its_place = next((each for each in found if each.index == held.facts["index"]), None)
    what = same or at_its_place
    if what is None or (what.account, what.year, what.number) != (held.account.number, held.year, held.number):
        raise StatementCannotBePosted(number=held.number, reason="file")
    return what


def compared(known: Iterable[Movement], new: Iterable[Movement]) -> tuple[tuple[Change, ...], int]:
    """What differs between two rows of movements, and how many are the same. Places in the row do not count."""
    before, after = list(known), list(new)
    matcher = SequenceMatcher(None, [_face(each) for each in before], [_face(each) for each in after], autojunk=False)
    changes: list[Change] = []
    equal = 0
    for what, start, stop, from_, to in matcher.get_opcodes():
        if what == "equal":
            equal += stop - start
            continue
        left, right = before[start:stop], after[from_:to]
        for place in range(max(len(left), len(right))):
            was = left[place] if place < len(left) else None
            changes.append(Change(was, right[place] if place < len(right) else None))
    return tuple(changes), equal


def _face(movement: Movement) -> tuple[Any, ...]:
    return (movement.day, movement.amount, fold(f"{movement.who}{movement.text}"))


def _booked(row: StatementLine) -> Movement:
    text = " ".join(filter(None, [row.communication, row.structured_reference]))
    return Movement(row.sequence, row.booked_on, row.amount, row.counterparty_name, text)


def _in_file(line: BankLine) -> Movement:
    text = " ".join(filter(None, [line.communication, line.structured_reference]))
    return Movement(line.sequence, line.date, line.amount, who(line), text)
