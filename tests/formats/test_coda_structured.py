"""Coded communications and information records, and what transaction codes say."""

from __future__ import annotations

import pytest

from bankfeeds.formats import describe_transaction_code, read_statement_file
from bankfeeds.formats.coda import describe_family, describe_structured, structured
from bankfeeds.formats.coda.codes import _table
from bankfeeds.formats.references import belgian_iban, is_iban, is_ogm, is_rf, ogm_in_text
from tests.formats.builders import coda, line, statement


def told(data: str) -> structured.Structured:
    return structured.communication(data.ljust(149))


def test_structured_communication_is_written_the_way_people_do() -> None:
    assert told("101090933755493") == ("101", "+++090/9337/55493+++", "+++090/9337/55493+++", (), "")
    assert told("102090933755493").reference == "+++090/9337/55493+++"
    assert told("101090933755493" + " " * 41 + "dank u").text == "+++090/9337/55493+++ dank u"


def test_wrong_check_digits_stay_text_and_are_told() -> None:
    wrong = told("101090933755494")
    assert (wrong.text, wrong.reference, wrong.bad_reference) == ("090933755494", "", "090933755494")
    assert told("101000000000000").bad_reference == ""
    lines = [line(structured_type="101", communication="090933755494")]
    (one,) = read_statement_file(coda(statement(*lines))).statements
    assert [w.rule for w in one.warnings] == ["coda.reference_check"]
    assert one.lines[0].communication == "090933755494"


def test_creditor_reference() -> None:
    assert told("100RF18539007547034") == (
        "100",
        "RF18539007547034",
        "RF18539007547034",
        (("reference", "RF18539007547034"),),
        "",
    )
    assert told("100RF19539007547034").reference == ""
    assert told("100RF19539007547034").bad_reference == "RF19539007547034"


@pytest.mark.parametrize(
    ("data", "text", "part"),
    [
        ("103000123456789", "000123456789", ("number", "000123456789")),
        ("104000000000012340", "12.34 EUR", ("euro_amount", "12.34")),
        (
            "105000000000100000000000000110000001100000000USD090933755493US000000000100000",
            "110.00 USD × 11",
            ("original_currency", "USD"),
        ),
        ("106000000000005360000000000025500002100000000" + "2", "21 % × 25.50 = 5.36", ("percentage", "21")),
        (
            "107000012345678010326" + "ELECTRICITEIT".ljust(30) + "0",
            "ELECTRICITEIT 000012345678",
            ("collected_on", "2026-03-01"),
        ),
        ("108" + "000000000001000" * 2 + "000100000000" + "010126310326", "01/01/2026 31/03/2026", ("percentage", "1")),
        (
            "111" + "1123456001000001010326000009020326" + "1" + "BAKKERIJ".ljust(16) + "GENT".ljust(10),
            "BAKKERIJ GENT 01/03/2026 02/03/2026",
            ("terminal", "123456"),
        ),
        (
            "113"
            + "6703042012345678"
            + "1012345000123"
            + "2802261428"
            + "1"
            + "KANTOORSHOP".ljust(16)
            + "GENT".ljust(10),
            "KANTOORSHOP GENT 28/02/2026 14:28 6703042012345678",
            ("time", "14:28"),
        ),
        (
            "114" + "1123456001000001" + "0103260915" + "1" + "BAKKERIJ".ljust(16) + "GENT".ljust(10) + "TICKET 7",
            "BAKKERIJ GENT 01/03/2026 09:15",
            ("reference", "TICKET 7"),
        ),
        (
            "115" + "6703042012345678" + "1012345000123" + "2802262359",
            "28/02/2026 23:59 6703042012345678",
            ("terminal", "012345"),
        ),
        ("123" + "010126310126" + "000000000100000", "01/01/2026 31/01/2026 100.00", ("base", "100.00")),
        (
            "124" + "670304201234".ljust(20) + "1" + "F2026001".ljust(12) + "ID7".ljust(15) + "280226",
            "670304201234 F2026001 ID7 28/02/2026",
            ("day", "2026-02-28"),
        ),
        ("126" + "TERMIJN 1".ljust(15) + "000001000000000", "TERMIJN 1 1000000.00", ("deposit", "TERMIJN 1")),
        (
            "127010326110" + "BE11ZZZ0712345678".ljust(35) + "M-0001".ljust(35) + "Abonnement",
            "Abonnement",
            ("mandate_id", "M-0001"),
        ),
        (
            "127010326110" + "BE11ZZZ0712345678".ljust(35) + "M-0001".ljust(35),
            "M-0001 BE11ZZZ0712345678",
            ("scheme", "1"),
        ),
    ],
)
def test_types_of_record_21(data: str, text: str, part: tuple[str, str]) -> None:
    found = told(data)
    assert found.text == text
    assert part in found.fields


