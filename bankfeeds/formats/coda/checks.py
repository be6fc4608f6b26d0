"""What can be checked in a statement without its file: it balances, details add up, numbers follow,
check digits hold."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bankfeeds.formats.coda.fields import ZERO
from bankfeeds.formats.references import belgian_iban, has_iban_shape, is_digits, is_iban
from bankfeeds.formats.statement import BankLine, BankStatement, Notes, Warning_

# Which detail types say what a movement of this type consists of.
_DETAIL_OF = {"1": "5", "2": "67", "3": "8", "7": "9"}
_LAST_SEQUENCE = 9999


def check(statement: BankStatement) -> tuple[Warning_, ...]:
    """The warnings that follow from the values of `statement` alone."""
    notes = Notes()
    add_to(notes, statement)
    return notes.warnings()


def add_to(notes: Notes, statement: BankStatement) -> None:
    """As check(), into notes that already exist."""
    _account(notes, statement)
    if statement.balanced is False and statement.new_balance is not None:
        moved = statement.movement_sum
        notes.add(
            "coda.unbalanced",
            statement.line_number or None,
            1,
            old=statement.old_balance,
            sum=moved,
            found=statement.old_balance + moved,
            new=statement.new_balance,
        )
    previous = 0
    for line in statement.lines:
        if line.sequence != previous + 1 and previous != _LAST_SEQUENCE:
            notes.add(
                "coda.sequence_gap",
                line.line_number,
                3,
                sequence=f"{line.sequence:04d}",
                previous=f"{previous:04d}",
            )
        previous = line.sequence
        if line.counterparty_iban and not is_iban(line.counterparty_iban):
            notes.add("coda.counterparty_check", line.line_number, None, account=line.counterparty_iban)
        if line.details:
            _details(notes, line)


def _account(notes: Notes, statement: BankStatement) -> None:
    account = statement.account
    wrong_iban = has_iban_shape(account) and not is_iban(account)
    wrong_bban = len(account) == 12 and is_digits(account) and not belgian_iban(account)
    if wrong_iban or wrong_bban:
        notes.add("coda.account_check", (statement.line_number + 1) or None, 6, account=account)


def _details(notes: Notes, line: BankLine) -> None:
    """Details add up to what they explain; several ways of explaining one amount may stand side by
    side (an exchange of the whole amount next to nothing else), so an equal single one is right."""
    kinds = _DETAIL_OF.get(line.transaction_code[:1], "")
    parts = [detail for detail in line.details if detail.transaction_code[:1] in kinds and kinds]
    found = _sum(parts)
    if parts and found != line.amount:
        notes.add(
            "coda.details",
            line.line_number,
            33,
            sequence=f"{line.sequence:04d}",
            found=found,
            amount=line.amount,
        )
    for detail in line.details:
        if detail.details:
            _details(notes, detail)


def _sum(lines: Iterable[BankLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
