"""Statements and CODA bytes for the tests; everything in them is invented."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from bankfeeds.formats import BankLine, BankStatement, write_coda

ACCOUNT = "BE70063956273525"
DAY = date(2026, 3, 2)


def line(sequence: int = 1, amount: str = "100.00", **values: Any) -> BankLine:
    values = {"transaction_code": "00150000", "value_date": DAY, **values}
    return BankLine(sequence=sequence, date=values.pop("date", DAY), amount=Decimal(amount), **values)


def statement(*lines: BankLine, old: str = "1000.00", **values: Any) -> BankStatement:
    start = Decimal(old)
    facts: dict[str, Any] = {
        "account": ACCOUNT,
        "currency": "EUR",
        "number": "045",
        "paper_sequence": "045",
        "coda_sequence": "045",
        "account_structure": "2",
        "old_balance": start,
        "old_balance_date": date(2026, 2, 27),
        "new_balance": start + sum((one.amount for one in lines), Decimal("0.00")),
        "new_balance_date": DAY,
        "creation_date": date(2026, 3, 3),
        "balanced": True,
        "year": 2026,
        "holder": "CONSULTANCY NEW LOGO",
        "description": "Zichtrekening",
        "addressee": "CONSULTANCY NEW LOGO",
        "bank_bic": "GKCCBEBB",
        "bank_id": "063",
        "company_id": "00712345678",
        "lines": lines,
    }
    return BankStatement(**{**facts, **values})


def coda(*statements: BankStatement, line_end: str = "\r\n") -> bytes:
    return write_coda(statements or (statement(line()),), line_end=line_end)


def records(data: bytes) -> list[str]:
    return data.decode("cp1252").replace("\r\n", "\n").rstrip("\n").split("\n")


def joined(lines: list[str], end: str = "\r\n") -> bytes:
    return "".join(one + end for one in lines).encode("cp1252")


def put(record: str, column: int, text: str) -> str:
    """`record` with `text` from the 1-based `column`."""
    return record[: column - 1] + text + record[column - 1 + len(text) :]
