"""The nouns of the bank."""

from bankfeeds.models.account import BankAccount
from bankfeeds.models.allocation import Allocation, AllocationKind
from bankfeeds.models.rule import AllocationRule
from bankfeeds.models.statement import Import, Statement, StatementLine, StatementState

__all__ = [
    "Allocation",
    "AllocationKind",
    "AllocationRule",
    "BankAccount",
    "Import",
    "Statement",
    "StatementLine",
    "StatementState",
]
