"""The hash chain of the books, in plain Python: what a link says, and the hash over it. Knows no database, no Django.

The database writes the same (`chain_append`, accounting/migrations); `verify_books` works it out again with this
module, from the rows. The text is specified in docs/money.md: whoever has an export of the rows can do it as well.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

FIRST = bytes(32)  # what stands before the first link


@dataclass(frozen=True, slots=True)
class Grid:
    """An effect on a grid of the VAT return, as its row has it. Amounts are cents."""

    position: int
    grid: str
    amount: int
    vat_on: date


@dataclass(frozen=True, slots=True)
class Item:
    """The open item a line made; what of it is still open is no part."""

    id: UUID
    account: UUID
    party: UUID | None
    amount: int
    issued_on: date
    due_on: date | None
    reference: str
    structured_reference: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an entry, debit positive, in cents."""

    position: int
    id: UUID
    account: UUID
    amount: int
    day: date
    party: UUID | None
    vat_on: date | None
    grid_count: int
    vat_code: str
    description: str
    grids: tuple[Grid, ...] = ()
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its lines."""

    id: UUID
    administration: UUID
    journal: UUID
    fiscal_year: UUID
    period: UUID
    number: int
    booked_on: date
    source: UUID
    reverses: UUID | None
    posted_at: datetime
    line_count: int
    actor: UUID | None
    actor_kind: str
    actor_name: str
    source_kind: str
    purpose: str
    fingerprint: str
    description: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Clearing:
    """A match of a line with an open item, in cents."""

    id: UUID
    administration: UUID
    item: UUID
    line: UUID
    amount: int
    cleared_on: date
    reverses: UUID | None


def hash_after(previous: bytes, position: int, told: Entry | Clearing) -> bytes:
    """The hash of the link at `position` (from 1): SHA-256 over the 32 bytes before it and what it says."""
    text = _entry(position, told) if isinstance(told, Entry) else _clearing(position, told)
    return hashlib.sha256(previous + text.encode()).digest()


def _entry(position: int, told: Entry) -> str:
    lines = sorted(told.lines, key=lambda line: line.position)
    return _row(
        "entry", position, told.administration, told.id, told.journal, told.fiscal_year, told.period, told.number,
        told.booked_on, told.source, told.reverses, told.posted_at, told.line_count, told.actor, told.actor_kind,
        told.actor_name, told.source_kind, told.purpose, told.fingerprint, told.description,
    ) + "".join(map(_line, lines))  # fmt: skip


def _line(told: Line) -> str:
    row = _row(
        "line", told.position, told.id, told.account, told.amount, told.day, told.party, told.vat_on, told.grid_count,
        told.vat_code, told.description,
    )  # fmt: skip
    grids = sorted(told.grids, key=lambda grid: grid.position)
    effects = "".join(_row("grid", grid.position, grid.amount, grid.vat_on, grid.grid) for grid in grids)
    return row + effects + (_item(told.item) if told.item else "")


def _item(told: Item) -> str:
    return _row(
        "item", told.id, told.account, told.party, told.amount, told.issued_on, told.due_on, told.reference,
        told.structured_reference,
    )  # fmt: skip


def _clearing(position: int, told: Clearing) -> str:
    return _row(
        "clearing", position, told.administration, told.id, told.item, told.line, told.amount, told.cleared_on,
        told.reverses,
    )  # fmt: skip


def _row(kind: str, *fields: object) -> str:
    return "|".join([kind, *map(_field, fields)]) + "\n"


def _field(value: object) -> str:
    """A text goes after its number of bytes, so that no text can look like something else; nothing is empty."""
    if isinstance(value, str):
        return f"{len(value.encode())}:{value}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def joined(links: Iterable[tuple[int, Entry | Clearing]], previous: bytes = FIRST) -> bytes:
    """The hash after all these links, in order."""
    for position, told in links:
        previous = hash_after(previous, position, told)
    return previous
