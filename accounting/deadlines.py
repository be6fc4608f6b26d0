"""When what must be filed: read from the dated table vat_deadlines.csv. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from accounting.data_files import table
from portal.kernel import period as calendar

VAT_RETURN, EC_SALES_LIST, CUSTOMER_LISTING = "vat_return", "ec_sales_list", "customer_listing"

# The table speaks of filings of the tax offices; one Belgian filing date serves return and EC list.
_KINDS = {
    ("BE", "vat_return_and_ic_listing"): (VAT_RETURN, EC_SALES_LIST),
    ("BE", "client_listing"): (CUSTOMER_LISTING,),
    ("NL", "vat_return"): (VAT_RETURN,),
    ("NL", "icp"): (EC_SALES_LIST,),
}
_REACH = 2  # periods before and after the present one


@dataclass(frozen=True, slots=True)
class Deadline:
    """One filing for one period, with the day it must be in (shifts and tolerances worked in)."""

    kind: str
    period: str
    due_on: date


def deadlines_around(day: date, country: str, rhythm: str) -> list[Deadline]:
    """Everything to file for the periods from two before to two after the present one, by due date.

    `rhythm` is monthly, quarterly or exempt; who is exempt files no returns, but in Belgium does file the yearly
    customer listing. The EC list follows the rhythm; in the Netherlands it is quarterly unless the table has months.
    """
    found: list[Deadline] = []
    for span in _spans(day, rhythm):
        found += [one for one in _all(country) if one.period == span.code and one.kind != CUSTOMER_LISTING]
    year = calendar.Year.containing(day)
    years = {year.previous().code, year.code}
    found += [one for one in _all(country) if one.kind == CUSTOMER_LISTING and one.period in years]
    return sorted(found, key=lambda one: (one.due_on, one.kind))


def last_known_period() -> str:
    """The last month the table has, so that a test can warn before it runs out."""
    return max(one.period for one in _all("BE") if "Q" not in one.period and len(one.period) == 7)


def _spans(day: date, rhythm: str) -> Iterator[calendar.Period]:
    if rhythm not in ("monthly", "quarterly"):
        return
    here: calendar.Month | calendar.Quarter
    here = calendar.Month.containing(day) if rhythm == "monthly" else calendar.Quarter.containing(day)
    for _ in range(_REACH):
        here = here.previous()
    for _ in range(2 * _REACH + 1):
        yield here
        here = here.next()


@cache
def _all(country: str) -> tuple[Deadline, ...]:
    found = []
    for row in table("vat_deadlines.csv"):
        for kind in _KINDS.get((row["country"], row["obligation"]), ()):
            if row["country"] == country:
                found.append(Deadline(kind, row["period"], date.fromisoformat(row["effective_filing"])))
    return tuple(found)
