"""What a CODA transaction code of eight digits says, in the reader's language.

type 1, family 2, operation 2, category 3; the tables are the standard's own, in ../data.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

LANGUAGES = ("nl", "fr", "en")
_UNKNOWN = {"nl": "Verrichting", "fr": "Opération", "en": "Transaction"}
_NET_AMOUNT = "000"


class TransactionCode(NamedTuple):
    """The four parts of a transaction code."""

    type: str
    family: str
    operation: str
    category: str


def split_transaction_code(code: str) -> TransactionCode:
    """The parts of a code; parts that the text is too short for are ""."""
    return TransactionCode(code[:1], code[1:3], code[3:5], code[5:8])


def describe_transaction_code(code: str, language: str = "en") -> str:
    """A line for people: the operation, with the category when it is not the net amount.

    "00150000" is "Overschrijving te uwen gunste" in nl. An unknown operation falls back to its
    family, an unknown family to the bare code. `language` is nl, fr or en; another one gives en.
    """
    language = language[:2] if language[:2] in LANGUAGES else "en"
    parts = split_transaction_code(code)
    operation = _table("operations", 2).get((parts.family, parts.operation))
    family = _table("families", 1).get((parts.family,))
    named = operation or family
    text = named[language] if named else f"{_UNKNOWN[language]} {code}".strip()
    category = _table("categories", 1).get((parts.category,))
    if category and parts.category != _NET_AMOUNT:
        return f"{text} · {category[language]}"
    return text


def describe_family(code: str, language: str = "en") -> str:
    """The family of a transaction code: "Cards", "Direct debit"; "" when it is unknown."""
    family = _table("families", 1).get((split_transaction_code(code).family,))
    return family[language if language in LANGUAGES else "en"] if family else ""


def describe_structured(kind: str, language: str = "en", record: str = "21") -> str:
    """What kind of coded communication "127" (record 21) or "001" (record 31) is; "" if
    unknown."""
    found = _table("structured", 2).get((record, kind))
    return found[language if language in LANGUAGES else "en"] if found else ""


@cache
def _table(name: str, keys: int) -> dict[tuple[str, ...], dict[str, str]]:
    """A code table by its first `keys` columns: the names by language."""
    text = files("bankfeeds.formats").joinpath(f"data/coda_{name}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    columns = list(rows.fieldnames or ())[:keys]
    return {
        tuple(row[column] for column in columns): {language: row[f"name_{language}"] for language in LANGUAGES}
        for row in rows
    }
