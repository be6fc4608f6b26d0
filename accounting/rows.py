"""Drafts become rows: checked, numbered later, written at once. Only the posting verbs use this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import uuid_utils

from accounting.drafts import EntryDraft, LineDraft, Source
from accounting.fingerprint import fingerprint_of
from accounting.models import Entry, EntryLine, GridEffect, OpenItem, Period
from accounting.refusals import LineOutsidePeriod, TooFewLines, Unbalanced
from portal.kernel.money import ZERO, cents, euros
from portal.people.access import Actor
from portal.tenancy import bulk
from portal.tenancy.models import Administration

_LONGEST = 200


@dataclass(slots=True)
class LineRow:
    """A row of EntryLine, not yet written: there may be thousands, and the ORM's objects are dear."""

    pk: str
    position: int
    account_id: UUID
    amount: Decimal
    day: date
    description: str
    party_id: UUID | None
    vat_code: str
    vat_on: date | None
    grid_count: int


@dataclass(slots=True)
class GridRow:
    """A row of GridEffect, not yet written."""

    line_id: str
    position: int
    grid: str
    amount: Decimal
    vat_on: date


@dataclass(slots=True)
class ItemRow:
    """A row of OpenItem, not yet written."""

    line_id: str
    account_id: UUID
    party_id: UUID | None
    reference: str
    structured_reference: str
    issued_on: date
    due_on: date | None
    amount: Decimal


@dataclass(slots=True)
class Rows:
    """All rows of one entry, not yet written."""

    entry: Entry
    lines: list[LineRow]
    grids: list[GridRow]
    items: list[ItemRow]

    @property
    def key(self) -> tuple[str, object, str]:
        """What makes the entry unique within its administration."""
        return (self.entry.source_kind, self.entry.source_id, self.entry.purpose)


def check_draft(draft: EntryDraft, administration: Administration) -> None:
    """Check that the draft balances and stays at home. Raises TooFewLines, Unbalanced; ValueError for foreign rows."""
    amounts = [cents(line.amount) for line in draft.lines]
    if len(amounts) < 2 or 0 in amounts:
        raise TooFewLines(lines=len(amounts))
    if difference := sum(amounts):
        raise Unbalanced(difference=euros(difference))
    homes = {line.account.administration_id for line in draft.lines} | {draft.journal.administration_id}
    homes |= {line.party.administration_id for line in draft.lines if line.party is not None}
    if homes != {administration.pk}:
        raise ValueError("An account, party or journal belongs to another administration.")


def rows_of(
    draft: EntryDraft,
    administration: Administration,
    period: Period,
    *,
    by: Actor,
    at: datetime,
    reverses: Entry | None = None,
) -> Rows:
    """Build the rows of a draft in its period. Raises LineOutsidePeriod."""
    source: Source = draft.source
    entry = Entry(
        firm_id=administration.firm_id,
        administration_id=administration.pk,
        **by.as_columns(),
        journal=draft.journal,
        period=period,
        fiscal_year=period.fiscal_year,
        booked_on=draft.booked_on,
        description=draft.description[:_LONGEST],
        source_kind=source.kind,
        source_id=source.id,
        purpose=source.purpose,
        reverses=reverses,
        posted_at=at,
        line_count=len(draft.lines),
    )
    rows = Rows(entry, [], [], [])
    for position, line in enumerate(draft.lines, start=1):
        _add_line(rows, line, position, period)
    entry.fingerprint = fingerprint_of(entry, rows.lines, rows.grids, rows.items)
    return rows


def _add_line(rows: Rows, draft: LineDraft, position: int, period: Period) -> None:
    day = draft.day or rows.entry.booked_on
    if not period.first_day <= day <= period.last_day:
        raise LineOutsidePeriod(day=day, period=period.code)
    pk = str(uuid_utils.uuid7())
    vat_on: date | None = None
    effects: dict[str, Decimal] = {}
    if draft.grids or draft.vat_code:
        vat_on = draft.vat_on or day
        effects = _by_grid(draft)
        for place, (grid, amount) in enumerate(effects.items(), start=1):
            rows.grids.append(GridRow(pk, place, grid, amount, vat_on))
    account_id, party_id = draft.account.pk, None if draft.party is None else draft.party.pk
    rows.lines.append(
        LineRow(
            pk,
            position,
            account_id,
            draft.amount,
            day,
            draft.description[:_LONGEST],
            party_id,
            draft.vat_code,
            vat_on,
            len(effects),
        )
    )
    if (item := draft.open_item) is not None:
        rows.items.append(
            ItemRow(
                pk,
                account_id,
                party_id,
                item.reference[:60],
                item.structured_reference[:40],
                item.issued_on or day,
                item.due_on,
                draft.amount,
            )
        )


