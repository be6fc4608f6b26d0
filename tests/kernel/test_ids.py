"""Company, account and payment identifiers."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import ids


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0806153934", "0806153934"),
        ("0477.472.701", "0477472701"),
        ("BE 0428.759.497", "0428759497"),
        ("428759497", "0428759497"),
        ("be0428759497", "0428759497"),
    ],
)
def test_belgian_enterprise_numbers(text, canonical):
    assert ids.parse_enterprise_number(text, "BE") == canonical


@pytest.mark.parametrize("text", ["", "0806153935", "2806153934", "0000000097", "080615393", "٠٨٠٦١٥٣٩٣٤", "x" * 90])
def test_wrong_enterprise_numbers(text):
    with pytest.raises(ids.BadIdentifier):
        ids.parse_enterprise_number(text, "BE")
    assert not ids.is_enterprise_number(text, "BE")


def test_kvk():
    assert ids.parse_enterprise_number("KvK 6834 6334", "NL") == "68346334"
    assert not ids.is_enterprise_number("00000000", "NL")
    with pytest.raises(ValueError):
        ids.parse_enterprise_number("1", "FR")


@pytest.mark.parametrize(
    ("text", "country", "canonical"),
    [
        ("BE 0428.759.497", "", "BE0428759497"),
        ("0428.759.497", "BE", "BE0428759497"),
        ("NL4495445B01", "", None),
        ("NL004495445B01", "", "NL004495445B01"),
        ("nl 0044.95.445.B.01", "", "NL004495445B01"),
        ("NL000099998B57", "", "NL000099998B57"),  # sole trader, mod 97-10
        ("NL000099998B58", "", None),
        ("NL123456789B13", "", "NL123456789B13"),
        ("DE136695976", "", "DE136695976"),
        ("EL 094259216", "", "EL094259216"),
        ("BE0428759498", "", None),
        ("0428.759.497", "", None),
        ("FRABCDEF", "", None),
    ],
)
def test_vat_numbers(text, country, canonical):
    if canonical is None:
        assert not ids.is_vat_number(text, country)
    else:
        assert ids.parse_vat_number(text, country) == canonical


def test_ibans():
    assert ids.parse_iban("BE70 0639 5627 3525") == "BE70063956273525"
    assert ids.parse_iban("nl91abna0417164300") == "NL91ABNA0417164300"
    assert ids.is_iban("BE68539007547034")  # a bank that no list knows (any more)
    for bad in ["BE71 0639 5627 3525", "BE70063956273526", "", "NL91ABNA041716430", "１２"]:
        assert not ids.is_iban(bad)


def test_display():
    assert ids.display_enterprise_number("0712345678") == "0712.345.678"
    assert ids.display_vat_number("BE0712345678") == "BE\u00a00712.345.678"
    assert ids.display_vat_number("NL123456789B01") == "NL\u00a0123456789B01"
    assert ids.display_iban("BE70063956273525") == "BE70 0639 5627 3525"
    assert ids.display_ogm("010806817183") == "+++010/8068/17183+++"
    assert ids.display_rf("RF18539007547034") == "RF18 5390 0754 7034"


@pytest.mark.parametrize(
    "text",
    [
        "+++010/8068/17183+++",
        "***010/8068/17183***",
        "010806817183",
        "010 8068 17183",
        " 010/8068/17183 ",
    ],
)
def test_ogm_in_its_shapes(text):
    assert ids.parse_ogm(text) == "010806817183"


@pytest.mark.parametrize("text", ["", "010806817184", "+++010/8068/1718+++", "RF18539007547034", "0" * 12])
def test_wrong_ogm(text):
    assert not ids.is_ogm(text)


@given(st.integers(0, 10**10 - 1))
def test_a_made_ogm_holds_and_no_digit_may_change(base):
    ogm = ids.make_ogm(base)
    assert ids.parse_ogm(ids.display_ogm(ogm)) == ogm
    assert ids.find_ogms(f"factuur 12, {ids.display_ogm(ogm)} dank u") == (ogm,)
    changed = str((int(ogm[4]) + 1) % 10)
    assert not ids.is_ogm(ogm[:4] + changed + ogm[5:])


@given(st.from_regex(r"[A-Z0-9]{1,21}", fullmatch=True))
def test_a_made_rf_holds(reference):
    assert ids.is_rf(ids.make_rf(reference))


def test_rf_example():
    assert ids.parse_rf("RF18 5390 0754 7034") == "RF18539007547034"
    assert not ids.is_rf("RF19539007547034")


@given(st.text(max_size=40))
def test_any_text_is_answered(text):
    for parser in (ids.parse_vat_number, ids.parse_iban, ids.parse_ogm, ids.parse_rf):
        with suppress(ids.BadIdentifier):
            assert parser(text).isascii()
