"""CODA as banks really send it: odd but readable is read with a warning, untrustworthy is refused at
its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bankfeeds.formats import FormatRefused, Information, iter_coda, read_statement_file
from bankfeeds.formats.rules import REFUSED, WARNINGS
from tests.formats.builders import ACCOUNT, DAY, coda, joined, line, put, records, statement


def rules(data: bytes) -> set[str]:
    return {warning.rule for warning in read_statement_file(data).all_warnings}


def refusal(data: bytes) -> FormatRefused:
    with pytest.raises(FormatRefused) as caught:
        read_statement_file(data)
    assert str(caught.value).strip()
    return caught.value


# ── Wrapping ──


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_usual_line_ends_give_no_warning(end: str) -> None:
    assert rules(coda(line_end=end)) == set()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda data: b"\xef\xbb\xbf" + data, "file.bom"),
        (lambda data: data.replace(b"\r\n", b"\r"), "file.line_ends_cr"),
        (lambda data: data.replace(b"\r\n", b""), "file.line_ends_none"),
        (lambda data: data.removesuffix(b"\r\n"), "file.no_final_newline"),
        (lambda data: data.replace(b" " * 64 + b"0\r\n9", b"\r\n9"), "coda.short_line"),
        (lambda data: data.replace(b"\r\n", b"   \r\n"), "coda.long_line"),
        (lambda data: data.replace(b"2\r\n1", b"2\r\n\r\n1"), "coda.blank_line"),
        (lambda data: data.replace(b"Zichtrekening", b"Zicht\x01rekenin"), "file.control_characters"),
        (lambda data: data.replace(b"Zichtrekening", b"Zicht\x8drekenin"), "file.undefined_characters"),
    ],
)
def test_odd_wrapping_is_read_with_a_warning(change, rule: str) -> None:
    two = [statement(line()), statement(line(), old="1100.00", paper_sequence="046", coda_sequence="046")]
    plain = read_statement_file(coda(*two)).statements
    file = read_statement_file(change(coda(*two)))
    assert rule in {warning.rule for warning in file.all_warnings}
    assert [one.lines for one in file.statements] == [one.lines for one in plain]


def test_leading_and_trailing_blank_lines_and_end_of_file_mark() -> None:
    file = read_statement_file(b"\r\n\r\n" + coda() + b"\r\n   \r\n\x1a")
    assert len(file.statements) == 1
    assert file.statements[0].lines[0].line_number == 5


def test_utf8_laid_out_in_bytes_keeps_its_columns() -> None:
    lines = records(coda(statement(line(counterparty_name="Cafe Emile", communication="Reduction fete"))))
    lines[2] = lines[2].replace("Reduction fete  ", "Réduction fête")
    lines[3] = lines[3].replace("Cafe Emile  ", "Café Émile")
    data = "".join(one + "\n" for one in lines).encode()
    file = read_statement_file(data)
    assert file.statements[0].lines[0].counterparty_name == "Café Émile"
    assert file.statements[0].lines[0].communication == "Réduction fête"
    assert file.all_warnings == ()


def test_version_is_found_when_the_first_line_lost_a_space() -> None:
    lines = records(coda())
    assert len(read_statement_file(joined([lines[0][:126] + "2", *lines[1:]])).statements) == 1


def test_other_unicode_line_separators_are_text() -> None:
    lines = records(coda(statement(line(communication="een twee"))))
    lines[2] = lines[2].replace("een twee", "een\u2028twee")
    file = read_statement_file("\n".join([*lines, ""]).encode())
    assert file.statements[0].lines[0].communication == "een twee"


# ── Blocks ──


def test_many_statements_of_many_accounts_in_one_file() -> None:
    several = [statement(line(), paper_sequence=f"{n:03d}", number=f"{n:03d}", coda_sequence="") for n in range(1, 6)]
    several[2] = replace(several[2], account="BE68539007547034")
    file = read_statement_file(coda(*several))
    assert [one.number for one in file.statements] == ["001", "002", "003", "004", "005"]
    assert [one.account for one in file.statements].count(ACCOUNT) == 4
    assert file.statements[1].line_number == 6
    assert list(iter_coda(coda(*several))) == list(file.statements)


def test_same_statement_twice_is_read_twice_with_a_warning() -> None:
    file = read_statement_file(coda() * 2)
    assert len(file.statements) == 2
    assert [warning.rule for warning in file.warnings] == ["coda.statement_twice"]
    other = coda(statement(line(amount="7.00")))
    assert rules(coda() + other) == {"coda.statement_number_twice"}


def test_missing_trailer_is_a_warning_when_the_closing_balance_is_there() -> None:
    lines = records(coda())
    assert rules(joined(lines[:-1])) == {"coda.no_trailer"}
    file = read_statement_file(joined(lines[:-1] + lines))
    assert len(file.statements) == 2


def test_missing_closing_balance_leaves_balanced_unknown() -> None:
    file = read_statement_file(coda(statement(line(), new_balance=None)))
    assert file.statements[0].balanced is None
    assert file.statements[0].new_balance is None
    assert rules(coda(statement(line(), new_balance=None))) == {"coda.no_closing"}


@pytest.mark.parametrize(
    ("change", "rule", "place"),
    [
        (lambda r: r[:3], "coda.truncated", (3, 1)),
        (lambda r: r[:1], "coda.truncated", (1, 128)),
        (lambda r: r[1:], "coda.no_header", (1, 1)),
        (lambda r: [r[0], *r[2:]], "coda.order", (2, 1)),
        (lambda r: [*r, r[1]], "coda.order", (6, 1)),
        (lambda r: [*r[:2], "22" + r[2][2:], *r[3:]], "coda.order", (3, 1)),
        (lambda r: [*r[:3], "22" + put(r[2][2:], 1, "0007"), *r[3:]], "coda.orphan", (4, 3)),
        (lambda r: [*r[:2], put(r[2], 7, "0001"), *r[3:]], "coda.orphan", (3, 3)),
        (lambda r: [*r[:3], r[2], *r[3:]], "coda.sequence_twice", (4, 3)),
        (lambda r: [*r[:3], "7" + r[2][1:], *r[3:]], "coda.record", (4, 1)),
        (lambda r: [*r[:4], r[2], *r[4:]], "coda.order", (5, 1)),
        (lambda r: [*r[:2], r[2][:60], *r[3:]], "coda.short", (3, 60)),
        (lambda r: [*r[:2], r[2] + r[3], *r[4:]], "coda.long", (3, 129)),
        (lambda r: [put(r[0], 128, " "), *r[1:]], "coda.no_version", (1, 128)),
        (lambda r: [put(r[0], 6, "310226"), *r[1:]], "coda.date", (1, 6)),
        (lambda r: [r[0], put(r[1], 2, "7"), *r[2:]], "coda.structure", (2, 2)),
        (lambda r: [r[0], put(r[1], 6, " " * 31), *r[2:]], "coda.account", (2, 6)),
        (lambda r: [r[0], put(r[1], 40, "E9R"), *r[2:]], "coda.currency", (2, 40)),
        (lambda r: [r[0], put(r[1], 43, "9"), *r[2:]], "coda.sign", (2, 43)),
        (lambda r: [r[0], put(r[1], 50, "x"), *r[2:]], "coda.amount", (2, 50)),
        (lambda r: [*r[:2], put(r[2], 4, "x"), *r[3:]], "coda.number", (3, 4)),
        (lambda r: [*r[:2], put(r[2], 32, " "), *r[3:]], "coda.sign", (3, 32)),
        (lambda r: [*r[:2], put(r[2], 40, "ABC"), *r[3:]], "coda.amount", (3, 40)),
        (lambda r: [*r[:2], put(r[2], 48, "320199"), *r[3:]], "coda.date", (3, 48)),
        (lambda r: [*r[:2], put(r[2], 116, "000126"), *r[3:]], "coda.date", (3, 116)),
        (lambda r: [*r[:3], put(r[3], 57, "-"), *r[4:]], "coda.amount", (4, 57)),
        (lambda r: [*r[:4], put(r[4], 17, "00000x")], "coda.number", (5, 22)),
    ],
)
def test_untrustworthy_files_are_refused_at_the_place(change, rule: str, place: tuple[int, int]) -> None:
    found = refusal(joined(change(records(coda()))))
    assert (found.rule, (found.line, found.column)) == (rule, place)


def test_arabic_digits_are_no_amount() -> None:
    lines = records(coda())
    lines[2] = put(lines[2], 33, "٠" * 15)
    assert refusal("\n".join(lines).encode()).rule == "coda.amount"


# ── Values ──


def test_amounts_keep_three_decimals_and_their_sign() -> None:
    (one,) = read_statement_file(coda(statement(line(1, "-0.005"), line(2, "12.5"), old="-3.10"))).statements
    assert [str(each.amount) for each in one.lines] == ["-0.005", "12.50"]
    assert (str(one.old_balance), str(one.new_balance)) == ("-3.10", "9.395")


def test_nothing_with_a_minus_is_nothing() -> None:
    lines = records(coda(statement(line(amount="0.00"))))
    lines[2] = put(lines[2], 32, "1")
    assert str(read_statement_file(joined(lines)).statements[0].lines[0].amount) == "0.00"


def test_dates_of_last_century_and_absent_dates() -> None:
    lines = records(coda())
    lines[1] = put(lines[1], 59, "311299")
    lines[2] = put(lines[2], 48, "000000")
    (one,) = read_statement_file(joined(lines)).statements
    assert one.old_balance_date == date(1999, 12, 31)
    assert one.lines[0].value_date is None
    assert one.lines[0].date == DAY
    lines[2] = put(lines[2], 116, "000000")
    (one,) = read_statement_file(joined(lines)).statements
    assert one.lines[0].date == date(2026, 3, 3)
    assert "coda.no_booking_date" in {warning.rule for warning in one.warnings}


def test_unbalanced_is_told_with_its_sums_and_not_refused() -> None:
    (one,) = read_statement_file(coda(statement(line(), new_balance=Decimal("5.00")))).statements
    assert one.balanced is False
    assert [(w.rule, w.message) for w in one.warnings] == [
        ("coda.unbalanced", "Old balance 1000.00 plus movements 100.00 is 1100.00, but the new balance is 5.00.")
    ]


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        (17, "000009", "coda.record_count"),
        (23, "0" * 14 + "9", "coda.debit_total"),
        (38, " " * 15, "coda.credit_total"),
    ],
)
def test_wrong_control_totals_are_told(column: int, text: str, rule: str) -> None:
    lines = records(coda())
    assert rules(joined([*lines[:-1], put(lines[-1], column, text)])) == {rule}


def test_record_count_with_or_without_free_texts() -> None:
    lines = records(coda(statement(line(), free_texts=("Een", "Twee"))))
    assert rules(joined(lines)) == set()
    assert rules(joined([*lines[:-1], put(lines[-1], 17, "000005")])) == set()
    assert rules(joined([*lines[:-1], put(lines[-1], 17, "000004")])) == {"coda.record_count"}


def test_several_of_one_warning_are_told_once_with_their_number() -> None:
    bad = [line(n, counterparty_account="BE00539007547034") for n in range(1, 4)]
    (one,) = read_statement_file(coda(statement(*bad))).statements
    (warning,) = one.warnings
    assert (warning.rule, warning.times, warning.line) == ("coda.counterparty_check", 3, 3)


def test_gap_in_the_numbers_and_details_that_do_not_add_up() -> None:
    parts = (line(2, "60.00", transaction_code="60150000"), line(2, "30.00", transaction_code="60150000"))
    several = statement(line(2, "100.00", transaction_code="20150000", details=parts))
    assert rules(coda(several)) == {"coda.sequence_gap", "coda.details"}


def test_closing_balance_of_another_account() -> None:
    lines = records(coda())
    assert rules(joined([*lines[:3], put(lines[3], 5, "BE68539007547034"), lines[4]])) == {"coda.account_differs"}


def test_duplicate_mark_is_told() -> None:
    assert rules(coda(statement(line(), duplicate=True))) == {"coda.marked_duplicate"}


# ── Accounts and counterparties ──


@pytest.mark.parametrize(
    ("structure", "account", "iban"),
    [
        ("0", "539007547034", "BE68539007547034"),
        ("0", "732XXXXXXXXX", ""),
        ("1", "123-99887766", ""),
        ("2", ACCOUNT, ACCOUNT),
        ("3", "NL91ABNA0417164300", "NL91ABNA0417164300"),
    ],
)
def test_four_kinds_of_account(structure: str, account: str, iban: str) -> None:
    (one,) = read_statement_file(coda(statement(line(), account=account, account_structure=structure))).statements
    assert (one.account, one.currency, one.iban) == (account, "EUR", iban)


def test_wrong_check_digits_of_the_account_are_told() -> None:
    assert rules(coda(statement(line(), account="BE00063956273525"))) == {"coda.account_check"}


@pytest.mark.parametrize(
    ("zone", "account", "iban"),
    [
        ("BE68539007547034", "BE68539007547034", "BE68539007547034"),
        ("BE68 5390 0754 7034", "BE68 5390 0754 7034", "BE68539007547034"),
        ("539007547034", "539007547034", "BE68539007547034"),
        ("0000000000000000", "", ""),
        ("123-99887766", "123-99887766", ""),
        ("BE68539007547034 EURNAME", "BE68539007547034", "BE68539007547034"),
    ],
)
def test_counterparty_accounts(zone: str, account: str, iban: str) -> None:
    lines = records(coda(statement(line(counterparty_name="X"))))
    lines[3] = put(lines[3], 11, zone.ljust(34))
    (one,) = read_statement_file(joined(lines)).statements[0].lines
    assert (one.counterparty_account, one.counterparty_iban) == (account, iban)


def test_long_names_come_from_the_information_record() -> None:
    name = "VERENIGING VOOR HET BEHOUD VAN OUDE BOEKEN EN KAARTEN"
    (one,) = read_statement_file(coda(statement(line(counterparty_name=name)))).statements[0].lines
    assert one.counterparty_name == name
    assert one.information == (Information("001", name, (("name", name),)),)


def test_identity_prefers_the_coded_number() -> None:
    assert statement().identity == (ACCOUNT, 2026, "045")
    assert statement(coda_sequence="000").identity == (ACCOUNT, 2026, "045")
    assert statement(paper_sequence="000", coda_sequence="012").identity == (ACCOUNT, 2026, "012")


# ── Sentences ──


def test_every_rule_has_a_sentence() -> None:
    for sentence in (*REFUSED.values(), *WARNINGS.values()):
        assert sentence.endswith(".")
        assert "%%" not in sentence