def _by_grid(draft: LineDraft) -> dict[str, Decimal]:
    """One effect per grid: two effects on the same grid become their sum."""
    effects: dict[str, Decimal] = {}
    for grid in draft.grids:
        effects[grid.grid] = effects.get(grid.grid, ZERO) + grid.amount
    return effects


def write(rows: Sequence[Rows], administration: Administration, by: Actor) -> None:
    """Insert all rows of these entries in one statement. The first entry closes for all: see the guard of Entry."""
    home = {"firm_id": administration.firm_id, "administration_id": administration.pk}
    entries = [one.entry for one in rows]
    for entry in entries[1:]:
        entry.closed_by = entries[0].pk
    parts = [_entries(entries, {**home, **by.as_columns(), "posted_at": entries[0].posted_at}), _lines(rows, home)]
    if grids := [grid for one in rows for grid in one.grids]:
        parts.append(_grids(grids, home))
    if items := [item for one in rows for item in one.items]:
        parts.append(_items(items, home))
    bulk.run(*parts)
    for entry in entries:
        entry._state.adding, entry._state.db = False, "default"


def _entries(entries: Sequence[Entry], same: Mapping[str, object]) -> bulk.Statement:
    names = (
        "id", "journal_id", "fiscal_year_id", "period_id", "number", "booked_on", "description", "source_kind",
        "source_id", "purpose", "fingerprint", "reverses_id", "line_count", "closed_by",
    )  # fmt: skip
    return bulk.insert(Entry, same, {name: [getattr(entry, name) for entry in entries] for name in names})


def _lines(rows: Sequence[Rows], same: Mapping[str, object]) -> bulk.Statement:
    lines = [line for one in rows for line in one.lines]
    columns: dict[str, Sequence[object]] = {
        "id": [line.pk for line in lines],
        "entry_id": [pk for one in rows for pk in [str(one.entry.pk)] * len(one.lines)],
        "position": [line.position for line in lines],
        "account_id": [line.account_id for line in lines],
        "amount": [cents(line.amount) for line in lines],
        "day": [line.day for line in lines],
        "description": [line.description for line in lines],
        "party_id": [line.party_id for line in lines],
        "vat_code": [line.vat_code for line in lines],
        "vat_on": [line.vat_on for line in lines],
        "grid_count": [line.grid_count for line in lines],
    }
    return bulk.insert(EntryLine, same, columns)


def _grids(grids: Sequence[GridRow], same: Mapping[str, object]) -> bulk.Statement:
    columns: dict[str, Sequence[object]] = {
        "id": [str(uuid_utils.uuid7()) for _ in grids],
        "line_id": [grid.line_id for grid in grids],
        "position": [grid.position for grid in grids],
        "grid": [grid.grid for grid in grids],
        "amount": [cents(grid.amount) for grid in grids],
        "vat_on": [grid.vat_on for grid in grids],
    }
    return bulk.insert(GridEffect, same, columns)


def _items(items: Sequence[ItemRow], same: Mapping[str, object]) -> bulk.Statement:
    amounts = [cents(item.amount) for item in items]
    columns: dict[str, Sequence[object]] = {
        "id": [str(uuid_utils.uuid7()) for _ in items],
        "line_id": [item.line_id for item in items],
        "account_id": [item.account_id for item in items],
        "party_id": [item.party_id for item in items],
        "reference": [item.reference for item in items],
        "structured_reference": [item.structured_reference for item in items],
        "issued_on": [item.issued_on for item in items],
        "due_on": [item.due_on for item in items],
        "amount": amounts,
        "open_amount": amounts,
    }
    return bulk.insert(OpenItem, same, columns)
