"""The building blocks of a CODA record: amounts, dates, signs, account zones.

Each takes the text of the field and the place of its first character (line, column), and raises
FormatRefused there when the text cannot be what the standard says.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from bankfeeds.formats.rules import refuse
from portal.kernel.errors import FormatRefused

ZERO = Decimal("0.00")
_CENTURY_FROM = 80  # years 80–99 are 19xx: CODA exists since the eighties
_NO_DATE = ("000000", "      ")


def amount(text: str, sign: str, line: int, column: int, sign_column: int) -> Decimal:
    """Fifteen digits with three implied decimals, the third kept only when it is not 0; the sign "0"
    comes in, "1" goes out (negative)."""
    if not (text.isascii() and text.isdigit()):
        raise _not_digits("coda.amount", text, line, column)
    cents = text[12:14] if text[14] == "0" else text[12:15]
    if sign == "0":
        return Decimal(f"{text[:12]}.{cents}")
    if sign == "1":
        return Decimal(f"-{text[:12]}.{cents}") or ZERO
    raise refuse("coda.sign", line, sign_column, text=sign)


def day(text: str, line: int, column: int) -> date | None:
    """DDMMYY; None for zeros or spaces."""
    found = _calendar(text)
    if found is None and text not in _NO_DATE:
        raise refuse("coda.date", line, column, text=text)
    return found


@lru_cache(maxsize=4096)
def _calendar(text: str) -> date | None:
    if not (text.isascii() and text.isdigit()):
        return None
    year = int(text[4:])
    try:
        return date((1900 if year >= _CENTURY_FROM else 2000) + year, int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def number(text: str, line: int, column: int) -> int:
    """Digits only."""
    if not (text.isascii() and text.isdigit()):
        raise _not_digits("coda.number", text, line, column, length=len(text))
    return int(text)


def total(text: str, line: int, column: int) -> Decimal | None:
    """A control total of fifteen digits; None when the field was left blank."""
    return None if text.isspace() else amount(text, "0", line, column, column)


def account_zone(zone: str, structure: str) -> tuple[str, str]:
    """(account, currency) of the 37 positions in record 1 or 8, as they stand there.

    `structure`: 0 Belgian BBAN, 1 foreign number, 2 Belgian IBAN, 3 foreign IBAN.
    """
    if structure == "0":
        return zone[:12].strip(), zone[13:16]
    return zone[: 31 if structure == "2" else 34].strip(), zone[34:37]


def own_account(zone: str, structure: str, line: int, column: int) -> tuple[str, str]:
    """As account_zone(), refusing an unknown structure, no account or no currency."""
    if structure not in ("0", "1", "2", "3"):
        raise refuse("coda.structure", line, 2, text=structure)
    account, currency = account_zone(zone, structure)
    if not account:
        raise refuse("coda.account", line, column)
    if not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise refuse("coda.currency", line, column + (13 if structure == "0" else 34), text=currency)
    return account, currency


def _not_digits(rule: str, text: str, line: int, column: int, **data: int) -> FormatRefused:
    """The refusal, at the first character that is no digit."""
    first = next(at for at, c in enumerate(text) if not (c.isascii() and c.isdigit()))
    return refuse(rule, line, column + first, text=text, **data)