def test_exchange_carries_a_reference() -> None:
    assert told("105" + "0" * 15 + "0" * 15 + "0" * 12 + "USD" + "090933755493").reference == "+++090/9337/55493+++"


@pytest.mark.parametrize("kind", ["112", "120", "121", "122", "125"])
def test_types_without_a_layout_are_text(kind: str) -> None:
    assert told(f"{kind}ANY   WORDS").text == "ANY WORDS"


def test_unknown_types_keep_all_their_characters() -> None:
    assert told("199ANY WORDS").text == "199ANY WORDS"
    assert structured.information("099SOMETHING").text == "099SOMETHING"


def test_rubbish_in_a_coded_part_is_left_out() -> None:
    assert told("113" + "?" * 40).fields == (("card", "?" * 16), ("terminal", "?" * 6), ("number", "?" * 6))
    assert told("106" + "x" * 60).fields == ()
    assert told("106" + "x" * 60).text == "x" * 60


@pytest.mark.parametrize(
    ("data", "text", "part"),
    [
        (
            "001" + "JANSSENS".ljust(70) + "Molenstraat 1".ljust(35) + "9000 Gent".ljust(35) + "ID",
            "JANSSENS Molenstraat 1 9000 Gent ID",
            ("town", "9000 Gent"),
        ),
        ("002Nieuwe voorwaarden", "Nieuwe voorwaarden", ("message", "Nieuwe voorwaarden")),
        ("004" + "BANK X".ljust(70) + "London", "BANK X London", ("bank", "BANK X")),
        ("005" + "BANK Y".ljust(70), "BANK Y", ("bank", "BANK Y")),
        ("006" + "KOSTEN".ljust(30) + "EUR" + "000000000001500" + "1" + "006", "KOSTEN -1.50 EUR", ("category", "006")),
        ("007" + "0000010" + "005000" + "000000000500000", "0000010 005000 500.00", ("total", "500.00")),
        ("008" + "UITEINDELIJK".ljust(70) + "ID8", "UITEINDELIJK ID8", ("name", "UITEINDELIJK")),
        ("009" + "OPDRACHTGEVER".ljust(70), "OPDRACHTGEVER", ("name", "OPDRACHTGEVER")),
        ("010AANDELEN", "AANDELEN", ("message", "AANDELEN")),
        ("011COUPONS", "COUPONS", ("message", "COUPONS")),
    ],
)
def test_types_of_record_31(data: str, text: str, part: tuple[str, str]) -> None:
    found = structured.information(data.ljust(268))
    assert found.text == text
    assert part in found.fields


@pytest.mark.parametrize("kind", sorted(structured.COMMUNICATIONS))
def test_packing_is_the_opposite_of_reading(kind: str) -> None:
    samples = {"text": "AB", "digits": "7", "amount": "5.36", "rate": "21.5", "day": "2026-02-28", "time": "14:28"}
    values = {}
    for name, length, what in structured.COMMUNICATIONS[kind]:
        values[name] = samples[what].zfill(length) if what == "digits" else samples[what]
    if kind in ("101", "102"):
        assert structured.pack(kind, {"reference": "090933755493"}) == f"{kind}090933755493"
    else:
        assert dict(told(structured.pack(kind, values)).fields) == values


