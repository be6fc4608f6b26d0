"""The fingerprint of an entry: SHA-256 of its content, written with it, and worked out again by verify_books."""

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from accounting.models import Entry, EntryLine, GridEffect, OpenItem
from portal.kernel.money import cents

if TYPE_CHECKING:
    from accounting.rows import GridRow, ItemRow, LineRow


def fingerprint_of(
    entry: Entry,
    lines: "Iterable[EntryLine | LineRow]",
    grids: "Iterable[GridEffect | GridRow]",
    items: "Iterable[OpenItem | ItemRow]",
) -> str:
    """Return the fingerprint (64 hex digits) of what the entry says; number, period, person and moment are no part.

    Two postings of one source with the same fingerprint are the same posting.
    """
    effects: dict[object, list[list[object]]] = {}
    for grid in grids:
        effects.setdefault(grid.line_id, []).append([grid.grid, cents(grid.amount), grid.vat_on.isoformat()])
    open_items = {item.line_id: _item(item) for item in items}
    content = [
        str(entry.journal_id),
        entry.booked_on.isoformat(),
        entry.description,
        [
            [
                str(line.account_id),
                cents(line.amount),
                line.day.isoformat(),
                line.description,
                str(line.party_id or ""),
                line.vat_code,
                line.vat_on.isoformat() if line.vat_on else "",
                sorted(effects.get(line.pk, []), key=str),
                open_items.get(line.pk),
            ]
            for line in sorted(lines, key=lambda line: line.position)
        ],
    ]
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _item(item: "OpenItem | ItemRow") -> list[str]:
    due_on = item.due_on.isoformat() if item.due_on else ""
    return [item.reference, item.structured_reference, item.issued_on.isoformat(), due_on]
