"""Every invariant of the books, checked again from the rows: what the guards keep out should never be found."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection

from accounting.fingerprint import fingerprint_of
from accounting.models import Entry, EntryLine, GridEffect, OpenItem
from accounting.queries.chain import first_break
from portal.tenancy.models import Administration

M = TypeVar("M")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken invariant: its name, the row it was found on, and a sentence."""

    invariant: str
    subject: str
    sentence: str


# Each query yields (what people would look for, two facts for the sentence) of the rows that break the invariant.
_CHECKS: dict[str, tuple[str, str]] = {
    "balanced": (
        "Entry {0} is not balanced and whole: {1} lines, sum {2} cents.",
        """SELECT e.id, count(l.id), coalesce(sum(l.amount), 0) FROM accounting_entry e
             LEFT JOIN accounting_entryline l ON l.entry_id = e.id WHERE e.administration_id = %s
            GROUP BY e.id HAVING coalesce(sum(l.amount), 0) <> 0 OR count(l.id) < 2 OR count(l.id) <> e.line_count""",
    ),
    "grids_whole": (
        "Line {0} says {1} grid effects and has {2}.",
        """SELECT l.id, l.grid_count, count(g.id) FROM accounting_entryline l
             LEFT JOIN accounting_grideffect g ON g.line_id = l.id
            WHERE l.administration_id = %s GROUP BY l.id HAVING count(g.id) <> l.grid_count""",
    ),
    "gapless": (
        "The numbers of journal {0} run to {1} but there are {2} entries.",
        """SELECT j.code || ' ' || y.code, max(e.number), count(*) FROM accounting_entry e
             JOIN accounting_journal j ON j.id = e.journal_id JOIN accounting_fiscalyear y ON y.id = e.fiscal_year_id
            WHERE e.administration_id = %s GROUP BY j.code, y.code
           HAVING max(e.number) <> count(*) OR min(e.number) <> 1""",
    ),
    "series": (
        "The number series of journal {0} stands at {1}, the last entry is {2}.",
        """SELECT j.code || ' ' || y.code, s.last, coalesce(max(e.number), 0) FROM accounting_numberseries s
             JOIN accounting_journal j ON j.id = s.journal_id JOIN accounting_fiscalyear y ON y.id = s.fiscal_year_id
             LEFT JOIN accounting_entry e ON e.journal_id = s.journal_id AND e.fiscal_year_id = s.fiscal_year_id
            WHERE s.administration_id = %s GROUP BY s.id, j.code, y.code HAVING s.last <> coalesce(max(e.number), 0)""",
    ),
    "period": (
        "Entry {0} of {1} lies outside its period {2}.",
        """SELECT e.id, e.booked_on, p.code FROM accounting_entry e JOIN accounting_period p ON p.id = e.period_id
            WHERE e.administration_id = %s AND (e.booked_on NOT BETWEEN p.first_day AND p.last_day
               OR e.fiscal_year_id <> p.fiscal_year_id)""",
    ),
    "line_period": (
        "A line of entry {0} is of {1}, outside period {2}.",
        """SELECT e.id, l.day, p.code FROM accounting_entryline l JOIN accounting_entry e ON e.id = l.entry_id
             JOIN accounting_period p ON p.id = e.period_id
            WHERE l.administration_id = %s AND l.day NOT BETWEEN p.first_day AND p.last_day""",
    ),
    "open_amount": (
        "Of open item {0} {1} cents are open, but its clearings leave {2}.",
        """SELECT i.id, i.open_amount, i.amount + coalesce(sum(c.amount), 0) FROM accounting_openitem i
             LEFT JOIN accounting_clearing c ON c.open_item_id = i.id WHERE i.administration_id = %s
            GROUP BY i.id HAVING i.open_amount <> i.amount + coalesce(sum(c.amount), 0)""",
    ),
    "item_is_line": (
        "Open item {0} says {1} cents, its line says {2}, or their accounts differ.",
        """SELECT i.id, i.amount, l.amount FROM accounting_openitem i JOIN accounting_entryline l ON l.id = i.line_id
            WHERE i.administration_id = %s AND (i.amount <> l.amount OR i.account_id <> l.account_id)""",
    ),
    "clearing_fits": (
        "Line {0} holds {1} cents and clears {2}.",
        """SELECT l.id, l.amount, sum(c.amount) FROM accounting_clearing c
             JOIN accounting_entryline l ON l.id = c.line_id WHERE c.administration_id = %s GROUP BY l.id
           HAVING sum(c.amount) NOT BETWEEN least(l.amount, 0) AND greatest(l.amount, 0)""",
    ),
    "reversal_mirrors": (
        "Entry {0} does not mirror {1}, which it reverses: account {2}.",
        """SELECT e.id, e.reverses_id, l.account_id FROM accounting_entry e
             JOIN accounting_entryline l ON l.entry_id IN (e.id, e.reverses_id)
            WHERE e.administration_id = %s AND e.reverses_id IS NOT NULL
            GROUP BY e.id, l.account_id HAVING sum(l.amount) <> 0""",
    ),
    "reversal_grids": (
        "Entry {0} does not mirror the grids of {1}: grid {2}.",
        """SELECT e.id, e.reverses_id, g.grid FROM accounting_entry e
             JOIN accounting_entryline l ON l.entry_id IN (e.id, e.reverses_id)
             JOIN accounting_grideffect g ON g.line_id = l.id
            WHERE e.administration_id = %s AND e.reverses_id IS NOT NULL
            GROUP BY e.id, g.grid HAVING sum(g.amount) <> 0""",
    ),
    # What the return says of an entry is what its VAT accounts say: 59, 62, 64 back and the other tax grids owed, in
    # the Netherlands 5b back and the VAT of every rubriek (1a.t) owed.
    "grids_are_vat": (
        "Entry {0} moves {1} cents on VAT accounts but {2} in the grids of the return.",
        """SELECT e.id, coalesce(v.booked, 0), g.filed FROM accounting_entry e
             JOIN LATERAL (SELECT sum(CASE WHEN g.grid IN ('59', '62', '64', '5b') THEN g.amount
                                           WHEN g.grid IN ('54', '55', '56', '57', '61', '63')
                                             OR right(g.grid, 2) = '.t' THEN -g.amount
                                           ELSE 0 END) AS filed
                             FROM accounting_grideffect g JOIN accounting_entryline l ON l.id = g.line_id
                            WHERE l.entry_id = e.id) g ON g.filed IS NOT NULL
             LEFT JOIN LATERAL (SELECT sum(l.amount) AS booked FROM accounting_entryline l
                                  JOIN accounting_account a ON a.id = l.account_id
                                 WHERE l.entry_id = e.id AND a.subtype IN ('vat_deductible', 'vat_due')) v ON true
            WHERE e.administration_id = %s AND coalesce(v.booked, 0) <> g.filed""",
    ),
    # Under the policies a row of another tenant is a row that is not there.
    "own_rows": (
        "Line {0} refers to a row outside its administration: account {1}, entry {2}.",
        """SELECT l.id, l.account_id, l.entry_id FROM accounting_entryline l
             LEFT JOIN accounting_account a ON a.id = l.account_id AND a.administration_id = l.administration_id
             LEFT JOIN accounting_entry e ON e.id = l.entry_id AND e.administration_id = l.administration_id
             LEFT JOIN accounting_party p ON p.id = l.party_id AND p.administration_id = l.administration_id
            WHERE l.administration_id = %s
              AND (a.id IS NULL OR e.id IS NULL OR (l.party_id IS NOT NULL AND p.id IS NULL))""",
    ),
}


