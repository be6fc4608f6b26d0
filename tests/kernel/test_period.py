"""Months, quarters, years, and the days that offices and banks work."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.period import (
    BadPeriod,
    Month,
    Quarter,
    Year,
    is_working_day,
    next_working_day,
    parse,
    public_holidays,
)

days = st.dates(date(1901, 1, 1), date(9990, 12, 31))
kinds = st.sampled_from([Month, Quarter, Year])


@given(days, kinds)
def test_a_period_holds_its_days_and_only_those(day, kind):
    period = kind.containing(day)
    assert day in period
    assert period.first_day in period
    assert period.last_day in period
    assert period.first_day - timedelta(days=1) not in period
    assert period.last_day + timedelta(days=1) not in period


@given(days, kinds)
def test_periods_join_without_a_gap(day, kind):
    period = kind.containing(day)
    assert period.next().first_day == period.last_day + timedelta(days=1)
    assert period.next().previous() == period
    assert period < period.next()


@given(days, kinds)
def test_the_code_reads_back(day, kind):
    period = kind.containing(day)
    assert parse(period.code) == period


def test_codes():
    assert str(Month(2026, 10)) == "2026-10"
    assert str(Quarter(2026, 4)) == "2026-Q4"
    assert str(Year(2026)) == "2026"
    assert Month(2026, 10).quarter == Quarter(2026, 4)
    assert Quarter(2026, 4).months == (Month(2026, 10), Month(2026, 11), Month(2026, 12))
    assert Month(2024, 2).last_day == date(2024, 2, 29)
    assert len(Year(2026).months) == 12
    assert Year(2026).quarters[-1].last_day == Year(2026).last_day


@pytest.mark.parametrize("bad", ["", "2026-13", "2026-Q5", "26-01", "2026-1", "٢٠٢٦", "0000", "2026-q1"])
def test_other_text_is_no_period(bad):
    with pytest.raises(BadPeriod):
        parse(bad)


@pytest.mark.parametrize("make", [lambda: Month(2026, 0), lambda: Quarter(2026, 5), lambda: Year(0)])
def test_impossible_periods(make):
    with pytest.raises(ValueError):
        make()


def test_working_days():
    assert not is_working_day(date(2026, 7, 21), "BE")  # national day
    assert is_working_day(date(2026, 7, 21), "NL")
    assert not is_working_day(date(2026, 10, 3), "BE")  # Saturday
    assert next_working_day(date(2026, 4, 4), "BE") == date(2026, 4, 7)  # Easter weekend
    assert next_working_day(date(2026, 10, 1), "BE") == date(2026, 10, 1)


def test_good_friday_closes_dutch_banks_only():
    good_friday = date(2026, 4, 3)
    assert is_working_day(good_friday, "NL")
    assert not is_working_day(good_friday, "NL", banks=True)
    assert is_working_day(good_friday, "BE", banks=True)


def test_beyond_the_table_the_rules_stay_the_same():
    assert not is_working_day(date(2031, 5, 22), "BE")  # Ascension
    assert is_working_day(date(2031, 4, 11), "NL")
    assert not is_working_day(date(2031, 4, 11), "NL", banks=True)
    assert date(2031, 4, 26) in public_holidays(2031, "NL")
    with pytest.raises(ValueError):
        is_working_day(date(2026, 1, 2), "DE")
