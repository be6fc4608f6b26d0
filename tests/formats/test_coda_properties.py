"""What must hold for every statement and for every damaged file."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bankfeeds.formats import BankLine, BankStatement, FormatRefused, iter_coda, read_statement_file, write_coda
from bankfeeds.formats.coda import check
from tests.formats.builders import ACCOUNT, coda, line, statement

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-+&'()éèëçàïôüÉß€"


def text(longest: int) -> st.SearchStrategy[str]:
    """Words with single spaces between them, as they are read back."""
    words = st.lists(st.text(LETTERS, min_size=1, max_size=12), max_size=longest // 3)
    return words.map(lambda found: " ".join(found)[:longest].strip())


amounts = st.integers(-(10**11), 10**11).map(lambda n: Decimal(n).scaleb(-2)) | st.integers(-9999, 9999).map(
    lambda n: Decimal(n).scaleb(-3) if n % 10 else Decimal(n // 10).scaleb(-2)
)
days = st.dates(date(1981, 1, 1), date(2079, 12, 31))
accounts = st.sampled_from(
    [
        ("", ""),
        (ACCOUNT, ACCOUNT),
        ("NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("539007547034", "BE68539007547034"),
        ("123-99887766", ""),
    ]
)


@st.composite
def communications(draw: st.DrawFn) -> dict[str, object]:
    kind = draw(st.sampled_from(["", "101", "100", "127"]))
    if kind == "101":
        number = draw(st.integers(1, 10**10 - 1))
        digits = f"{number:010d}{number % 97 or 97:02d}"
        reference = f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"
        rest = draw(text(60))
        return {
            "structured_type": "101",
            "structured_reference": reference,
            "communication": f"{reference} {rest}".strip(),
        }
    if kind == "100":
        reference = "RF18539007547034"
        return {
            "structured_type": "100",
            "structured_reference": reference,
            "communication": reference,
            "fields": (("reference", reference),),
        }
    if kind == "127":
        creditor, mandate = "BE11ZZZ0712345678", draw(text(35)) or "M"
        parts = {
            "collected_on": "2026-03-01",
            "creditor_id": creditor,
            "mandate_id": mandate,
            "message": draw(text(62)),
        }
        return {
            "structured_type": "127",
            "creditor_id": creditor,
            "mandate_id": mandate,
            "communication": parts["message"] or f"{mandate} {creditor}",
            "fields": tuple((name, value) for name, value in parts.items() if value),
        }
    return {"communication": draw(text(400))}


@st.composite
def bank_lines(draw: st.DrawFn, sequence: int, depth: int = 0, kind: str = "0") -> BankLine:
    account, iban = draw(accounts)
    parts: tuple[BankLine, ...] = ()
    if not depth and draw(st.booleans()):
        kind = draw(st.sampled_from("123"))
        below = {"1": "5", "2": "6", "3": "8"}[kind]
        parts = tuple(draw(bank_lines(sequence, 1, below)) for _ in range(draw(st.integers(1, 2))))
    amount = sum((part.amount for part in parts), Decimal("0.00")) if parts else draw(amounts)
    return BankLine(
        sequence=sequence,
        date=draw(days),
        value_date=draw(st.none() | days),
        amount=amount,
        counterparty_name=draw(text(35)),
        counterparty_account=account,
        counterparty_iban=iban,
        counterparty_bic=draw(st.sampled_from(["", "GKCCBEBB", "KREDBEBB123"])),
        transaction_code=kind + draw(st.sampled_from(["0150000", "0402000", "3537006"])),
        bank_reference=draw(st.text("ABC123", max_size=21)),
        customer_reference=draw(text(35)),
        details=parts,
        **draw(communications()),
    )


@st.composite
def statements(draw: st.DrawFn) -> BankStatement:
    lines = [draw(bank_lines(number)) for number in range(1, draw(st.integers(0, 4)) + 1)]
    texts = tuple(draw(st.lists(text(80).filter(bool), max_size=2)))
    closing = draw(days)
    return statement(
        *lines,
        old=str(draw(amounts)),
        new_balance_date=closing,
        year=closing.year,
        holder=draw(text(26)),
        free_texts=texts,
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(statements(), min_size=1, max_size=2))
def test_what_is_written_is_read_back(several: list[BankStatement]) -> None:
    data = write_coda(several)
    assert {len(record) for record in data.split(b"\r\n")} == {128, 0}
    file = read_statement_file(data)
    assert list(file.statements) == several
    for one in file.statements:
        assert one.balanced
        assert one.old_balance + sum(each.amount for each in one.lines) == one.new_balance
        assert one.warnings == check(one) == ()


BASE = coda(
    statement(
        line(1, "-9.68", transaction_code="33537000", details=(line(1, "-9.68", transaction_code="83537006"),)),
        line(2, communication="Huur +++090/9337/55493+++", counterparty_name="IMMO", counterparty_account=ACCOUNT),
        line(3, structured_type="101", structured_reference="+++090/9337/55493+++"),
        line(4, structured_type="127", fields=(("creditor_id", "BE11ZZZ0712345678"), ("mandate_id", "M-1"))),
        free_texts=("Bericht",),
    )
)


def read_or_refused(data: bytes) -> list[tuple[str, int | None, int | None]]:
    """The sentences and places of what was odd or wrong."""
    try:
        file = read_statement_file(data)
    except FormatRefused as refusal:
        return [(refusal.message(), refusal.line, refusal.column)]
    return [(warning.message, warning.line, warning.column) for warning in file.all_warnings]


def survives(data: bytes) -> None:
    """Read or refused, quickly, and nothing else."""
    began = time.perf_counter()
    told = read_or_refused(data)
    assert all(sentence for sentence, _, _ in told)
    assert all((line or 1) >= 1 and (column or 1) >= 1 for _, line, column in told)
    assert time.perf_counter() - began < 1


@settings(deadline=None, max_examples=400)
@given(st.integers(0, len(BASE) - 1), st.integers(0, 255))
def test_one_changed_byte_is_read_or_refused(at: int, byte: int) -> None:
    survives(BASE[:at] + bytes([byte]) + BASE[at + 1 :])


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(BASE)), st.integers(0, len(BASE)), st.binary(max_size=40))
def test_anything_cut_out_or_put_in_is_read_or_refused(begin: int, end: int, extra: bytes) -> None:
    survives(BASE[: min(begin, end)] + extra + BASE[max(begin, end) :])


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=600) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    survives(data)
    survives(BASE[:128] + data)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(BASE) - 1))
def test_a_changed_amount_never_balances(at: int) -> None:
    """A digit of a booked amount or of a balance that changes is noticed."""
    record, column = divmod(at, 130)
    kind = BASE[record * 130 : record * 130 + 2]
    spans = {b"12": (43, 58), b"80": (42, 57), b"21": (32, 47)}
    begin, end = spans.get(kind, (0, 0))
    booked = kind != b"21" or BASE[record * 130 + 6 : record * 130 + 10] == b"0000"
    if not (begin <= column < end) or not booked:
        return
    digit = (BASE[at] - 48 + 1) % 10 + 48
    (one,) = read_statement_file(BASE[:at] + bytes([digit]) + BASE[at + 1 :]).statements
    assert one.balanced is False


def test_time_and_memory_grow_with_the_file_only() -> None:
    several = [
        statement(*[line(n, "1.00") for n in range(1, 201)], paper_sequence=f"{day:03d}", coda_sequence=f"{day:03d}")
        for day in range(1, 11)
    ]
    data = write_coda(several)
    began = time.process_time()
    assert sum(len(one.lines) for one in iter_coda(data)) == 2000
    once = time.process_time() - began
    began = time.process_time()
    assert sum(len(one.lines) for one in iter_coda(data * 8)) == 16000
    assert time.process_time() - began < 8 * once * 3 + 0.5


def test_hostile_sizes_are_refused_at_once() -> None:
    for data in (
        BASE[:130] + b"9" * (8 << 20),
        BASE[:390] + b" " * (8 << 20),
        BASE[:260] + BASE[260:390] * 20000,
        b"\n" * (4 << 20),
        b" " * (4 << 20) + BASE,
    ):
        survives(data)
