"""`python -m bankfeeds.formats FILE`: one JSON document.

Exit 0 with what the file says; exit 2 with {"error", "rule", "line", "column"} when it is refused or
cannot be opened.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from typing import Any

from bankfeeds.formats import LIMIT_MB, FormatRefused, read_statement_file
from bankfeeds.formats.rules import refuse
from bankfeeds.formats.statement import BankLine, BankStatement, StatementFile, Warning_


def as_json(file: StatementFile) -> dict[str, Any]:
    """The document: amounts as decimal strings, days ISO, absent values null."""
    return {
        "format": file.format,
        "warnings": [_warning(w) for w in file.all_warnings],
        "statements": [_statement(s) for s in file.statements],
    }


def _warning(warning: Warning_) -> dict[str, Any]:
    times = f" ({warning.times}×)" if warning.times > 1 else ""
    return {
        "rule": warning.rule,
        "message": warning.message + times,
        "line": warning.line,
        "column": warning.column,
    }


def _statement(statement: BankStatement) -> dict[str, Any]:
    return {
        "account": statement.account,
        "currency": statement.currency,
        "number": statement.number,
        "old_balance": _amount(statement.old_balance),
        "old_balance_date": _day(statement.old_balance_date),
        "new_balance": _amount(statement.new_balance),
        "new_balance_date": _day(statement.new_balance_date),
        "balanced": statement.balanced,
        "lines": [_line(line) for line in statement.lines],
    }


def _line(line: BankLine) -> dict[str, Any]:
    return {
        "date": _day(line.date),
        "value_date": _day(line.value_date),
        "amount": _amount(line.amount),
        "counterparty_name": line.counterparty_name or None,
        "counterparty_iban": line.counterparty_iban or None,
        "counterparty_bic": line.counterparty_bic or None,
        "communication": line.communication,
        "structured_reference": line.structured_reference or None,
        "transaction_code": line.transaction_code or None,
        "details": [_line(detail) for detail in line.details],
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _load(path: str) -> bytes:
    try:
        with open(path, "rb") as source:
            data = source.read((LIMIT_MB << 20) + 1)
    except (OSError, ValueError) as trouble:
        reason = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else str(trouble)
        raise refuse("file.unreadable", reason=reason) from trouble
    return data


def main(arguments: list[str]) -> int:
    """Prints the document for the one file named in `arguments`; gives the exit code."""
    if len(arguments) != 1:
        print("usage: python -m bankfeeds.formats FILE", file=sys.stderr)
        return 2
    status, document = 0, {}
    try:
        document = as_json(read_statement_file(_load(arguments[0]), name=arguments[0]))
    except FormatRefused as refusal:
        status = 2
        document = {
            "error": refusal.message(),
            "rule": refusal.rule,
            "line": refusal.line,
            "column": refusal.column,
        }
    sys.stdout.buffer.write(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")
    sys.stdout.buffer.flush()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
