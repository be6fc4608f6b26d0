"""Money to the cent: rounding, exact split, VAT, and what people type."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import (
    MAX_CENTS,
    BadAmount,
    cents,
    euros,
    parse_amount,
    round_cents,
    split,
    vat_from_gross,
    vat_from_net,
)

whole_cents = st.integers(-(10**12), 10**12)
rates = st.sampled_from([0, 6, 9, 12, 21, Decimal("5.5")])
weights = st.lists(st.one_of(st.integers(0, 10**6), st.decimals(0, 10**6, places=3)), min_size=1, max_size=12).filter(
    any
)


@given(st.integers(-MAX_CENTS, MAX_CENTS))
def test_cents_and_euros_are_each_others_inverse(amount):
    assert cents(euros(amount)) == amount
    assert euros(amount).as_tuple().exponent == -2


@pytest.mark.parametrize("bad", ["0.001", "NaN", "sNaN", "Infinity", "1E20"])
def test_cents_refuses_what_is_no_amount(bad):
    with pytest.raises(ValueError):
        cents(Decimal(bad))


@pytest.mark.parametrize("bad", [1.5, True, "1", Decimal(1)])
def test_euros_takes_only_whole_cents(bad):
    with pytest.raises(TypeError):
        euros(bad)


@given(st.decimals(-(10**9), 10**9, places=5))
def test_round_cents_is_half_up(amount):
    assert round_cents(amount) == amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("0.0049999999999", "0.00")],
)
def test_ties_go_away_from_zero(amount, rounded):
    assert str(round_cents(Decimal(amount))) == rounded


@given(whole_cents, weights)
def test_split_is_exact_and_fair(total_cents, parts):
    total = euros(total_cents)
    shares = split(total, parts)
    assert sum(shares) == total
    assert len(shares) == len(parts)
    whole = sum(Decimal(part) for part in parts)
    for share, part in zip(shares, parts, strict=True):
        assert abs(share * whole - total * part) < Decimal("0.0100001") * whole
        assert share * total >= 0


def test_split_gives_the_odd_cent_to_the_earlier_part():
    assert split(Decimal("100.00"), [1, 1, 1]) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert split(Decimal("-0.01"), [1, 1]) == [Decimal("-0.01"), Decimal("0.00")]


@pytest.mark.parametrize("parts", [[], [0, 0], [1, -1], [Decimal("-1"), 3]])
def test_split_refuses_senseless_weights(parts):
    with pytest.raises(ValueError):
        split(Decimal("1.00"), parts)


@given(whole_cents, rates)
def test_vat_from_gross_and_net_agree(net_cents, rate):
    net = euros(net_cents)
    vat = vat_from_net(net, rate)
    assert abs(vat_from_gross(net + vat, rate) - vat) <= Decimal("0.01")
    assert vat_from_net(-net, rate) == -vat


def test_vat_examples():
    assert vat_from_net(Decimal("140.24"), 21) == Decimal("29.45")
    assert vat_from_gross(Decimal("169.69"), 21) == Decimal("29.45")
    assert vat_from_net(Decimal("0.50"), 21) == Decimal("0.11")
    with pytest.raises(ValueError):
        vat_from_net(Decimal(1), 121)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("169,69", "169.69"),
        ("169.69", "169.69"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u202f234\u202f567,8", "1234567.80"),
        ("1.234.567", "1234567.00"),
        ("€ 169,69", "169.69"),
        ("169,69\u00a0€", "169.69"),
        ("EUR 12", "12.00"),
        ("−4,50", "-4.50"),
        ("€ −4,50", "-4.50"),
        ("-€4,50", "-4.50"),
        ("+7", "7.00"),
        ("0,05", "0.05"),
        (" 12 \n", "12.00"),
    ],
)
def test_amounts_people_write(text, amount):
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "€", "NaN", "Infinity", "1E9", "1e2", "١٢٣", "１２", "1.234", "1,234", "12,345",
        "1.23.45", "1.2345,6", "1234.567,89", "1.234.56", "0.123,45", "--4", "- -4", "-€-4", "€4€",
        "4-", "(4)", "4,", ",5", "1_000", "0x10", "$4", "4\n5", "1 23", "1" * 16, "9" * 200, "1'0",
    ],
)  # fmt: skip
def test_unclear_amounts_are_refused(text):
    with pytest.raises(BadAmount):
        parse_amount(text)


@given(st.text(max_size=50))
def test_any_text_is_an_amount_or_refused(text):
    try:
        amount = parse_amount(text)
    except BadAmount:
        return
    assert amount.as_tuple().exponent == -2
    assert text.isascii() or set(text) & set("€−\u00a0\u202f\u2009")


@given(whole_cents)
def test_what_we_would_write_reads_back(amount_cents):
    amount = euros(amount_cents)
    plain = str(amount)
    grouped = f"{amount:,}".replace(",", " ").replace(".", ",").replace("-", "−")
    assert parse_amount(plain) == amount
    assert parse_amount(grouped) == amount
