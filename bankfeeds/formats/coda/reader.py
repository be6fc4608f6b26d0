"""A CODA file (version 2) as statements.

A file is one or more blocks 0, 1, (21 [22] [23] (31 [32] [33])*)*, [8], 4*, 9. Detail number 0000 is
the booked movement; records 21 with a higher detail number say what it consists of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from bankfeeds.formats.coda import checks
from bankfeeds.formats.coda.fields import ZERO, account_zone, amount, day, number, own_account, total
from bankfeeds.formats.coda.movements import movement
from bankfeeds.formats.coda.text import Block, blocks
from bankfeeds.formats.rules import refuse
from bankfeeds.formats.statement import BankLine, BankStatement, FormatRefused, Notes, StatementFile

_KINDS = ("0", "1", "2", "3", "4", "8", "9")
_AFTER = {"1": "21, 8, 9", "2": "21, 22, 23, 31, 8, 9", "3": "21, 31, 32, 33, 8, 9", "4": "21, 8, 4, 9", "8": "4, 9"}
# What may stand before a record that continues another.
_CONTINUED = {
    "22": ("21",),
    "23": ("21", "22"),
    "31": ("21", "22", "23", "31", "32", "33"),
    "32": ("31",),
    "33": ("31", "32"),
}


def read_coda(data: bytes) -> StatementFile:
    """The whole file. Raises FormatRefused when any part of it cannot be trusted.

    A statement that occurs twice is given twice, with a warning: who imports skips the second.
    """
    notes = Notes()
    statements: list[BankStatement] = []
    seen: dict[tuple[str, int, str, str], BankStatement] = {}
    for statement in iter_coda(data, notes):
        key = (*statement.identity, statement.currency)
        known = seen.setdefault(key, statement)
        if known is not statement:
            rule = "coda.statement_twice" if known == statement else "coda.statement_number_twice"
            notes.add(rule, statement.line_number, 1)
        statements.append(statement)
    return StatementFile("coda", tuple(statements), notes.warnings())


def iter_coda(data: bytes, notes: Notes | None = None) -> Iterator[BankStatement]:
    """The statements one by one, holding only one in memory. What is odd about the file as a whole
    is added to `notes` by the time the last one has been given."""
    for block in blocks(data, notes if notes is not None else Notes()):
        yield _statement(block)


def _statement(block: Block) -> BankStatement:
    notes = Notes()
    opening = _opening(block)
    marks, closing, trailer = _walk(block)
    lines = _lines(block, marks, opening, notes)
    statement = replace(
        opening,
        lines=lines,
        free_texts=tuple(" ".join(r[32:112].split()) for r in block.records if r[0] == "4"),
    )
    if opening.duplicate:
        notes.add("coda.marked_duplicate", block.numbers[0], 17)
    statement = _with_closing(statement, block, closing, notes)
    checks.add_to(notes, statement)
    if trailer is None:
        notes.add("coda.no_trailer", block.numbers[-1], 1)
    else:
        _compare_totals(statement, block, trailer, notes)
    return replace(statement, warnings=notes.warnings())


def _opening(block: Block) -> BankStatement:
    """The statement as records 0 and 1 announce it."""
    records, numbers = block.records, block.numbers
    header, at = records[0], numbers[0]
    if header[0] != "0":
        if header[0] in _KINDS:
            raise refuse("coda.order" if at > 1 else "coda.no_header", at, 1, record=header[0], expected="0")
        raise refuse("coda.record", at, 1, record=header[:2])
    version = header[127]
    if version != "2":
        if version == " ":
            raise refuse("coda.no_version", at, 128)
        raise refuse("coda.version", at, 128, version=version)
    created = day(header[5:11], at, 6)
    if len(records) < 2:
        raise refuse("coda.truncated", at, 128)
    first, at = records[1], numbers[1]
    if first[0] != "1":
        raise refuse("coda.order", at, 1, record=first[:2].strip(), expected="1")
    account, currency = own_account(first[5:42], first[1], at, 6)
    paper, coded = first[2:5], first[125:128].strip()
    return BankStatement(
        account=account,
        currency=currency,
        number=paper if paper.strip("0 ") else coded or paper,
        old_balance=amount(first[43:58], first[42], at, 44, 43),
        old_balance_date=day(first[58:64], at, 59),
        year=created.year if created else None,
        holder=first[64:90].strip(),
        bank_bic=header[60:71].strip(),
        company_id=header[71:82].strip(),
        paper_sequence=paper,
        coda_sequence=coded,
        account_structure=first[1],
        description=first[90:125].strip(),
        addressee=header[34:60].strip(),
        bank_id=header[11:14],
        file_reference=header[24:34].strip(),
        creation_date=created,
        duplicate=header[16] == "D",
        line_number=numbers[0],
    )


def _walk(block: Block) -> tuple[list[int], int | None, int | None]:
    """Checks the order of the records; gives the index of every record 21 and, last, of where the
    movements end; then the index of record 8 and of record 9."""
    records = block.records
    marks: list[int] = []
    previous = "1"
    index = 2
    for index in range(2, len(records)):
        kind = records[index][:2]
        if kind == "21":
            marks.append(index)
        elif kind in _CONTINUED:
            if previous not in _CONTINUED[kind]:
                raise refuse("coda.order", block.numbers[index], 1, record=kind, expected=_AFTER[previous[0]])
        elif kind[0] == "8" or kind[0] == "9":
            break
        elif kind[0] != "4":
            raise _out_of_place(block, index, "2" if marks else "1")
        previous = kind
    else:
        raise refuse("coda.truncated", block.numbers[-1], 1)
    closing = index if records[index][0] == "8" else None
    marks.append(index)
    trailer = index if closing is None else None
    for after in range(index + 1, len(records)):
        if records[after][0] == "9" and trailer is None:
            trailer = after
        elif trailer is not None or records[after][0] != "4":
            raise _out_of_place(block, after, "8")
    return marks, closing, trailer


def _out_of_place(block: Block, index: int, after: str) -> FormatRefused:
    kind = block.records[index][:2]
    rule = "coda.order" if kind[0] in _KINDS else "coda.record"
    return refuse(rule, block.numbers[index], 1, record=kind.strip(), expected=_AFTER[after])


def _lines(block: Block, marks: list[int], opening: BankStatement, notes: Notes) -> tuple[BankLine, ...]:
    """The booked movements, each with its details."""
    records, numbers = block.records, block.numbers
    fallback = opening.creation_date
    lines: list[BankLine] = []
    seen: set[str] = set()
    parent: list[str] = []
    parent_at = 0
    details: list[BankLine] = []
    for begin, end in pairwise(marks):
        group, at = records[begin:end], numbers[begin]
        first = group[0]
        key = first[2:10]
        if not (key.isdigit() and key.isascii()):
            number(first[2:6], at, 3)
            number(first[6:10], at, 7)
        if end > begin + 1:
            _one_movement(group, numbers, begin)
        if first[6:10] != "0000":
            if not parent or first[2:6] != parent[0][2:6]:
                raise refuse("coda.orphan", at, 3, sequence=first[2:6])
            _add_detail(details, movement(group, at, fallback, notes))
            continue
        if key in seen:
            raise refuse("coda.sequence_twice", at, 3, sequence=first[2:6])
        seen.add(key)
        if parent:
            lines.append(movement(parent, parent_at, fallback, notes, tuple(details)))
        parent, parent_at, details = group, at, []
    if parent:
        lines.append(movement(parent, parent_at, fallback, notes, tuple(details)))
    return tuple(lines)


def _one_movement(group: list[str], numbers: Sequence[int], begin: int) -> None:
    """Records 22 and 23 carry the numbers of their record 21, records 31–33 its sequence number."""
    key = group[0][2:10]
    for offset in range(1, len(group)):
        record = group[offset]
        if record[2:10] != key and record[0] != "4" and (record[0] == "2" or record[2:6] != key[:4]):
            raise refuse("coda.orphan", numbers[begin + offset], 3, sequence=record[2:6])


def _add_detail(details: list[BankLine], detail: BankLine) -> None:
    """A detail of type 9 belongs to the last detail of type 7; any other to the movement."""
    if detail.transaction_code[:1] == "9" and details and details[-1].transaction_code[:1] == "7":
        details[-1] = replace(details[-1], details=(*details[-1].details, detail))
    else:
        details.append(detail)


def _with_closing(statement: BankStatement, block: Block, closing: int | None, notes: Notes) -> BankStatement:
    """The statement with the balance of record 8, and whether it balances."""
    if closing is None:
        notes.add("coda.no_closing", block.numbers[-1], 1)
        return statement
    record, at = block.records[closing], block.numbers[closing]
    account, currency = account_zone(record[4:41], statement.account_structure)
    if (account, currency) != (statement.account, statement.currency):
        notes.add(
            "coda.account_differs",
            at,
            5,
            closing=f"{account} {currency}".strip(),
            opening=f"{statement.account} {statement.currency}",
        )
    new_balance = amount(record[42:57], record[41], at, 43, 42)
    on = day(record[57:63], at, 58)
    return replace(
        statement,
        new_balance=new_balance,
        new_balance_date=on,
        year=on.year if on else statement.year,
        balanced=statement.old_balance + statement.movement_sum == new_balance,
    )


def _compare_totals(statement: BankStatement, block: Block, trailer: int, notes: Notes) -> None:
    """The control totals of record 9. Some banks count the free texts (record 4), some do not."""
    record, at = block.records[trailer], block.numbers[trailer]
    texts = len(statement.free_texts)
    counted = trailer - 1 - texts  # without records 0 and 9
    stated = None if record[16:22].isspace() else number(record[16:22], at, 17)
    if stated not in (counted, counted + texts):
        notes.add("coda.record_count", at, 17, stated="?" if stated is None else stated, counted=counted)
    amounts = [line.amount for line in statement.lines]
    out = -sum([value for value in amounts if value < 0], ZERO)
    come = sum([value for value in amounts if value > 0], ZERO)
    for rule, start, found in (("coda.debit_total", 22, out), ("coda.credit_total", 37, come)):
        said = total(record[start : start + 15], at, start + 1)
        if said != found:
            notes.add(rule, at, start + 1, stated="?" if said is None else said, counted=found)
