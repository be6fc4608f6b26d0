"""Amounts and dates as people read them, in three languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import parse_amount
from portal.web.formatting import format_day, format_money, format_number, format_when

MARCH = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("amount", "nl", "fr", "en"),
    [
        ("169.69", "€\u00a0169,69", "169,69\u00a0€", "€169.69"),
        ("-1234.5", "€\u00a0−1.234,50", "−1\u202f234,50\u00a0€", "€−1,234.50"),
        ("0", "€\u00a00,00", "0,00\u00a0€", "€0.00"),
        ("-0.001", "€\u00a00,00", "0,00\u00a0€", "€0.00"),
        ("1234567.895", "€\u00a01.234.567,90", "1\u202f234\u202f567,90\u00a0€", "€1,234,567.90"),
    ],
)
def test_money(amount, nl, fr, en):
    assert format_money(Decimal(amount), "nl") == nl
    assert format_money(Decimal(amount), "fr-be") == fr
    assert format_money(Decimal(amount), "en-gb") == en


def test_sign_and_currency():
    assert format_money(Decimal(5), "nl", sign=True) == "€\u00a0+5,00"
    assert format_money(Decimal(0), "nl", sign=True) == "€\u00a00,00"
    assert format_money(Decimal(5), "en", currency="CHF") == "CHF\u00a05.00"


@given(st.integers(-(10**12), 10**12), st.sampled_from(["nl", "fr", "en"]))
def test_what_we_show_can_be_typed_back(cents, language):
    amount = Decimal(cents).scaleb(-2)
    assert parse_amount(format_money(amount, language)) == amount


def test_numbers():
    assert format_number(Decimal("1234.50"), "nl") == "1.234,50"
    assert format_number(1160, "nl") == "1.160"
    assert format_number(Decimal("0.125"), "en", decimals=2) == "0.13"
    with pytest.raises(ValueError):
        format_number(Decimal("NaN"), "nl")


@pytest.mark.parametrize(
    ("language", "long", "short", "table"),
    [
        ("nl", "6 maart 2026", "6 mrt", "06-03-2026"),
        ("fr", "6 mars 2026", "6 mars", "06/03/2026"),
        ("en-gb", "6 March 2026", "6 Mar", "06/03/2026"),
    ],
)
def test_days(language, long, short, table):
    assert format_day(MARCH, language) == long
    assert format_day(MARCH, language, "short") == short
    assert format_day(MARCH, language, style="table") == table


def test_the_first_of_a_french_month():
    assert format_day(date(2026, 5, 1), "fr") == "1er mai 2026"
    assert format_day(date(2026, 5, 11), "fr") == "11 mai 2026"


def test_moments_are_on_the_local_clock():
    late = datetime(2026, 3, 6, 23, 5, tzinfo=UTC)
    assert format_when(late, "nl") == "7 maart 2026 om 00:05"
    assert format_when(late, "en", "table") == "07/03/2026 00:05"
    with pytest.raises(ValueError):
        format_when(late.replace(tzinfo=None), "nl")
