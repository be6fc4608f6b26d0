"""One movement: record 21 with its 22, 23 and the 31–33 that explain it, as a BankLine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from bankfeeds.formats.coda import structured
from bankfeeds.formats.coda.fields import amount, day
from bankfeeds.formats.references import belgian_iban, has_iban_shape, is_bic, is_digits, ogm_in_text
from bankfeeds.formats.rules import refuse
from bankfeeds.formats.statement import BankLine, Fields, Information, Notes, OpenLine, seal

_MAIN_TEXT = 149  # characters of communication in records 21, 22 and 23 together
_NO_FIELDS: Fields = ()
_NAME_ROOM = 35  # characters of the counterparty's name in record 23


def movement(
    group: list[str], at: int, fallback_day: date | None, notes: Notes, details: tuple[BankLine, ...] = ()
) -> BankLine:
    """The BankLine of the records in `group`, the first of which is a record 21.

    `at` is the line number of the first, `fallback_day` the date to take when neither booking date
    nor value date is given. Raises FormatRefused at the first field that cannot be trusted.
    """
    first = group[0]
    value_date = day(first[47:53], at, 48)
    booked = day(first[115:121], at, 116) or _without_booking_date(first, value_date or fallback_day, at, notes)
    code = first[53:61]
    if not (code.isascii() and code.isdigit()):
        notes.add("coda.transaction_code", at, 54, code=code)
    main = first[62:115]
    account = iban = name = bic = reference = returned = free = ""
    information: tuple[Information, ...] = ()
    rest = 1
    if len(group) > 1:
        second = group[1]
        if second[:2] == "22":
            main += second[10:63]
            reference, bic, returned = _second(second)
            rest = 2
        if len(group) > rest and group[rest][:2] == "23":
            third = group[rest]
            account, iban = counterparty(third[10:44])
            name = third[47:82].strip()
            main += third[82:125]
            rest += 1
        if len(group) > rest:
            information, free = _informations(group[rest:])
            name = _fuller_name(name, information)
    if first[61] == "0" and not free:
        kind, text, fields = "", main.strip(), _NO_FIELDS
        if "  " in text or not text.isascii():
            text = " ".join(text.split())
        bound = ogm_in_text(text) if "/" in text else ""
    else:
        kind, text, bound, fields = _communication(first, main, free, at, notes)
    line = OpenLine(
        int(first[2:6]),
        booked,
        value_date,
        amount(first[32:47], first[31], at, 33, 32),
        name,
        account,
        iban,
        bic,
        text,
        bound,
        code,
        first[10:31].rstrip(),
        reference,
        "",
        "",
        returned,
        kind,
        fields,
        information,
        details,
        int(first[6:10]),
        at,
        "\n".join(group),
    )
    if kind == "127":
        parts = dict(fields)
        line.creditor_id, line.mandate_id = parts.get("creditor_id", ""), parts.get("mandate_id", "")
        line.return_reason = parts.get("return_reason", returned)
    return seal(line)


def _second(record: str) -> tuple[str, str, str]:
    """(reference of the customer, BIC, reason of a return) in record 22."""
    bic = record[98:109].rstrip()
    returned = record[113:117].strip() if record[112] in "12345" else ""
    return record[63:98].rstrip(), bic if is_bic(bic) else "", returned


def _without_booking_date(first: str, instead: date | None, at: int, notes: Notes) -> date:
    if instead is None:
        raise refuse("coda.date", at, 116, text=first[115:121])
    notes.add("coda.no_booking_date", at, 116, sequence=first[2:6])
    return instead


def _fuller_name(name: str, information: tuple[Information, ...]) -> str:
    """Record 23 has room for 35 characters of the name, the information behind it for 70."""
    for piece in information:
        if piece.kind == "001":
            fuller = piece.get("name")
            if not name or (len(name) == _NAME_ROOM and fuller.startswith(name)):
                name = fuller
    return name


@lru_cache(maxsize=4096)  # the same suppliers and customers come again and again
def counterparty(zone: str) -> tuple[str, str]:
    """(account as the file says, IBAN or "") from the 34 positions of record 23.

    Banks still send Belgian numbers of twelve digits; a valid one is given as its IBAN too. A zone
    in which other text follows the IBAN is cut at the first space.
    """
    account = zone.rstrip()
    if len(account) == 16 and account[:2] == "BE" and is_digits(account[2:]):
        return account, account
    account = account.lstrip()
    if not account.strip("0"):
        return "", ""
    start = account.split(maxsplit=1)[0]
    if has_iban_shape(start):
        return start, start
    bare = account.replace(" ", "") if " " in account else account
    return account, bare if has_iban_shape(bare) else belgian_iban(bare)


def _communication(first: str, main: str, free: str, at: int, notes: Notes) -> tuple[str, str, str, Fields]:
    """(type, text, valid reference, parts) of a communication that is coded or goes on in records
    31–33."""
    how = first[61]
    if how == "1":
        kind, text, reference, fields, bad = structured.communication(main)
        if bad:
            notes.add("coda.reference_check", at, 66, reference=bad)
        return kind, f"{text} {' '.join(free.split())}".strip() if free else text, reference, fields
    if how != "0":
        notes.add("coda.communication_type", at, 62, sequence=first[2:6])
    text = " ".join((main.ljust(_MAIN_TEXT) + free).split())
    return "", text, ogm_in_text(text), ()


def _informations(records: Sequence[str]) -> tuple[tuple[Information, ...], str]:
    """(coded information, free text) of the records 31–33 of one movement."""
    coded: list[Information] = []
    free: list[str] = []
    groups: list[list[str]] = []
    for record in records:
        kind = record[:2]
        if kind == "31":
            groups.append([record[39], record[40:113]])
        elif kind == "32":
            groups[-1].append(record[10:115])
        elif kind == "33":
            groups[-1].append(record[10:100])
    for how, *pieces in groups:
        data = "".join(pieces)
        if how == "1":
            read = structured.information(data)
            coded.append(Information(read.kind, read.text, read.fields))
        else:
            free.append(data)
    return tuple(coded), "".join(free)
