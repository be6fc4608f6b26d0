"""The one locking order of the ledger: statement lines, then the books, then the rest.

The books of an administration are written by one transaction at a time: every verb of the ledger takes the same
lock before anything else of the ledger, so verbs can be combined in any order without ever waiting in a circle.
Floors above lock their own rows (statement lines, requests) before the first verb of the ledger, all at once, by id.
The guards of the database hold without any of this: they lock the period again and check the numbers again.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import connection
from django.db.models import F
from uuid_utils.compat import uuid7

from accounting.models import FiscalYear, NumberSeries, OpenItem, Period
from accounting.refusals import BooksBusy
from portal.tenancy.models import Administration

# The lock waits first, then the rows are read: FOR SHARE reads what is committed by then, not what was.
_SHARE_PERIODS = """
WITH held AS MATERIALIZED (SELECT hold_books(%s) AS mine)
SELECT p.*, y.code AS year_code, y.first_day AS year_first_day, y.last_day AS year_last_day
  FROM held, accounting_period p JOIN accounting_fiscalyear y ON y.id = p.fiscal_year_id
 WHERE held.mine AND p.administration_id = %s
   AND EXISTS (SELECT 1 FROM unnest(%s::date[]) AS day WHERE day BETWEEN p.first_day AND p.last_day)
 ORDER BY p.first_day FOR SHARE OF p
"""

_LOCK_ITEMS = """
WITH held AS MATERIALIZED (SELECT hold_books(%s) AS mine)
SELECT i.* FROM held, accounting_openitem i
 WHERE held.mine AND i.administration_id = %s AND i.id = ANY(%s::uuid[]) ORDER BY i.id FOR NO KEY UPDATE OF i
"""

# No rows may mean that the lock was not to be had: this tells, without waiting.
_HELD = "SELECT books_are_held(%s)"

_TAKE_NUMBERS = """
INSERT INTO accounting_numberseries AS s (id, firm_id, administration_id, journal_id, fiscal_year_id, last)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[]) ORDER BY 4, 5
ON CONFLICT (journal_id, fiscal_year_id) DO UPDATE SET last = s.last + EXCLUDED.last
RETURNING journal_id, fiscal_year_id, last
"""

Series = tuple[uuid.UUID, uuid.UUID]  # journal, fiscal year


def hold_books(administration_id: uuid.UUID) -> None:
    """Wait until no other transaction writes these books, and keep others waiting until the commit.

    Raises BooksBusy after eight seconds; the transaction can go on then, without the books.
    """
    _ask("SELECT hold_books(%s)", administration_id)


def share_periods(administration: Administration, days: Iterable[date]) -> list[Period]:
    """Hold the books and return the periods these days fall in, oldest first, each with its fiscal year.

    Nobody can lock a returned period before our commit. Raises BooksBusy.
    """
    wanted = sorted(set(days))
    found: Sequence[Period] = list(Period.objects.raw(_SHARE_PERIODS, [administration.pk, administration.pk, wanted]))
    if not found:
        _ask(_HELD, administration.pk)
    for period in found:
        period.fiscal_year = FiscalYear(
            id=period.fiscal_year_id,
            firm_id=period.firm_id,
            administration_id=period.administration_id,
            code=period.year_code,  # type: ignore[attr-defined]  # columns of the raw query
            first_day=period.year_first_day,  # type: ignore[attr-defined]
            last_day=period.year_last_day,  # type: ignore[attr-defined]
        )
    return list(found)


def lock_open_items(administration_id: uuid.UUID, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, OpenItem]:
    """Hold the books and these open items, and return them as they are now. Raises BooksBusy."""
    wanted = sorted(set(ids))
    rows = OpenItem.objects.raw(_LOCK_ITEMS, [administration_id, administration_id, wanted])
    found = {item.pk: item for item in rows}
    if not found:
        _ask(_HELD, administration_id)
    return found


def take_numbers(administration: Administration, wanted: Mapping[Series, int]) -> dict[Series, int]:
    """Take so many numbers of each series and return the first of each. A rollback gives them back."""
    series = sorted(wanted)
    columns: list[list[object]] = [
        [uuid7() for _ in series],
        [administration.firm_id] * len(series),
        [administration.pk] * len(series),
        [journal_id for journal_id, _ in series],
        [year_id for _, year_id in series],
        [wanted[one] for one in series],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NUMBERS, columns)
        return {(journal, year): last - wanted[(journal, year)] + 1 for journal, year, last in cursor.fetchall()}


def give_back_numbers(series: Series, count: int) -> None:
    """Give back the numbers taken last in this transaction: nobody else can have taken one since."""
    NumberSeries.objects.filter(journal_id=series[0], fiscal_year_id=series[1]).update(last=F("last") - count)


def _ask(question: str, administration_id: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(question, [administration_id])
        if not cursor.fetchone()[0]:
            raise BooksBusy
