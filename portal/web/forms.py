"""Form fields of the house: amounts and days as people type them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.clock import today
from portal.kernel.ids import BadIban, BadIdentifier, parse_enterprise_number, parse_iban
from portal.kernel.money import BadAmount, parse_amount
from portal.kernel.text import one_line


class AmountField(forms.CharField):
    """An amount as typed: "1.234,56", "1234.56", "€ 169,69". Cleans to a Decimal with two places, or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Decimal | None:  # a text field that cleans to money
        """Read the amount, or say how to type one."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(text)
        except BadAmount as bad:
            raise forms.ValidationError(_("Type an amount like 1.234,56.")) from bad


class PersonNameField(forms.CharField):
    """The name of a person: one line, without characters that lie to the eye or break a header."""

    def to_python(self, value: Any) -> str:
        """Straighten the name before it is held against the rules: nothing but blanks is no name."""
        return one_line(super().to_python(value) or "", 1000)


class DayField(forms.CharField):
    """A day as typed: "6/3", "06-03-26", "6.3.2026", "2026-03-06", "vandaag". Cleans to a date, or None."""

    YEARS = range(1970, 2100)  # "0026" is a slip of the finger
    WORDS = {"vandaag": 0, "today": 0, "aujourd'hui": 0, "gisteren": -1, "yesterday": -1, "hier": -1}

    def clean(self, value: Any) -> date | None:  # a text field that cleans to a day
        """Read the day, or say how to type one."""
        text = super().clean(value).strip().lower()
        if not text:
            return None
        if text in self.WORDS:
            return today() + timedelta(days=self.WORDS[text])
        for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d-%m-%y"):
            try:
                day = datetime.strptime(text.replace("/", "-").replace(".", "-"), pattern).date()  # noqa: DTZ007
            except ValueError:
                continue
            if day.year in self.YEARS:
                return day
        return self._without_year(text)

    def _without_year(self, text: str) -> date:
        try:
            day, month = (int(part) for part in text.replace("/", "-").replace(".", "-").split("-"))
            return date(today().year, month, day)
        except ValueError as bad:
            raise forms.ValidationError(_("Type a day like 6-3-2026.")) from bad


class IbanField(forms.CharField):
    """An IBAN, with or without spaces; cleans to the bare form, check digits verified."""

    def clean(self, value: Any) -> str:
        """Read the IBAN."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_iban(text)
        except BadIban as bad:
            raise forms.ValidationError(_("This is not a valid IBAN: a digit is wrong or missing.")) from bad


class EnterpriseNumberField(forms.CharField):
    """A KBO or VAT number; cleans to ten digits, check digits verified. With `country` "NL" a KVK number of eight."""

    country = "BE"

    def clean(self, value: Any) -> str:
        """Read the number."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_enterprise_number(text, self.country)
        except BadIdentifier as bad:
            raise forms.ValidationError(_("This number does not exist: a digit is wrong or missing.")) from bad
