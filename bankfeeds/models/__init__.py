"""The nouns of the bank."""

from bankfeeds.models.account import BankAccount
from bankfeeds.models.allocation import Allocation, AllocationKind
from bankfeeds.models.line_class import AskedClass, LineClass
from bankfeeds.models.rule import AllocationRule
from bankfeeds.models.statement import Import, Statement, StatementLine, StatementState

__all__ = [
    "Allocation",
    "AllocationKind",
    "AllocationRule",
    "AskedClass",
    "BankAccount",
    "Import",
    "LineClass",
    "Statement",
    "StatementLine",
    "StatementState",
]
