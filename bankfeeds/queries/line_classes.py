"""Which class a bank line is in, and which classes never ask in an administration."""

from collections.abc import Collection, Iterable
from typing import Any
from unicodedata import normalize
from uuid import UUID

from bankfeeds.formats.coda.codes import split_transaction_code
from bankfeeds.incoming import fold
from bankfeeds.models import AskedClass, BankAccount, LineClass, StatementLine

_COSTS = {"35", "80"}  # closing (interest, costs), and costs charged separately
_FEE = {"37", "87"}  # in every family: costs, and costs paid back
_SALARY = {("01", "05"), ("01", "11"), ("02", "05"), ("41", "05")}
_OWN = {("01", "13"), ("01", "64"), ("02", "13"), ("02", "64"), ("41", "13"), ("41", "64")}
_CENTRAL = {"17", "66"}  # financial centralisation
_STATE = (
    *("FODFINANCIEN", "SPFFINANCES", "BTWONTVANGSTEN", "TVARECETTES", "BELASTINGDIENST", "PERSONENBELASTING"),
    *("BEDRIJFSVOORHEFFING", "PRECOMPTEPROFESSIONNEL", "RIJKSDIENSTVOORSOCIALEZEKERHEID", "OFFICENATIONALDESECURITE"),
)
_STATE_EXACT = ("RSZ", "ONSS")


def line_class(line: StatementLine, own: Collection[str] = ()) -> LineClass | None:
    """The class by what the bank says: the transaction code, the counterparty, or that it is an account of `own`."""
    code = split_transaction_code(line.transaction_code)
    if code.family in _COSTS or (code.family and code.operation in _FEE):
        return LineClass.BANK_COSTS
    if line.counterparty_iban and line.counterparty_iban in own:
        return LineClass.OWN_TRANSFER
    pair = (code.family, code.operation)
    if pair in _OWN or (code.family in ("01", "02", "41") and code.operation in _CENTRAL):
        return LineClass.OWN_TRANSFER
    if pair in _SALARY:
        return LineClass.SALARY
    name = fold(normalize("NFKD", line.counterparty_name))
    first = line.counterparty_name.upper().split(" ")[0]
    state = name.startswith(_STATE) or first in _STATE_EXACT
    return LineClass.TAX if state else None


def asked_classes(administration_id: UUID) -> set[str]:
    """The classes about which this client is asked all the same."""
    return set(AskedClass.objects.filter(administration_id=administration_id).values_list("line_class", flat=True))


def classes_to_choose(administration_id: UUID) -> list[tuple[str, str, bool]]:
    """Every class: its code, its name, and whether it never asks here."""
    asked = asked_classes(administration_id)
    return [(kind.value, str(kind.label), kind.value not in asked) for kind in LineClass]


def never_asked(lines: Iterable[StatementLine]) -> dict[UUID, LineClass]:
    """Of these lines of one administration, those the client is not asked about, and why. At most two queries."""
    wanted = list(lines)
    if not wanted:
        return {}
    home = wanted[0].administration_id
    own = _own_numbers(home) if any(line.counterparty_iban for line in wanted) else set()
    found = {line.pk: kind for line in wanted if (kind := line_class(line, own)) is not None}
    asked = asked_classes(home) if found else set()
    return {pk: kind for pk, kind in found.items() if kind.value not in asked}


def _own_numbers(administration_id: Any) -> set[str]:
    return set(BankAccount.objects.filter(administration_id=administration_id).values_list("number", flat=True))
