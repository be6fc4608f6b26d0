"""Coded communications: their parts by name, a readable text, and the way back.

Layouts: Febelfin coded statement of account, version 2 (types 100–127 in record 21, 001–011 in
record 31). A part that does not hold what the layout says (banks leave zeros, anonymised files hold
anything) is left out; the text then falls back to the characters themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from bankfeeds.formats.references import is_digits, is_ogm, is_rf, ogm_text
from bankfeeds.formats.statement import Fields

TEXT, DIGITS, AMOUNT, RATE, DAY, TIME = "text", "digits", "amount", "rate", "day", "time"
Part = tuple[str, int, str]

_TERMINAL: tuple[Part, ...] = (("terminal_name", 16, TEXT), ("terminal_city", 10, TEXT))

# Record 21. Each part: name, length, kind. "_" is skipped.
COMMUNICATIONS: dict[str, tuple[Part, ...]] = {
    "100": (("reference", 25, TEXT),),
    "101": (("reference", 12, DIGITS),),
    "102": (("reference", 12, DIGITS),),
    "103": (("number", 12, TEXT),),
    "104": (("euro_amount", 15, AMOUNT),),
    "105": (
        ("gross_amount", 15, AMOUNT),
        ("original_amount", 15, AMOUNT),
        ("rate", 12, RATE),
        ("original_currency", 3, TEXT),
        ("reference", 12, DIGITS),
        ("country", 2, TEXT),
        ("euro_amount", 15, AMOUNT),
    ),
    "106": (
        ("amount", 15, AMOUNT),
        ("base", 15, AMOUNT),
        ("percentage", 12, RATE),
        ("minimum", 1, DIGITS),
        ("euro_amount", 15, AMOUNT),
    ),
    "107": (
        ("mandate", 12, TEXT),
        ("collected_on", 6, DAY),
        ("message", 30, TEXT),
        ("paid_or_reason", 1, DIGITS),
        ("creditor", 11, TEXT),
    ),
    "108": (
        ("euro_amount", 15, AMOUNT),
        ("base", 15, AMOUNT),
        ("percentage", 12, RATE),
        ("period_from", 6, DAY),
        ("period_until", 6, DAY),
    ),
    "111": (
        ("scheme", 1, DIGITS),
        ("terminal", 6, TEXT),
        ("period", 3, TEXT),
        ("first_number", 6, TEXT),
        ("first_day", 6, DAY),
        ("last_number", 6, TEXT),
        ("last_day", 6, DAY),
        ("transaction_kind", 1, DIGITS),
        *_TERMINAL,
    ),
    "113": (
        ("card", 16, TEXT),
        ("scheme", 1, DIGITS),
        ("terminal", 6, TEXT),
        ("number", 6, TEXT),
        ("day", 6, DAY),
        ("time", 4, TIME),
        ("transaction_kind", 1, DIGITS),
        *_TERMINAL,
        ("original_amount", 15, AMOUNT),
        ("rate", 12, RATE),
        ("original_currency", 3, TEXT),
        ("volume", 5, DIGITS),
        ("product", 2, TEXT),
        ("unit_price", 5, DIGITS),
    ),
    "114": (
        ("scheme", 1, DIGITS),
        ("terminal", 6, TEXT),
        ("period", 3, TEXT),
        ("number", 6, TEXT),
        ("day", 6, DAY),
        ("time", 4, TIME),
        ("transaction_kind", 1, DIGITS),
        *_TERMINAL,
        ("reference", 16, TEXT),
    ),
    "115": (
        ("card", 16, TEXT),
        ("scheme", 1, DIGITS),
        ("terminal", 6, TEXT),
        ("number", 6, TEXT),
        ("day", 6, DAY),
        ("time", 4, TIME),
    ),
    "123": (
        ("period_from", 6, DAY),
        ("period_until", 6, DAY),
        ("base", 15, AMOUNT),
        ("percentage", 12, RATE),
        ("days", 4, DIGITS),
        ("minimum", 1, DIGITS),
        ("guarantee", 13, TEXT),
    ),
    "124": (
        ("card", 20, TEXT),
        ("scheme", 1, DIGITS),
        ("invoice", 12, TEXT),
        ("identification", 15, TEXT),
        ("day", 6, DAY),
    ),
    "126": (
        ("deposit", 15, TEXT),
        ("amount", 15, AMOUNT),
        ("euro_amount", 15, AMOUNT),
        ("period_from", 6, DAY),
        ("period_until", 6, DAY),
        ("percentage", 12, RATE),
    ),
    "127": (
        ("collected_on", 6, DAY),
        ("kind", 1, DIGITS),
        ("scheme", 1, DIGITS),
        ("paid_or_reason", 1, DIGITS),
        ("creditor_id", 35, TEXT),
        ("mandate_id", 35, TEXT),
        ("message", 62, TEXT),
        ("return_kind", 1, DIGITS),
        ("return_reason", 4, TEXT),
    ),
}
# No layout that can be relied on: their characters are the text.
PLAIN = frozenset({"112", "120", "121", "122", "125"})

# Record 31 with its 32 and 33.
INFORMATION: dict[str, tuple[Part, ...]] = {
    "001": (("name", 70, TEXT), ("street", 35, TEXT), ("town", 35, TEXT), ("identification", 35, TEXT)),
    "002": (("message", 250, TEXT),),
    "003": (("message", 250, TEXT),),
    "004": (("bank", 70, TEXT), ("address", 105, TEXT)),
    "005": (("bank", 70, TEXT), ("address", 105, TEXT)),
    "006": (
        ("description", 30, TEXT),
        ("currency", 3, TEXT),
        ("amount", 15, AMOUNT),
        ("out", 1, DIGITS),
        ("category", 3, TEXT),
    ),
    "007": (("pieces", 7, DIGITS), ("denomination", 6, DIGITS), ("total", 15, AMOUNT)),
    "008": (("name", 70, TEXT), ("identification", 35, TEXT)),
    "009": (("name", 70, TEXT), ("identification", 35, TEXT)),
    "010": (("message", 250, TEXT),),
    "011": (("message", 250, TEXT),),
}

_SHOWN: dict[str, tuple[str, ...]] = {
    "107": ("message", "mandate"),
    "108": ("period_from", "period_until"),
    "111": ("terminal_name", "terminal_city", "first_day", "last_day"),
    "113": ("terminal_name", "terminal_city", "day", "time", "card"),
    "114": ("terminal_name", "terminal_city", "day", "time"),
    "115": ("day", "time", "card"),
    "123": ("period_from", "period_until", "base", "guarantee"),
    "124": ("card", "invoice", "identification", "day"),
    "126": ("deposit", "amount", "period_from", "period_until"),
    "007": ("pieces", "denomination", "total"),
}
# What follows the coded part of these may be the payer's own words.
_REST_IS_TEXT = frozenset({"100", "101", "102", "103"})


class Structured(NamedTuple):
    """A coded communication: `reference` is only set when its check digits hold; `bad_reference`
    is a reference whose check digits do not."""

    kind: str
    text: str
    reference: str = ""
    fields: Fields = ()
    bad_reference: str = ""


def communication(data: str) -> Structured:
    """Reads the communication of records 21–23 whose first three characters are its type."""
    kind = data[:3]
    if kind in ("101", "102"):  # by far the most frequent
        digits = data[3:15]
        rest = " ".join(data[15:].split()) if not data[15:].isspace() else ""
        if is_ogm(digits):
            reference = ogm_text(digits)
            return Structured(kind, f"{reference} {rest}" if rest else reference, reference)
        bad = digits.strip(" 0")
        return Structured(kind, " ".join(data[3:].split()) if bad else rest, bad_reference=digits if bad else "")
    layout = COMMUNICATIONS.get(kind)
    if layout is None:
        return Structured(kind, " ".join((data if kind not in PLAIN else data[3:]).split()))
    parts, length = _cut(layout, data[3:])
    reference, bad = _reference(kind, parts)
    rest = " ".join(data[3 + length :].split()) if kind in _REST_IS_TEXT else ""
    text = _text(kind, parts) or ("" if parts else " ".join(data[3:].split()))
    return Structured(kind, f"{text} {rest}".strip(), reference, tuple(parts.items()), bad)


def information(data: str) -> Structured:
    """Reads the coded text of records 31–33 whose first three characters are its type."""
    kind = data[:3]
    layout = INFORMATION.get(kind)
    if layout is None:
        return Structured(kind, " ".join(data.split()))
    parts, _ = _cut(layout, data[3:])
    return Structured(kind, _text(kind, parts), fields=tuple(parts.items()))


def pack(kind: str, fields: Mapping[str, str]) -> str:
    """The type and the parts back in their places; the opposite of reading them."""
    layout = COMMUNICATIONS.get(kind) or INFORMATION.get(kind) or ()
    return kind + "".join(_put(fields.get(name, ""), length, what) for name, length, what in layout)


def _cut(layout: Iterable[Part], data: str) -> tuple[dict[str, str], int]:
    parts: dict[str, str] = {}
    at = 0
    for name, length, what in layout:
        value = _take(data[at : at + length], what)
        at += length
        if value:
            parts[name] = value
    return parts, at


def _take(text: str, what: str) -> str:
    """One part as a text: amounts "5.36", rates "21", days "2026-01-31", times "14:28"; "" when it
    is empty or not what it should be."""
    if what == TEXT:
        return " ".join(text.split())
    if not is_digits(text) or not text.strip("0"):
        return ""
    if what == AMOUNT:
        cents = text[12:14] if text[14:] == "0" else text[12:]
        return f"{text[:12].lstrip('0') or '0'}.{cents}" if len(text) == 15 else ""
    if what == RATE:
        return format(Decimal(f"{text[:4]}.{text[4:]}").normalize(), "f") if len(text) == 12 else ""
    if what == DAY:
        try:
            return date(2000 + int(text[4:]), int(text[2:4]), int(text[:2])).isoformat()
        except ValueError:
            return ""
    if what == TIME:
        return f"{text[:2]}:{text[2:]}" if int(text[:2]) < 24 and int(text[2:]) < 60 else ""
    return text


def _put(value: str, length: int, what: str) -> str:
    if what == TEXT:
        return value.ljust(length)[:length]
    if not value:
        return "0" * length
    if what in (AMOUNT, RATE):
        places = 3 if what == AMOUNT else 8
        return str(int(Decimal(value).scaleb(places))).zfill(length)
    if what == DAY:
        return date.fromisoformat(value).strftime("%d%m%y")
    return value.replace(":", "").zfill(length)


def _reference(kind: str, parts: Mapping[str, str]) -> tuple[str, str]:
    """(valid reference, reference with wrong check digits)."""
    found = parts.get("reference", "")
    if not found or kind not in ("100", "105"):
        return "", ""
    if kind == "100":
        return (found, "") if is_rf(found) else ("", found)
    return (ogm_text(found), "") if is_ogm(found) else ("", "")


def _text(kind: str, parts: Mapping[str, str]) -> str:
    """A line for people that needs no words, so that it is the same in every language."""
    if kind == "104":
        return f"{parts['euro_amount']} EUR" if parts else ""
    if kind == "105":
        return _exchange(parts)
    if kind == "106":
        return _calculation(parts)
    if kind == "127":
        known = (parts.get("message", ""), parts.get("mandate_id", ""), parts.get("creditor_id", ""))
        return known[0] or " ".join(value for value in known[1:] if value)
    if kind == "006":
        sign = "-" if parts.get("out") else ""
        value = f"{sign}{parts['amount']} {parts.get('currency', '')}" if "amount" in parts else ""
        return f"{parts.get('description', '')} {value}".strip()
    shown = _SHOWN.get(kind) or tuple(parts)
    return " ".join(_people(parts[name]) for name in shown if name in parts)


def _exchange(parts: Mapping[str, str]) -> str:
    value = " ".join(parts[name] for name in ("original_amount", "original_currency") if name in parts)
    rate = parts.get("rate", "1")
    return f"{value} × {rate}" if value and rate != "1" else value


def _calculation(parts: Mapping[str, str]) -> str:
    if "percentage" in parts and "base" in parts:
        return f"{parts['percentage']} % × {parts['base']} = {parts.get('amount', '0.00')}"
    return parts.get("amount", "")


def _people(value: str) -> str:
    """ISO days the way people here write them."""
    if len(value) == 10 and value[4] == value[7] == "-":
        return f"{value[8:]}/{value[5:7]}/{value[:4]}"
    return value
