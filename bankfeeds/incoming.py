"""A statement as its file says it, on its way to the books: whose it is, which one it is, whether it can be booked.

Everything here is worked out from the file alone; what the books already know is asked in `actions.load`.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bankfeeds import reasons
from bankfeeds.formats import BankLine, BankStatement, StatementFile
from bankfeeds.formats.references import belgian_iban
from portal.kernel.ids import BadIban, parse_iban
from portal.kernel.money import MAX_CENTS, euros
from portal.kernel.text import one_line

_CENT = Decimal("0.01")
_LIMIT = euros(MAX_CENTS)
_BLANK = re.compile(r"[\s.\-/]")
_NOT_TOLD_APART = re.compile(r"[^0-9A-Z]")
HASH_VERSION = "1"


def account_number(text: str) -> str:
    """The one form in which an own account is known: an IBAN, or else the number as the bank writes it.

    A Belgian number of twelve digits whose check digits hold becomes its IBAN.
    """
    try:
        return parse_iban(text)
    except BadIban:
        bare = _BLANK.sub("", text).upper()
        return belgian_iban(bare) or bare[:34]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One statement of a file. `index` is its place there; `problem` is why it cannot be booked whatever we know."""

    index: int
    says: BankStatement
    account: str
    currency: str
    year: int
    number: str
    content_hash: str
    problem: tuple[str, Mapping[str, Any]] | None

    @property
    def first_day(self) -> date | None:
        """The first day it speaks of."""
        days = [line.date for line in self.says.lines]
        return min(days, default=self.says.new_balance_date or self.says.old_balance_date)

    @property
    def order(self) -> tuple[str, int, int, str, int]:
        """Statements are taken in by account, year and number, so that balances follow on each other."""
        return (self.account, self.year, int(self.number) if self.number.isdigit() else 0, self.number, self.index)


def incoming(file: StatementFile) -> list[Incoming]:
    """The statements of a file, in the order in which they are to be taken in."""
    found = [_incoming(index, statement, file.format) for index, statement in enumerate(file.statements)]
    return sorted(found, key=lambda each: each.order)


def _incoming(index: int, says: BankStatement, format_: str) -> Incoming:
    year = _year(says)
    number = _number(says)
    account = says.iban or account_number(says.account)
    currency = says.currency or "EUR"
    return Incoming(
        index=index,
        says=says,
        account=account,
        currency=currency,
        year=year,
        number=number,
        content_hash=_content_hash(says, (format_, account, currency, year, number)),
        problem=_problem(says),
    )


def _year(says: BankStatement) -> int:
    """Numbers restart on 1 January; the day of the new balance says in which year the number counts."""
    days = [says.new_balance_date, *(line.date for line in says.lines[-1:]), says.creation_date, says.old_balance_date]
    return next((day.year for day in days if day), says.year or 0)


def _number(says: BankStatement) -> str:
    """The number that no two statements of a year share; a bank that does not number gets the day for one."""
    number = says.identity[2].strip()
    if number.strip("0"):
        return number[:20]
    day = says.new_balance_date or says.creation_date or says.old_balance_date
    return f"{day:%m-%d}" if day else number[:20]


def _content_hash(says: BankStatement, identity: tuple[Any, ...]) -> str:
    """SHA-256 over what matters of the content: money, days, who and what. Spacing and spelling of signs do not."""
    content = [
        HASH_VERSION,
        *identity,
        str(says.old_balance),
        str(says.new_balance),
        str(says.new_balance_date),
        [
            [
                line.sequence,
                str(line.date),
                str(line.amount.normalize()),
                line.counterparty_account,
                line.transaction_code,
                line.bank_reference,
                fold(f"{line.counterparty_name} {line.communication} {line.structured_reference}"),
            ]
            for line in says.lines
        ],
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def fold(text: str) -> str:
    """Letters and digits only, so that two readings of the same text are the same."""
    return _NOT_TOLD_APART.sub("", text.upper())


def _problem(says: BankStatement) -> tuple[str, Mapping[str, Any]] | None:
    amounts = [says.old_balance, *([says.new_balance] if says.new_balance is not None else [])]
    amounts += [line.amount for line in says.lines]
    for amount in amounts:
        if abs(amount) > _LIMIT:
            return reasons.TOO_LARGE, {"amount": amount}
        if amount != amount.quantize(_CENT):
            return reasons.FRACTION, {"amount": amount}
    if says.balanced is False:
        found = says.old_balance + says.movement_sum
        new = says.new_balance if says.new_balance is not None else found
        return reasons.UNBALANCED, {
            "old": says.old_balance.quantize(_CENT),
            "sum": says.movement_sum.quantize(_CENT),
            "found": found.quantize(_CENT),
            "new": new.quantize(_CENT),
            "difference": (new - found).quantize(_CENT),
        }
    return None


def who(line: BankLine) -> str:
    """The other side of a movement: who the bank names, or for a card the shop where it was used."""
    return one_line(line.counterparty_name or line.get("terminal_name"), 120)


def line_details(line: BankLine) -> list[dict[str, Any]]:
    """What a movement consists of and what the bank added to it, as plain values; none of it is booked."""
    found: list[dict[str, Any]] = [_part(each) for each in line.details]
    found += [
        {"kind": "information", "code": each.kind, "text": each.text, "fields": dict(each.fields)}
        for each in line.information
    ]
    facts = {
        "customer_reference": line.customer_reference,
        "creditor_id": line.creditor_id,
        "mandate_id": line.mandate_id,
        "return_reason": line.return_reason,
        "structured_type": line.structured_type,
        **dict(line.fields),
    }
    told = {key: value for key, value in facts.items() if value}
    return [*found, {"kind": "facts", **told}] if told else found


def _part(line: BankLine) -> dict[str, Any]:
    return {
        "kind": "part",
        "amount": str(line.amount),
        "counterparty_name": line.counterparty_name,
        "counterparty_iban": line.counterparty_iban or line.counterparty_account,
        "communication": line.communication,
        "structured_reference": line.structured_reference,
        "transaction_code": line.transaction_code,
        "parts": [_part(each) for each in line.details],
    }