def verify(administration: Administration) -> list[Broken]:
    """Check the books of one administration, inside its scope. An empty list means everything holds.

    What the present transaction posted itself is first judged and chained, as at its commit.
    """
    connection.check_constraints()
    broken: list[Broken] = []
    with connection.cursor() as cursor:
        for invariant, (sentence, query) in _CHECKS.items():
            cursor.execute(query, [administration.pk])
            broken += [Broken(invariant, str(row[0]), sentence.format(*row)) for row in cursor.fetchall()]
    broken += _changed(administration)
    if (found := first_break(administration)) is not None:
        broken.append(Broken("chain", *found))
    return broken


def counts(administration: Administration) -> dict[str, int]:
    """How much was looked at: for the one line per administration of verify_books."""
    return {
        "entries": Entry.objects.filter(administration=administration).count(),
        "lines": EntryLine.objects.filter(administration=administration).count(),
        "open items": OpenItem.objects.filter(administration=administration).exclude(open_amount=0).count(),
    }


def _changed(administration: Administration) -> Iterator[Broken]:
    """Entries whose content no longer has the fingerprint it was written with."""
    after = uuid.UUID(int=0)
    rows = Entry.objects.filter(administration=administration).order_by("pk")
    while chunk := list(rows.filter(pk__gt=after)[:_CHUNK]):
        ids = [entry.pk for entry in chunk]
        lines = _by_entry(EntryLine.objects.filter(entry__in=ids), lambda line: line.entry_id)
        grids = _by_entry(
            GridEffect.objects.filter(line__entry__in=ids).select_related("line"), lambda grid: grid.line.entry_id
        )
        items = _by_entry(
            OpenItem.objects.filter(line__entry__in=ids).select_related("line"), lambda item: item.line.entry_id
        )
        for entry in chunk:
            content = (lines.get(entry.pk, []), grids.get(entry.pk, []), items.get(entry.pk, []))
            if fingerprint_of(entry, *content) != entry.fingerprint:
                sentence = f"Entry {entry.pk} no longer says what was posted."
                yield Broken("fingerprint", str(entry.pk), sentence)
        after = ids[-1]


def _by_entry(rows: Iterable[M], entry_id: Callable[[M], uuid.UUID]) -> dict[uuid.UUID, list[M]]:
    found: dict[uuid.UUID, list[M]] = {}
    for row in rows:
        found.setdefault(entry_id(row), []).append(row)
    return found
