"""open_books and open_fiscal_year: the books of a new administration, from the data of its country."""

from datetime import date
from functools import cache
from typing import Any

from uuid_utils.compat import uuid7

from accounting.data_files import table
from accounting.models import Account, FiscalYear, Journal, JournalKind, Period
from accounting.refusals import BooksAlreadyOpen, YearNotNext
from portal.audit.record import record
from portal.kernel.period import Year
from portal.people.access import Actor
from portal.tenancy.bulk import insert, run
from portal.tenancy.models import Administration

_Journals = tuple[tuple[str, JournalKind, str, str, str], ...]
_BELGIAN: _Journals = (
    ("AANK", JournalKind.PURCHASE, "Aankopen", "Achats", "Purchases"),
    ("VERK", JournalKind.SALE, "Verkopen", "Ventes", "Sales"),
    (
        "TOEW",
        JournalKind.ALLOCATION,
        "Toewijzing van betalingen",
        "Affectation des paiements",
        "Allocation of payments",
    ),
    ("DIV", JournalKind.GENERAL, "Diverse verrichtingen", "Opérations diverses", "Miscellaneous"),
    ("OPEN", JournalKind.OPENING, "Opening", "Ouverture", "Opening"),
)
_DUTCH: _Journals = (
    ("INK", JournalKind.PURCHASE, "Inkoopboek", "Achats", "Purchases"),
    ("VERK", JournalKind.SALE, "Verkoopboek", "Ventes", "Sales"),
    (
        "TOEW",
        JournalKind.ALLOCATION,
        "Toewijzing van betalingen",
        "Affectation des paiements",
        "Allocation of payments",
    ),
    ("MEM", JournalKind.GENERAL, "Memoriaal", "Opérations diverses", "Miscellaneous"),
    ("BEG", JournalKind.OPENING, "Beginbalans", "Ouverture", "Opening"),
)
_JOURNALS = {"BE": _BELGIAN, "NL": _DUTCH}


def open_books(*, administration: Administration, first_year: int, by: Actor, on: date) -> FiscalYear:
    """Give an administration its chart, journals and first fiscal year (the calendar year), and return that year.

    Chart and roles come from accounting/data by country. Raises BooksAlreadyOpen.
    """
    if Account.objects.filter(administration=administration).exists():
        raise BooksAlreadyOpen(administration=administration.name)
    chart = _chart(administration.country)
    same = {"firm_id": administration.firm_id, "administration_id": administration.pk, "is_active": True}
    run(insert(Account, same, {"id": [uuid7() for _ in chart["code"]], **chart}))
    Journal.objects.bulk_create(
        Journal(
            firm_id=administration.firm_id,
            administration=administration,
            code=code,
            kind=kind,
            name_nl=nl,
            name_fr=fr,
            name_en=en,
        )
        for code, kind, nl, fr, en in _JOURNALS[administration.country]
    )
    year = _write_year(administration, first_year)
    record("books.opened", subject=administration, by=by, data={"year": year.code, "on": on.isoformat()})
    return year


def open_fiscal_year(*, administration: Administration, year: int, by: Actor, on: date) -> FiscalYear:
    """Open the calendar year before the first or after the last open one, with its twelve periods.

    An open year is returned as it is. Raises YearNotNext when it would leave a hole.
    """
    known: dict[int, FiscalYear] = {
        one.first_day.year: one for one in FiscalYear.objects.filter(administration=administration)
    }
    if year in known:
        return known[year]
    if known and year not in (min(known) - 1, max(known) + 1):
        raise YearNotNext(year=year)
    opened = _write_year(administration, year)
    record("fiscal_year.opened", subject=opened, by=by, data={"year": opened.code, "on": on.isoformat()})
    return opened


@cache
def _chart(country: str) -> dict[str, list[Any]]:
    """The columns of the accounts of a country: some hundred rows for every new client, in one INSERT."""
    roles = {row["code"]: row["role"] for row in table("account_roles.csv") if row["country"] == country}
    rows = table(f"{country.lower()}_chart_of_accounts.csv")
    return {
        "code": [row["code"] for row in rows],
        "name_nl": [row["name_nl"] for row in rows],
        "name_fr": [row["name_fr"] for row in rows],
        "name_en": [row["name_en"] for row in rows],
        "type": [row["type"] for row in rows],
        "subtype": [row["subtype"] for row in rows],
        "role": [roles.get(row["code"], "") for row in rows],
        "vat_base_grid": [row.get("vat_base_grid", "") for row in rows],
        "keeps_open_items": [row["open_items"] == "1" for row in rows],
    }


def _write_year(administration: Administration, number: int) -> FiscalYear:
    year = Year(number)
    opened: FiscalYear = FiscalYear.objects.create(
        firm_id=administration.firm_id,
        administration=administration,
        code=year.code,
        first_day=year.first_day,
        last_day=year.last_day,
    )
    Period.objects.bulk_create(
        Period(
            firm_id=administration.firm_id,
            administration=administration,
            fiscal_year=opened,
            code=month.code,
            first_day=month.first_day,
            last_day=month.last_day,
        )
        for month in year.months
    )
    return opened
