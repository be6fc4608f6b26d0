"""What came of a bank file: n new, n known, n refused and why."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bankfeeds.models import Import

Remark = Mapping[str, Any]  # {"rule": …, "data": {…}}: worded by bankfeeds.wording


class Outcome(StrEnum):
    """What became of one statement of a file."""

    NEW = "new"
    KNOWN = "known"
    HELD = "held"  # kept, not booked, until a person looks
    REFUSED = "refused"  # not kept: the account is not (to be) known here


@dataclass(frozen=True, slots=True)
class StatementReport:
    """What became of one statement; `lines` counts its movements."""

    account: str
    currency: str
    number: str
    year: int
    lines: int
    outcome: Outcome
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Remark, ...] = ()
    statement_id: uuid.UUID | None = None

    @property
    def remark(self) -> Remark:
        """The reason with its facts."""
        return {"rule": self.reason, "data": dict(self.data)}

    def as_json(self) -> dict[str, Any]:
        """Plain values for the report of the Import."""
        return {
            "account": self.account,
            "currency": self.currency,
            "number": self.number,
            "year": self.year,
            "lines": self.lines,
            "outcome": str(self.outcome),
            "reason": self.reason,
            "data": plain(self.data),
            "warnings": [plain(warning) for warning in self.warnings],
            "statement": str(self.statement_id) if self.statement_id else None,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole file. `new`, `known` and `refused_lines` count movements; `statements` are in the file's order."""

    format: str
    statements: tuple[StatementReport, ...]
    warnings: tuple[Remark, ...]
    import_row: Import

    def _lines(self, *outcomes: Outcome) -> int:
        return sum(each.lines for each in self.statements if each.outcome in outcomes)

    @property
    def new(self) -> int:
        """Movements booked now."""
        return self._lines(Outcome.NEW)

    @property
    def known(self) -> int:
        """Movements that had been booked before."""
        return self._lines(Outcome.KNOWN)

    @property
    def refused_lines(self) -> int:
        """Movements that are not in the books, whether their statement is held back or not kept at all."""
        return self._lines(Outcome.HELD, Outcome.REFUSED)

    @property
    def refused(self) -> list[StatementReport]:
        """The statements that are not in the books, and why."""
        return [each for each in self.statements if each.outcome in (Outcome.HELD, Outcome.REFUSED)]

    def as_json(self) -> dict[str, Any]:
        """Plain values, kept with the Import and printed by the command."""
        return {
            "format": self.format,
            "new": self.new,
            "known": self.known,
            "refused": self.refused_lines,
            "statements": [each.as_json() for each in self.statements],
            "warnings": [plain(warning) for warning in self.warnings],
        }


def plain(value: Any) -> Any:
    """Values that JSON knows: amounts and dates become text."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
