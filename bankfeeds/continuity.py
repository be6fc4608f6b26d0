"""Whether a statement follows on the one before: numbers without a hole, balances that meet."""

from decimal import Decimal
from typing import Any

from bankfeeds import reasons
from bankfeeds.models import Statement


def as_number(text: str) -> int:
    """A statement number to compare by; 0 for a bank that does not number."""
    return int(text) if text.isdigit() else 0


def between(previous: Statement, year: int, number: str, old_balance: Decimal) -> list[dict[str, Any]]:
    """What is missing between a booked statement and the next: remarks for bankfeeds.wording, none when all is well."""
    found: list[dict[str, Any]] = []
    last, this = as_number(previous.number), as_number(number)
    expected = last + 1 if previous.year == year else 1
    if last and this and this > expected:
        found.append({"rule": reasons.GAP_NUMBER, "data": {"previous": previous.number, "number": number}})
    if previous.new_balance is not None and previous.new_balance != old_balance:
        balances = {"old": old_balance, "previous_new": previous.new_balance, "previous": previous.number}
        found.append({"rule": reasons.GAP_BALANCE, "data": balances})
    return found
