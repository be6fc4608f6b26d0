"""Amounts, days and numbers as people type them, and a firm's colour that stays readable."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.forms import ValidationError
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.accountant.forms import amount_text
from portal.kernel.formatting import format_money
from portal.web.color import brand_css, contrast, luminance, readable
from portal.web.forms import AmountField, DayField, EnterpriseNumberField, IbanField

cents = st.integers(-(10**11), 10**11).map(lambda number: Decimal(number).scaleb(-2))
days = st.dates(date(2000, 1, 1), date(2068, 12, 31))


@settings(max_examples=150, deadline=None)
@given(cents)
def test_an_amount_as_we_show_it_is_read_back(amount):
    field = AmountField()
    assert field.clean(str(amount)) == amount
    assert field.clean(amount_text(amount)) == amount
    for language in ("nl", "fr", "en-gb"):
        assert field.clean(format_money(amount, language)) == amount


def cleaned(field, text):
    """What a field makes of a text; None when it refuses it, with a sentence."""
    try:
        return field.clean(text)
    except ValidationError as refused:
        if not refused.messages:
            raise
        return None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_refused_with_an_example(text):
    found = cleaned(AmountField(required=False), text)
    assert found is None or found.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1.234,56", "1234.56"), ("1234.56", "1234.56"), ("€ 169,69", "169.69"), ("-12", "-12.00"), ("12,5", "12.50")],
)
def test_amounts_people_type(typed, amount):
    assert AmountField().clean(typed) == Decimal(amount)


@settings(max_examples=150, deadline=None)
@given(days, st.sampled_from(["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%y", "%d/%m/%y"]))
def test_a_day_in_every_usual_shape(day, shape):
    assert DayField().clean(day.strftime(shape)) == day


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_day_or_refused_with_an_example(text):
    found = cleaned(DayField(required=False), text)
    assert found is None or isinstance(found, date)


def test_days_in_words_and_without_a_year(clock):
    field = DayField()
    assert field.clean("Vandaag") == field.clean("today") == field.clean("aujourd'hui") == clock.today
    assert field.clean("gisteren") == field.clean("hier") == clock.today - timedelta(days=1)
    assert field.clean("6/3") == field.clean("6-3") == field.clean("06.03") == date(2026, 3, 6)
    assert field.clean("6/3/26") == date(2026, 3, 6)
    for bad in ("31-2", "6", "6/3/1", "1/2/3/4", "13/13/2026", "0/0", "6-3-0026", "6-3-9999"):
        with pytest.raises(ValidationError):
            field.clean(bad)
    assert DayField(required=False).clean("") is None


def test_account_and_enterprise_numbers():
    assert IbanField().clean("BE70 0639 5627 3525") == "BE70063956273525"
    assert IbanField(required=False).clean("") == ""
    assert EnterpriseNumberField().clean("BE 0712.345.630") == "0712345630"
    for field, bad in ((IbanField(), "BE70 0639 5627 3526"), (EnterpriseNumberField(), "0712345631")):
        with pytest.raises(ValidationError):
            field.clean(bad)


colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@settings(max_examples=200, deadline=None)
@given(colors)
def test_every_colour_of_a_firm_stays_readable(color):
    css = brand_css(color)
    pairs = dict(part.split(":light-dark(") for part in css[len(":root{--") : -2].split(";--"))
    pairs = {name: shades.rstrip(");").split(",") for name, shades in pairs.items()}
    (light, dark), (on_light, on_dark) = pairs["accent"], pairs["on-accent"]
    assert contrast(light, "#FFFFFF") >= 4.5
    assert contrast(light, on_light) >= 4.5
    assert contrast(dark, "#141D1B") >= 4.5
    assert contrast(dark, on_dark) >= 4.5
    hover_light, hover_dark = pairs["accent-hover"]
    assert contrast(hover_light, on_light) >= 4.5
    assert contrast(hover_dark, on_dark) >= 4.5


@settings(max_examples=100, deadline=None)
@given(colors, colors)
def test_contrast_is_a_ratio(one, other):
    assert 1 <= contrast(one, other) <= 21.001
    assert contrast(one, other) == contrast(other, one)
    assert 0 <= luminance(one) <= 1


@given(colors)
def test_a_readable_colour_is_left_alone(color):
    assume(contrast(color, "#FFFFFF") >= 4.5)
    assert readable(color, "#FFFFFF", lighter=False) == color
