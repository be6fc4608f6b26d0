"""Drafts become rows: checked, numbered later, written at once. Only the posting verbs use this."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from accounting.drafts import EntryDraft, LineDraft, Source
from accounting.fingerprint import fingerprint_of
from accounting.models import Entry, EntryLine, GridEffect, OpenItem, Period
from accounting.refusals import LineOutsidePeriod, TooFewLines, Unbalanced
from portal.kernel.money import ZERO, cents
from portal.people.access import Actor
from portal.tenancy.models import Administration

_LONGEST = 200


@dataclass(slots=True)
class Rows:
    """All rows of one entry, not yet written."""

    entry: Entry
    lines: list[EntryLine]
    grids: list[GridEffect]
    items: list[OpenItem]

    @property
    def key(self) -> tuple[str, object, str]:
        """What makes the entry unique within its administration."""
        return (self.entry.source_kind, self.entry.source_id, self.entry.purpose)


def check_draft(draft: EntryDraft, administration: Administration) -> None:
    """Check that the draft balances and stays at home. Raises TooFewLines, Unbalanced; ValueError for foreign rows."""
    if len(draft.lines) < 2 or any(cents(line.amount) == 0 for line in draft.lines):
        raise TooFewLines(lines=len(draft.lines))
    difference = sum((line.amount for line in draft.lines), ZERO)
    if difference != 0:
        raise Unbalanced(difference=difference)
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
    owner = {"firm_id": administration.firm_id, "administration_id": administration.pk}
    source: Source = draft.source
    entry = Entry(
        **owner,
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
        _add_line(rows, line, position, owner, period)
    entry.fingerprint = fingerprint_of(entry, rows.lines, rows.grids, rows.items)
    return rows


def _add_line(rows: Rows, draft: LineDraft, position: int, owner: dict[str, UUID], period: Period) -> None:
    day = draft.day or rows.entry.booked_on
    if not period.first_day <= day <= period.last_day:
        raise LineOutsidePeriod(day=day, period=period.code)
    vat_on = draft.vat_on or day
    line = EntryLine(
        **owner,
        entry=rows.entry,
        position=position,
        account=draft.account,
        amount=draft.amount,
        day=day,
        description=draft.description[:_LONGEST],
        party=draft.party,
        vat_code=draft.vat_code,
        vat_on=vat_on if draft.grids or draft.vat_code else None,
    )
    rows.lines.append(line)
    effects = _by_grid(draft)
    line.grid_count = len(effects)
    for place, (grid, amount) in enumerate(effects.items(), start=1):
        rows.grids.append(GridEffect(**owner, line=line, position=place, grid=grid, amount=amount, vat_on=vat_on))
    if draft.open_item is not None:
        rows.items.append(_open_item(line, draft, owner, day))


def _by_grid(draft: LineDraft) -> dict[str, Decimal]:
    """One effect per grid: two effects on the same grid become their sum."""
    effects: dict[str, Decimal] = {}
    for grid in draft.grids:
        effects[grid.grid] = effects.get(grid.grid, ZERO) + grid.amount
    return effects


def _open_item(line: EntryLine, draft: LineDraft, owner: dict[str, UUID], day: date) -> OpenItem:
    wanted = draft.open_item
    assert wanted is not None  # noqa: S101  (the caller asked; for the type checker)
    return OpenItem(
        **owner,
        line=line,
        account=draft.account,
        party=draft.party,
        reference=wanted.reference[:60],
        structured_reference=wanted.structured_reference[:40],
        issued_on=wanted.issued_on or day,
        due_on=wanted.due_on,
        amount=line.amount,
        open_amount=line.amount,
    )
