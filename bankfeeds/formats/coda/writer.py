"""Statements as a CODA file (version 2), for samples and for handing statements on.

What `read_coda` gives back equals what was written, apart from places and warnings. Amounts keep
three decimals; texts must fit Windows-1252.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from bankfeeds.formats.coda import structured
from bankfeeds.formats.coda.fields import ZERO
from bankfeeds.formats.references import is_digits
from bankfeeds.formats.statement import BankLine, BankStatement

_MAIN_PIECES = (53, 53, 43)  # communication in records 21, 22, 23
_INFO_PIECES = (73, 105, 90)  # and in 31, 32, 33
_BIGGEST = Decimal("999999999999.999")


class CodaUnwritable(ValueError):
    """The statement holds something that CODA has no room for; the message says what."""


def write_coda(statements: Iterable[BankStatement], *, encoding: str = "cp1252", line_end: str = "\r\n") -> bytes:
    """The file that holds `statements`, with control totals that are right.

    Details are numbered afresh. Raises CodaUnwritable when a value does not fit.
    """
    everything = list(statements)
    records: list[str] = []
    for at, statement in enumerate(everything, 1):
        records.extend(_block(statement, last=at == len(everything)))
    wrong = next((record for record in records if len(record) != 128), None)
    if wrong is not None:
        raise CodaUnwritable(f"a value is too long: {wrong[:40]!r}")
    try:
        return "".join(record + line_end for record in records).encode(encoding)
    except UnicodeEncodeError as trouble:
        raise CodaUnwritable(f"{trouble.object[trouble.start]!r} cannot be written in {encoding}") from trouble


def _block(statement: BankStatement, *, last: bool) -> Iterator[str]:
    day_of_file = statement.creation_date or statement.new_balance_date or statement.old_balance_date
    yield (
        f"00000{_day(day_of_file)}{statement.bank_id or '000':3}05{'D' if statement.duplicate else ' '}{'':7}"
        f"{statement.file_reference:10}{statement.addressee:26}{statement.bank_bic:11}"
        f"{statement.company_id or '0' * 11:11} 00000{'':39}2"
    )
    structure = statement.account_structure or _structure(statement.account)
    zone = _zone(statement.account, statement.currency, structure)
    paper = (statement.paper_sequence or statement.number or "000").zfill(3)
    coded = statement.coda_sequence or paper
    yield (
        f"1{structure}{paper}{zone}{_signed(statement.old_balance)}{_day(statement.old_balance_date)}"
        f"{statement.holder:26}{statement.description:35}{coded}"
    )
    counted = 1
    for line in statement.lines:
        for record in _movement(line):
            counted += 1
            yield record
    texts = statement.free_texts
    if statement.new_balance is not None:
        counted += 1
        yield (
            f"8{paper}{zone}{_signed(statement.new_balance)}{_day(statement.new_balance_date)}{'':64}"
            f"{1 if texts else 0}"
        )
    for number, text in enumerate(texts, 1):
        yield f"4 {number:04d}0000{'':22}{text:80}{'':15}{1 if number < len(texts) else 0}"
    out = -sum((line.amount for line in statement.lines if line.amount < 0), ZERO)
    come = sum((line.amount for line in statement.lines if line.amount > 0), ZERO)
    yield f"9{'':15}{counted:06d}{_digits(out)}{_digits(come)}{'':75}{2 if last else 1}"


def _movement(line: BankLine) -> Iterator[str]:
    """The records of a booked movement and of everything beneath it."""
    detail = 0
    yield from _records(line, line.sequence, detail)
    detail += _informed(line)
    for part in _flat(line.details):
        detail += 1
        yield from _records(part, line.sequence, detail)
        detail += _informed(part)


def _flat(details: Sequence[BankLine]) -> Iterator[BankLine]:
    for detail in details:
        yield detail
        yield from _flat(detail.details)


def _informed(line: BankLine) -> int:
    """How many detail numbers the records 31 of a movement take."""
    return len(_informations(line))


def _records(line: BankLine, sequence: int, detail: int) -> Iterator[str]:
    if not 1 <= sequence <= 9999 or detail > 9999:
        raise CodaUnwritable(f"movement {sequence}/{detail}: numbers go from 1 to 9999")
    how, text, _ = _communication(line)
    pieces = _cut(text, _MAIN_PIECES)
    informations = _informations(line)
    account = line.counterparty_account or line.counterparty_iban
    with_third = bool(account or line.counterparty_name or pieces[2].strip())
    in_second = (pieces[1].strip(), pieces[2].strip(), line.customer_reference, line.counterparty_bic)
    with_second = any(in_second) or bool(line.return_reason and line.structured_type != "127")
    key = f"{sequence:04d}{detail:04d}"
    link = 1 if informations else 0
    more = with_second or with_third
    yield (
        f"21{key}{line.bank_reference:21}{_signed(line.amount)}{_day(line.value_date)}{line.transaction_code:8}{how}"
        f"{pieces[0]}{_day(line.date)}0000{int(more)} {0 if more else link}"
    )
    if with_second:
        returned = f"2{line.return_reason:4}" if line.return_reason else " " * 5  # 2: returned
        yield (
            f"22{key}{pieces[1]}{line.customer_reference:35}{line.counterparty_bic:11}{'':3}{returned}{'':8}"
            f"{1 if with_third else 0} {0 if with_third else link}"
        )
    if with_third:
        yield f"23{key}{account:34}{'':3}{line.counterparty_name[:35]:35}{pieces[2]}0 {link}"
    for at, (kind, data) in enumerate(informations, 1):
        yield from _information(line, sequence, detail + at, kind, data, more=at < len(informations))


def _information(line: BankLine, sequence: int, detail: int, how: str, data: str, *, more: bool) -> Iterator[str]:
    key = f"{sequence:04d}{detail:04d}"
    first, second, third = _cut(data, _INFO_PIECES)
    link = 1 if more else 0
    with_third = bool(third.strip())
    with_second = with_third or bool(second.strip())
    yield (
        f"31{key}{line.bank_reference:21}{line.transaction_code:8}{how}{first}{'':12}{int(with_second)} "
        f"{0 if with_second else link}"
    )
    if with_second:
        yield f"32{key}{second}{'':10}{int(with_third)} {0 if with_third else link}"
    if with_third:
        yield f"33{key}{third}{'':25}0 {link}"


def _communication(line: BankLine) -> tuple[str, str, str]:
    """(type, characters for records 21–23, what is left for records 31)."""
    kind = line.structured_type
    if not kind:
        room = sum(_MAIN_PIECES)
        return "0", line.communication[:room], line.communication[room:]
    if kind in ("101", "102") and line.structured_reference:
        digits = "".join(c for c in line.structured_reference if c in "0123456789")
        data = kind + digits + line.communication.removeprefix(line.structured_reference).lstrip()
    elif kind in structured.COMMUNICATIONS and line.fields:
        data = structured.pack(kind, dict(line.fields))
    elif line.communication.startswith(kind):
        data = line.communication
    else:
        data = kind + line.communication
    if len(data) > sum(_MAIN_PIECES):
        raise CodaUnwritable(f"movement {line.sequence}: its communication is longer than {sum(_MAIN_PIECES)}")
    return "1", data, ""


def _informations(line: BankLine) -> list[tuple[str, str]]:
    """(type, characters) of each group of records 31–33."""
    found = [("1", _pack_information(piece.kind, piece.text, dict(piece.fields))) for piece in line.information]
    if len(line.counterparty_name) > 35 and all(piece.kind != "001" for piece in line.information):
        found.insert(0, ("1", structured.pack("001", {"name": line.counterparty_name})))
    left = _communication(line)[2]
    room = sum(_INFO_PIECES)
    found.extend(("0", left[at : at + room]) for at in range(0, len(left), room))
    return found


def _pack_information(kind: str, text: str, fields: dict[str, str]) -> str:
    if kind in structured.INFORMATION:
        return structured.pack(kind, fields)
    return text if text.startswith(kind) else kind + text


def _cut(text: str, pieces: Sequence[int]) -> list[str]:
    out, at = [], 0
    for length in pieces:
        out.append(text[at : at + length].ljust(length))
        at += length
    return out


def _structure(account: str) -> str:
    if len(account) == 12 and is_digits(account):
        return "0"
    if account.startswith("BE"):
        return "2"
    return "3" if account[:2].isalpha() else "1"


def _zone(account: str, currency: str, structure: str) -> str:
    if structure == "0":
        return f"{account:12} {currency:3}0BE{'':18}"
    return f"{account:34}{currency:3}"


def _signed(value: Decimal) -> str:
    return f"{1 if value < 0 else 0}{_digits(abs(value))}"


def _digits(value: Decimal) -> str:
    thousandths = value.scaleb(3)
    if value > _BIGGEST or thousandths != thousandths.to_integral_value():
        raise CodaUnwritable(f"{value} does not fit: twelve digits and three decimals")
    return f"{int(thousandths):015d}"


def _day(value: date | None) -> str:
    return value.strftime("%d%m%y") if value else "000000"
