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
from portal.tenancy.models import Administration

_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 20261123))"

# The lock waits first, then the rows are read: FOR SHARE reads what is committed by then, not what was.
_SHARE_PERIODS = f"""
WITH held AS MATERIALIZED ({_HOLD})
SELECT p.*, y.code AS year_code, y.first_day AS year_first_day, y.last_day AS year_last_day
  FROM held, accounting_period p JOIN accounting_fiscalyear y ON y.id = p.fiscal_year_id
 WHERE p.administration_id = %s
   AND EXISTS (SELECT 1 FROM unnest(%s::date[]) AS day WHERE day BETWEEN p.first_day AND p.last_day)
 ORDER BY p.first_day FOR SHARE OF p
"""  # noqa: S608  (both parts are constants)

_LOCK_ITEMS = f"""
WITH held AS MATERIALIZED ({_HOLD})
SELECT i.* FROM held, accounting_openitem i
 WHERE i.administration_id = %s AND i.id = ANY(%s::uuid[]) ORDER BY i.id FOR NO KEY UPDATE OF i
"""  # noqa: S608

_TAKE_NUMBERS = """
INSERT INTO accounting_numberseries AS s (id, firm_id, administration_id, journal_id, fiscal_year_id, last)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[]) ORDER BY 4, 5
ON CONFLICT (journal_id, fiscal_year_id) DO UPDATE SET last = s.last + EXCLUDED.last
RETURNING journal_id, fiscal_year_id, last
"""

Series = tuple[uuid.UUID, uuid.UUID]  # journal, fiscal year


def hold_books(administration_id: uuid.UUID) -> None:
    """Wait until no other transaction writes these books, and keep others waiting until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [str(administration_id)])


def share_periods(administration: Administration, days: Iterable[date]) -> list[Period]:
    """Hold the books and return the periods these days fall in, oldest first, each with its fiscal year.

    Nobody can lock a returned period before our commit.
    """
    wanted = sorted(set(days))
    found: Sequence[Period] = list(
        Period.objects.raw(_SHARE_PERIODS, [str(administration.pk), administration.pk, wanted])
    )
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
    """Hold the books and these open items, and return them as they are now."""
    wanted = sorted(set(ids))
    rows = OpenItem.objects.raw(_LOCK_ITEMS, [str(administration_id), administration_id, wanted])
    return {item.pk: item for item in rows}


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
