"""How amounts, numbers, dates and times look to a person, in Dutch, French and English.

Used by screens, mail, PDF and exports alike; Babel has the data, the house rules stand here: the
minus is U+2212 directly before the number, € stands before the number with a no-break space in
Dutch, after it in French, before it without a space in English. Tables write dates as dd-mm-yyyy
(Dutch) or dd/mm/yyyy (French, English), never in American order. Languages are "nl", "fr" and "en",
with or without a country ("nl-be", "en-gb").
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_symbol

from portal.kernel.clock import zone

DayStyle = Literal["long", "short", "spoken", "table"]

MINUS = "\u2212"
NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

# Babel's own data per language: the Belgian and British habits, not the American or the swapped ones.
_LOCALES = {
    "nl": Locale("nl", "BE"),
    "fr": Locale("fr", "BE"),
    "en": Locale("en", "GB"),
}
_DAY_PATTERNS = {
    "long": {"nl": "d MMMM y", "fr": "d MMMM y", "en": "d MMMM y"},
    "short": {"nl": "d MMM", "fr": "d MMM", "en": "d MMM"},
    "spoken": {"nl": "d MMMM", "fr": "d MMMM", "en": "d MMMM"},
    "table": {"nl": "dd-MM-yyyy", "fr": "dd/MM/yyyy", "en": "dd/MM/yyyy"},
}
_BETWEEN_DAY_AND_TIME = {"nl": " om ", "fr": " à ", "en": " at "}


def format_money(amount: Decimal, language: str, *, sign: bool = False, currency: str = "EUR") -> str:
    """An amount with its currency: nl "€ −1.234,50", fr "−1 234,50 €", en "€−1,234.50".

    sign=True puts a + before an amount above zero (never before zero). Rounded HALF_UP to two
    decimals.
    """
    tongue = _language(language)
    number = format_number(amount, language, decimals=2, sign=sign)
    symbol = str(get_currency_symbol(currency, _LOCALES[tongue]))
    if tongue == "fr":
        return f"{number}{NO_BREAK}{symbol}"
    joint = NO_BREAK if tongue == "nl" or symbol.isalpha() else ""
    return f"{symbol}{joint}{number}"


def format_number(number: Decimal | int, language: str, *, decimals: int | None = None, sign: bool = False) -> str:
    """A number with grouped thousands: nl "1.234,5", fr "1 234,5", en "1,234.5"; minus U+2212.

    decimals fixes how many follow (rounded HALF_UP); None shows those that are there. sign=True
    puts a + before a number above zero. ValueError for NaN or infinity.
    """
    value = Decimal(number)
    if not value.is_finite():
        raise ValueError(f"not a number for people: {number}")
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    places = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(abs(value), pattern, _LOCALES[_language(language)])
    mark = MINUS if value < 0 else "+" if sign and value > 0 else ""
    return mark + text


def format_day(day: date, language: str, style: DayStyle = "long") -> str:
    """A date: long "6 maart 2026", spoken "6 maart" and short "6 mrt" (no year), table "06-03-2026" (fr and en
    "06/03/2026")."""
    tongue = _language(language)
    text = str(format_date(day, _DAY_PATTERNS[style][tongue], _LOCALES[tongue]))
    if style == "table":
        return text
    if tongue == "fr" and day.day == 1:
        text = text.replace("1 ", "1er ", 1)
    return text.replace(".", "") if tongue != "fr" else text


def format_when(moment: datetime, language: str, style: DayStyle = "long", *, country: str = "BE") -> str:
    """A moment on the wall clock of `country`: "6 maart 2026 om 14:05", table "06-03-2026 14:05".

    ValueError for a naive datetime.
    """
    if moment.tzinfo is None:
        raise ValueError("format_when() needs an aware datetime")
    local = moment.astimezone(zone(country))
    joint = " " if style == "table" else _BETWEEN_DAY_AND_TIME[_language(language)]
    return f"{format_day(local.date(), language, style)}{joint}{local:%H:%M}"


def _language(language: str) -> str:
    tongue = language[:2].lower()
    return tongue if tongue in _LOCALES else "en"