def test_free_text_and_records_31_make_one_communication() -> None:
    long = " ".join(f"woord{n:03d}" for n in range(80))
    (one,) = read_statement_file(coda(statement(line(communication=long)))).statements[0].lines
    assert one.communication == long


def test_reference_with_its_signs_in_free_text() -> None:
    for text in ("uw factuur +++090/9337/55493+++ dank", "***090/9337/55493***"):
        (one,) = read_statement_file(coda(statement(line(communication=text)))).statements[0].lines
        assert one.structured_reference == "+++090/9337/55493+++"
        assert one.communication == text
    assert ogm_in_text("+++090/9337/55494+++") == ""


def test_direct_debit_gives_creditor_and_mandate() -> None:
    fields = (
        ("creditor_id", "BE11ZZZ0712345678"),
        ("mandate_id", "M-1"),
        ("return_kind", "1"),
        ("return_reason", "AM04"),
    )
    one = line(structured_type="127", fields=fields)
    (read,) = read_statement_file(coda(statement(one))).statements[0].lines
    assert (read.creditor_id, read.mandate_id, read.return_reason) == ("BE11ZZZ0712345678", "M-1", "AM04")


def test_check_digits() -> None:
    assert is_ogm("090933755493")
    assert not is_ogm("000000000000")
    assert not is_ogm("09093375549")
    assert is_rf("RF18539007547034")
    assert is_iban("NL91ABNA0417164300")
    assert not is_iban("BE69539007547034")
    assert belgian_iban("539007547034") == "BE68539007547034"
    assert belgian_iban("539007547035") == ""
    assert belgian_iban("000000000000") == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "Overschrijving te uwen gunste"), ("fr", "Virement en votre faveur"), ("en", "Transfer in your favour")],
)
def test_transaction_codes_in_three_languages(language: str, text: str) -> None:
    assert describe_transaction_code("00150000", language).lower().startswith(text.lower())


def test_transaction_codes_that_are_unknown() -> None:
    assert describe_transaction_code("00499011", "en").endswith("· VAT")
    assert describe_transaction_code("00488000", "nl") == "Kaarten"
    assert describe_transaction_code("09999000", "fr") == "Opération 09999000"
    assert describe_transaction_code("", "xx") == "Transaction"
    assert describe_family("00488000", "fr") == "Cartes"
    assert describe_structured("127", "nl") == "Europese domiciliëring"
    assert describe_structured("001", "fr", record="31") == "Données de la contrepartie"


@pytest.mark.parametrize(
    ("table", "keys"), [("operations", 2), ("families", 1), ("categories", 1), ("structured", 2), ("types", 1)]
)
def test_tables_are_complete_in_three_languages(table: str, keys: int) -> None:
    rows = _table(table, keys)
    assert rows
    assert all(name.strip() for names in rows.values() for name in names.values())


def test_tables_name_every_type_that_is_read() -> None:
    named = _table("structured", 2)
    assert {kind for record, kind in named if record == "21"} == {*structured.COMMUNICATIONS, *structured.PLAIN}
    assert {kind for record, kind in named if record == "31"} == set(structured.INFORMATION)


@pytest.mark.parametrize("table", ["operations", "families", "categories", "structured"])
def test_tables_are_written_in_whole_words(table: str) -> None:
    slips = ("euro zone", "correction (crédit)", " ogv", " sbf", "portemonnaie", "idem ", "doc. ")
    for names in _table(table, 1 if table in ("families", "categories") else 2).values():
        for name in names.values():
            assert name[0].isupper() or name[0].isdigit(), name
            assert not any(slip in name.lower() for slip in slips), name


def test_paying_by_card_in_the_euro_zone() -> None:
    assert describe_transaction_code("00402000", "fr") == "Paiement par carte de débit dans la zone euro"
    assert describe_transaction_code("00149000", "fr") == "Annulation ou correction"
