"""Single values out of UBL elements: strict where money and dates are concerned, with the line in
every refusal."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from invoicing.formats.ubl_types import Remark
from portal.kernel.errors import FormatRefused, gettext_noop
from portal.kernel.text import one_line
from portal.kernel.xml import Element, line_of, text_of

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"

# xsd:decimal. Python's Decimal would also take NaN, 1E9 and the digits of other scripts.
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_MAX_WHOLE_DIGITS = 12
_MAX_PLACES = 20
_CENT = Decimal("0.01")


class Remarks(list[Remark]):
    """The oddities found so far."""

    def note(self, rule: str, template: str, element: Element | None = None, **data: object) -> None:
        self.append(Remark(rule, template, data, line_of(element)))


def path(steps: str) -> str:
    """ElementPath for "Party/PartyName/@Name": a step with @ is a basic component, any other an
    aggregate."""
    return "/".join(CBC + step[1:] if step.startswith("@") else CAC + step for step in steps.split("/"))


def first(parent: Element | None, steps: str) -> Element | None:
    """The first element at `steps` below `parent`; None when there is none."""
    return None if parent is None else parent.find(path(steps))


def every(parent: Element | None, steps: str) -> list[Element]:
    """All elements at `steps` below `parent`, in document order."""
    return [] if parent is None else list(parent.iterfind(path(steps)))


def only(parent: Element, steps: str) -> Element | None:
    """As `first`, but FormatRefused (ubl.twice) when there are more: two totals are no total."""
    found = every(parent, steps)
    if len(found) > 1:
        raise FormatRefused(
            "ubl.twice",
            gettext_noop("%(name)s stands twice in the invoice."),
            line_of(found[1]),
            name=_name(found[1]),
        )
    return found[0] if found else None


def text(parent: Element | None, steps: str, limit: int = 500) -> str:
    """The cleaned text of the first element at `steps`; "" when absent."""
    return one_line(text_of(first(parent, steps)), limit)


def decimal(element: Element) -> Decimal:
    """An xsd:decimal. FormatRefused for NaN, exponents, digits of other scripts (ubl.amount) or too
    many digits."""
    raw = (element.text or "").strip(" \t\r\n")
    if not _DECIMAL.fullmatch(raw):
        raise FormatRefused(
            "ubl.amount",
            gettext_noop("“%(text)s” is not a number (%(name)s, line %(line)s)."),
            line_of(element),
            text=one_line(raw, 30),
            name=_name(element),
        )
    whole, _, places = raw.lstrip("+-").partition(".")
    if len(whole.lstrip("0")) > _MAX_WHOLE_DIGITS or len(places.rstrip("0")) > _MAX_PLACES:
        raise FormatRefused(
            "ubl.amount_size",
            gettext_noop("The number on line %(line)s (%(name)s) has too many digits."),
            line_of(element),
            name=_name(element),
        )
    value = Decimal(f"{raw.partition('.')[0]}.{places.rstrip('0') or '0'}")
    return value if value else Decimal(0)


def amount(element: Element, remarks: Remarks) -> Decimal:
    """An amount of money with two places. More decimals are rounded HALF_UP and remarked upon."""
    exact = decimal(element)
    with localcontext() as context:
        context.prec = 60
        rounded = exact.quantize(_CENT, ROUND_HALF_UP)
    if rounded != exact:
        remarks.note(
            "ubl.amount_places",
            gettext_noop("%(name)s has more than two decimals and was rounded to %(rounded)s."),
            element,
            name=_name(element),
            rounded=rounded,
        )
    return rounded if rounded else Decimal("0.00")


def optional_amount(parent: Element | None, steps: str, remarks: Remarks) -> Decimal | None:
    """The amount of the first element at `steps`; None when absent or empty."""
    element = first(parent, steps)
    return None if element is None or not text_of(element) else amount(element, remarks)


def optional_decimal(parent: Element | None, *choices: str) -> Decimal | None:
    """The number of the first of `choices` that is there; None when none is."""
    for steps in choices:
        element = first(parent, steps)
        if element is not None and text_of(element):
            return decimal(element)
    return None


def day(element: Element) -> date:
    """An xsd:date; a time zone is dropped. FormatRefused (ubl.date) for 30 February, the year 10000
    and other text."""
    match = _DATE.fullmatch(text_of(element))
    try:
        if match is None:
            raise ValueError("not an xsd:date")
        return date.fromisoformat(match[1])
    except ValueError:
        raise FormatRefused(
            "ubl.date",
            gettext_noop("“%(text)s” is not a date (%(name)s, line %(line)s)."),
            line_of(element),
            text=one_line(text_of(element), 30),
            name=_name(element),
        ) from None


def optional_day(parent: Element | None, *choices: str) -> date | None:
    """The date of the first of `choices` that is there; None when none is."""
    for steps in choices:
        element = first(parent, steps)
        if element is not None and text_of(element):
            return day(element)
    return None


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
