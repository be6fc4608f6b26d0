"""What a bank statement file says, whatever its format: plain immutable values.

Amounts are Decimal in the currency of the account, exactly as the file gives them (CODA has three
decimals; the import rounds), money in positive, money out negative. Absent texts are "", absent
dates and balances are None. Nothing here knows where a value came from except `raw` and
`line_number`, which take no part in comparing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, fields, make_dataclass
from decimal import Decimal
from typing import Any

from bankfeeds.formats.references import belgian_iban, is_iban
from bankfeeds.formats.rules import COSMETIC, WARNINGS
from portal.kernel.errors import FormatRefused as FormatRefused

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801  (Warning is a builtin)
    """Something odd that did not prevent reading. The same rule is told once per statement, at its
    first place; `times` says how often it was met."""

    rule: str
    line: int | None = None
    column: int | None = None
    times: int = 1
    data: Fields = ()

    @property
    def template(self) -> str:
        """English sentence with %(name)s placeholders for `data`; the key to translate by."""
        return WARNINGS[self.rule]

    @property
    def message(self) -> str:
        return self.template % dict(self.data)

    @property
    def cosmetic(self) -> bool:
        """True when only the wrapping was odd (line ends, BOM), not the money."""
        return self.rule in COSMETIC


class Notes:
    """Collects warnings while a file or a statement is read, one per rule."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int | None, int | None, Fields]] = {}

    def add(self, rule: str, line: int | None = None, column: int | None = None, **data: Any) -> None:
        known = self._found.get(rule)
        if known is None:
            facts = tuple((name, str(value)) for name, value in data.items())
            self._found[rule] = (1, line, column, facts)
        else:
            self._found[rule] = (known[0] + 1, *known[1:])

    def warnings(self) -> tuple[Warning_, ...]:
        return tuple(
            Warning_(rule, line, column, times, data) for rule, (times, line, column, data) in self._found.items()
        )


@dataclass(frozen=True, slots=True)
class Information:
    """What the bank added to a movement in a coded form (CODA records 31–33): the counterparty's
    address, an ultimate debtor, the composition of an amount.

    `kind` is the bank's code, `text` the readable line, `fields` the parts by name.
    """

    kind: str
    text: str = ""
    fields: Fields = ()

    def get(self, name: str) -> str:
        return dict(self.fields).get(name, "")


@dataclass(frozen=True, slots=True)
class BankLine:
    """One movement. In `BankStatement.lines` every line is booked; in `details` none is: they only
    say what a booked line consists of.

    `counterparty_account` is as the file says; `counterparty_iban` only holds an IBAN (a valid
    Belgian BBAN is turned into one). `structured_reference` is "+++ddd/dddd/ddddd+++" or "RF…" and
    only set when its check digits hold. `structured_type` and `fields` hold a coded communication
    in parts. `date` is the booking date.
    """

    sequence: int
    date: datetime.date
    value_date: datetime.date | None
    amount: Decimal
    counterparty_name: str = ""
    counterparty_account: str = ""
    counterparty_iban: str = ""
    counterparty_bic: str = ""
    communication: str = ""
    structured_reference: str = ""
    transaction_code: str = ""
    bank_reference: str = ""
    customer_reference: str = ""
    creditor_id: str = ""
    mandate_id: str = ""
    return_reason: str = ""
    structured_type: str = ""
    fields: Fields = ()
    information: tuple[Information, ...] = ()
    details: tuple[BankLine, ...] = ()
    detail_number: int = field(default=0, compare=False)
    line_number: int = field(default=0, compare=False)
    raw: str = field(default="", compare=False, repr=False)

    def get(self, name: str) -> str:
        """One part of a coded communication, "" when it is not there."""
        return dict(self.fields).get(name, "")


# A frozen dataclass sets its 23 attributes one by one through object.__setattr__, ten times slower
# than an open one; a statement file may have 100,000 lines. So a reader fills this open twin, which
# has the same slots, with every value in the order of the fields, and then seals it.
OpenLine: Any = make_dataclass("OpenLine", [f.name for f in fields(BankLine)], slots=True)


def seal(line: Any) -> BankLine:
    """The OpenLine `line` as the BankLine it is from now on."""
    line.__class__ = BankLine
    sealed: BankLine = line
    return sealed


@dataclass(frozen=True, slots=True)
class BankStatement:
    """One statement of one account.

    `account` is as the file says (an IBAN, a Belgian BBAN of 12 digits or a foreign number);
    `number` is the statement number people know (for CODA the one on paper, or else the coded one).
    `balanced` is None when the file does not give a closing balance.
    """

    account: str
    currency: str
    number: str
    old_balance: Decimal
    old_balance_date: datetime.date | None = None
    new_balance: Decimal | None = None
    new_balance_date: datetime.date | None = None
    balanced: bool | None = None
    year: int | None = None
    holder: str = ""
    bank_bic: str = ""
    company_id: str = ""
    paper_sequence: str = ""
    coda_sequence: str = ""
    account_structure: str = ""
    description: str = ""
    addressee: str = ""
    bank_id: str = ""
    file_reference: str = ""
    creation_date: datetime.date | None = None
    duplicate: bool = False
    lines: tuple[BankLine, ...] = ()
    free_texts: tuple[str, ...] = ()
    warnings: tuple[Warning_, ...] = field(default=(), compare=False)
    line_number: int = field(default=0, compare=False)

    @property
    def iban(self) -> str:
        """The account as an IBAN: itself, or a valid Belgian BBAN converted; "" when it is
        neither."""
        if is_iban(self.account):
            return self.account
        return belgian_iban(self.account)

    @property
    def identity(self) -> tuple[str, int, str]:
        """(account, year, number) that no two different statements share.

        The coded number comes first: it is one per statement and restarts each year, while one
        paper number may span several coded statements or be 000.
        """
        coded = self.coda_sequence.strip("0 ")
        return (self.iban or self.account, self.year or 0, self.coda_sequence if coded else self.number)

    @property
    def movement_sum(self) -> Decimal:
        return sum([line.amount for line in self.lines], Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A whole file. `warnings` are about the file; each statement has its own besides."""

    format: str
    statements: tuple[BankStatement, ...]
    warnings: tuple[Warning_, ...] = ()

    @property
    def all_warnings(self) -> tuple[Warning_, ...]:
        return self.warnings + tuple(w for statement in self.statements for w in statement.warnings)
