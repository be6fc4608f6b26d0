"""The hash chain of the books, read back: is it whole, what is its head, is a head noted earlier still in it?"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounting import chain
from accounting.models import Linked
from portal.audit.models import Event
from portal.tenancy.models import Administration

_CHUNK = 500
_BEFORE_ANY = -(2**63)

_LINKS = """
SELECT position, id, kind, hash FROM accounting_chainlink
 WHERE administration_id = %s AND position > %s ORDER BY position LIMIT %s
"""
_HEADS = """
SELECT a.id, last.position, last.hash FROM tenancy_administration a, LATERAL (
  SELECT c.position, c.hash FROM accounting_chainlink c
   WHERE c.administration_id = a.id ORDER BY c.position DESC LIMIT 1) last
"""
_ENTRIES = """
SELECT id, administration_id, journal_id, fiscal_year_id, period_id, number, booked_on, source_id, reverses_id,
       posted_at, line_count, actor_user_id, actor_kind, actor_name, source_kind, purpose, fingerprint, description
  FROM accounting_entry WHERE id = ANY(%s::uuid[])
"""
_LINES = """
SELECT entry_id, position, id, account_id, amount, day, party_id, vat_on, grid_count, vat_code, description
  FROM accounting_entryline WHERE entry_id = ANY(%s::uuid[])
"""
_GRIDS = """
SELECT g.line_id, g.position, g.grid, g.amount, g.vat_on FROM accounting_grideffect g
  JOIN accounting_entryline l ON l.id = g.line_id WHERE l.entry_id = ANY(%s::uuid[])
"""
_ITEMS = """
SELECT i.line_id, i.id, i.account_id, i.party_id, i.amount, i.issued_on, i.due_on, i.reference, i.structured_reference
  FROM accounting_openitem i JOIN accounting_entryline l ON l.id = i.line_id WHERE l.entry_id = ANY(%s::uuid[])
"""
_CLEARINGS = """
SELECT id, administration_id, open_item_id, line_id, amount, cleared_on, reverses_id
  FROM accounting_clearing WHERE id = ANY(%s::uuid[])
"""
_OUTSIDE = """
SELECT 'entry', e.id FROM accounting_entry e WHERE e.administration_id = %s
   AND NOT EXISTS (SELECT 1 FROM accounting_chainlink c
        WHERE c.id = e.id AND c.kind = 'entry' AND c.administration_id = e.administration_id)
 UNION ALL
SELECT 'clearing', e.id FROM accounting_clearing e WHERE e.administration_id = %s
   AND NOT EXISTS (SELECT 1 FROM accounting_chainlink c
        WHERE c.id = e.id AND c.kind = 'clearing' AND c.administration_id = e.administration_id)
 ORDER BY 2 LIMIT 1
"""
_NAMES = """
SELECT j.code || ' ' || y.code || '/' || e.number FROM accounting_entry e
  JOIN accounting_journal j ON j.id = e.journal_id JOIN accounting_fiscalyear y ON y.id = e.fiscal_year_id
 WHERE e.id = %s
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a chain: how many there are, and the hash over all of it."""

    administration_id: uuid.UUID
    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.administration_id}:{self.position}:{self.hash}"


def head_of(administration: Administration) -> Head | None:
    """The head of the chain as it stands, not verified; None for books without an entry."""
    rows = _rows(
        "SELECT position, hash FROM accounting_chainlink WHERE administration_id = %s ORDER BY position DESC LIMIT 1",
        administration.pk,
    )
    return Head(administration.pk, rows[0][0], bytes(rows[0][1]).hex()) if rows else None


def heads() -> dict[uuid.UUID, Head]:
    """The heads of all chains within the scope, by administration, in one statement."""
    return {row[0]: Head(row[0], row[1], bytes(row[2]).hex()) for row in _rows(_HEADS)}


def noted_heads() -> dict[uuid.UUID, Head]:
    """The head noted last of every administration within the scope; see accounting.actions.chain.note_heads."""
    rows = Event.objects.filter(what="books.head_noted").order_by("administration_id", "-at", "-pk")
    found = rows.distinct("administration_id").values_list("administration_id", "facts")
    return {one: Head(one, int(facts["position"]), str(facts["hash"])) for one, facts in found}


def last_check() -> Event | None:
    """The newest look at all chains of the firm; None when nobody looked yet."""
    found: Event | None = Event.objects.filter(what="books.chain_checked", administration=None).order_by("-at").first()
    return found


def holds(head: Head) -> bool:
    """Say whether a head noted earlier is a link of the chain of today, inside the scope of its administration."""
    found = _rows(
        "SELECT hash FROM accounting_chainlink WHERE administration_id = %s AND position = %s",
        head.administration_id,
        head.position,
    )
    return bool(found) and bytes(found[0][0]).hex() == head.hash.strip().lower()


def first_break(administration: Administration) -> tuple[str, str] | None:
    """Work the whole chain out again: the id of, and a sentence on, the first link that does not hold; None is good.

    Reads 500 links at a time, whatever the size of the books.
    """
    before, place, read = chain.FIRST, 0, _BEFORE_ANY
    while links := _rows(_LINKS, administration.pk, read, _CHUNK):
        read = links[-1][0]
        told = _entries([row[1] for row in links if row[2] == Linked.ENTRY])
        told |= _clearings([row[1] for row in links if row[2] == Linked.CLEARING])
        for position, subject, kind, kept in links:
            place += 1
            if position != place:
                return str(subject), f"At place {place} of the chain stands a link that says it is number {position}."
            if subject not in told or told[subject].administration != administration.pk:
                return str(subject), f"The {kind} {subject}, at place {place} of the chain, is gone."
            if chain.hash_after(before, place, told[subject]) != bytes(kept):
                name = _name(kind, subject)
                return str(subject), f"The {name}, at place {place} of the chain, is not what was written there."
            before = bytes(kept)
    for kind, subject in _rows(_OUTSIDE, administration.pk, administration.pk):
        return str(subject), f"The {_name(kind, subject)} is not in the chain."
    return None


def _name(kind: str, subject: uuid.UUID) -> str:
    shown = _rows(_NAMES, subject) if kind == Linked.ENTRY else []
    return f"{kind} {shown[0][0]} ({subject})" if shown else f"{kind} {subject}"


def _entries(ids: list[uuid.UUID]) -> dict[uuid.UUID, chain.Entry | chain.Clearing]:
    if not ids:
        return {}
    grids: dict[uuid.UUID, list[chain.Grid]] = {}
    for line, *rest in _rows(_GRIDS, ids):
        grids.setdefault(line, []).append(chain.Grid(*rest))
    items = {line: chain.Item(*rest) for line, *rest in _rows(_ITEMS, ids)}
    lines: dict[uuid.UUID, list[chain.Line]] = {}
    for entry, *rest in _rows(_LINES, ids):
        whole = [*rest, tuple(grids.get(rest[1], ())), items.get(rest[1])]
        lines.setdefault(entry, []).append(chain.Line(*whole))
    entries = [[*row, tuple(lines.get(row[0], ()))] for row in _rows(_ENTRIES, ids)]
    return {row[0]: chain.Entry(*row) for row in entries}


def _clearings(ids: list[uuid.UUID]) -> dict[uuid.UUID, chain.Entry | chain.Clearing]:
    return {row[0]: chain.Clearing(*row) for row in _rows(_CLEARINGS, ids)} if ids else {}


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
