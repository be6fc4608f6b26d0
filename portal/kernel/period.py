"""Calendar periods and working days.

A period is a value: Month(2026, 10), Quarter(2026, 4), Year(2026). Its code ("2026-10", "2026-Q4",
"2026") is what URLs, files and the database use. Working days follow the public holidays of Belgium
and the Netherlands.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from portal.kernel.errors import Refused, gettext_noop

HOLIDAYS_FILE = Path(__file__).parent / "data" / "public_holidays.csv"
_BANK_ONLY = "(bank)"
_SATURDAY = 5


class BadPeriod(Refused):
    """Text that is no period code. data: text."""

    code = "bad_period"
    template = gettext_noop("“%(text)s” is not a month, quarter or year.")


def _check_year(year: int) -> None:
    # One year of air at both ends, so that next() and previous() never overflow a date.
    if not 1900 <= year <= 9998:
        raise ValueError(f"year out of range: {year}")


class _Span:
    """What all three periods share; `first_day` and `last_day` come from the subclass."""

    @property
    def first_day(self) -> date:
        raise NotImplementedError

    @property
    def last_day(self) -> date:
        raise NotImplementedError

    @property
    def code(self) -> str:
        """The stable text of this period, which `parse` reads back."""
        return str(self)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, order=True)
class Month(_Span):
    """A calendar month; month is 1–12. ValueError for another number."""

    year: int
    month: int

    def __post_init__(self) -> None:
        _check_year(self.year)
        if not 1 <= self.month <= 12:
            raise ValueError(f"no such month: {self.month}")

    @classmethod
    def containing(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return _month_after(self.year, self.month) - timedelta(days=1)

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.year, (self.month + 2) // 3)

    def next(self) -> Month:
        return Month.containing(_month_after(self.year, self.month))

    def previous(self) -> Month:
        return Month.containing(self.first_day - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


@dataclass(frozen=True, order=True)
class Quarter(_Span):
    """A calendar quarter; quarter is 1–4. ValueError for another number."""

    year: int
    quarter: int

    def __post_init__(self) -> None:
        _check_year(self.year)
        if not 1 <= self.quarter <= 4:
            raise ValueError(f"no such quarter: {self.quarter}")

    @classmethod
    def containing(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.quarter - 2, 1)

    @property
    def last_day(self) -> date:
        return _month_after(self.year, 3 * self.quarter) - timedelta(days=1)

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(Month(self.year, 3 * self.quarter - 2 + step) for step in range(3))

    def next(self) -> Quarter:
        return Quarter.containing(self.last_day + timedelta(days=1))

    def previous(self) -> Quarter:
        return Quarter.containing(self.first_day - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}"


@dataclass(frozen=True, order=True)
class Year(_Span):
    """A calendar year."""

    year: int

    def __post_init__(self) -> None:
        _check_year(self.year)

    @classmethod
    def containing(cls, day: date) -> Year:
        return cls(day.year)

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(Month(self.year, month) for month in range(1, 13))

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(Quarter(self.year, quarter) for quarter in range(1, 5))

    def next(self) -> Year:
        return Year(self.year + 1)

    def previous(self) -> Year:
        return Year(self.year - 1)

    def __str__(self) -> str:
        return f"{self.year:04d}"


Period = Month | Quarter | Year

_CODE = re.compile(r"(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


def parse(code: str) -> Period:
    """The period behind "2026-10", "2026-Q4" or "2026". Raises BadPeriod for any other text."""
    match = _CODE.fullmatch(code)
    if match is None or not 1900 <= int(match["year"]) <= 9998:
        raise BadPeriod(text=code[:20])
    year = int(match["year"])
    if match["quarter"]:
        return Quarter(year, int(match["quarter"]))
    if match["month"]:
        return Month(year, int(match["month"]))
    return Year(year)


def is_working_day(day: date, country: str = "BE", *, banks: bool = False) -> bool:
    """Whether `day` is no Saturday, Sunday or public holiday in `country` ("BE" or "NL", else
    ValueError).

    banks=True also counts the days on which only the banks are closed (Good Friday in the
    Netherlands).
    """
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year, country, banks=banks)


def next_working_day(day: date, country: str = "BE", *, banks: bool = False) -> date:
    """`day` itself when it is a working day, else the first working day after it."""
    while not is_working_day(day, country, banks=banks):
        day += timedelta(days=1)
    return day


@cache
def public_holidays(year: int, country: str, *, banks: bool = False) -> frozenset[date]:
    """The public holidays of `country` in `year`: from the table, beyond it from the `holidays`
    package."""
    if country not in ("BE", "NL"):
        raise ValueError(f"no holidays known for {country!r}")
    rows = _table().get((country, year))
    if rows is None:
        return _computed(year, country, banks)
    return frozenset(day for day, bank_only in rows if banks or not bank_only)


@cache
def _table() -> dict[tuple[str, int], list[tuple[date, bool]]]:
    table: dict[tuple[str, int], list[tuple[date, bool]]] = {}
    with HOLIDAYS_FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            day = date.fromisoformat(row["date"])
            table.setdefault((row["country"], day.year), []).append((day, _BANK_ONLY in row["name"]))
    return table


def _computed(year: int, country: str, banks: bool) -> frozenset[date]:
    # Imported here: the package is large, and the table covers the years people work in.
    import holidays

    named = holidays.country_holidays(country, years=year, language="nl")
    # The package calls Good Friday public in the Netherlands; only the banks close.
    return frozenset(day for day, name in named.items() if banks or country == "BE" or name.lower() != "goede vrijdag")


def _month_after(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)
