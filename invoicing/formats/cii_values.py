"""The tree of a CII invoice under the names of D16B, whichever release wrote it, and single values out of it.

ZUGFeRD 1.0 is an older release of the same message under other names; Factur-X, ZUGFeRD 2.x and XRechnung are D16B.
Names carry no namespace once the root is known: what a stranger's element says is not looked for.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from invoicing.formats.ubl_values import Remarks, amount, decimal
from portal.kernel.errors import FormatRefused, gettext_noop
from portal.kernel.text import one_line
from portal.kernel.xml import Element, line_of, text_of

_D16B = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
_ZUGFERD_1 = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"
_ORDER = "{urn:un:unece:uncefact:data:standard:SCRDMCCBDACIOMessageStructure:100}SCRDMCCBDACIOMessageStructure"
_SUMMATION = "SpecifiedTradeSettlementMonetarySummation"
_OLDER = {
    "SpecifiedExchangedDocumentContext": "ExchangedDocumentContext",
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedSupplyChainTradeAgreement": "SpecifiedLineTradeAgreement",
    "SpecifiedSupplyChainTradeDelivery": "SpecifiedLineTradeDelivery",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedLineTradeSettlement",
    "ApplicablePercent": "RateApplicablePercent",
}
# UNTDID 2379: 102 = 20180305, the only form EN 16931 allows; older programs also write 203 (with the time of day).
_FORMATS = {"102": "%Y%m%d", "203": "%Y%m%d%H%M", "": "%Y%m%d"}
_DIGITS = re.compile(r"[0-9]{8}(?:[0-9]{4})?")


def is_cii(root: Element) -> bool:
    """Whether this is the root of a CII invoice: D16B, or ZUGFeRD 1.0."""
    return root.tag in (_D16B, _ZUGFERD_1)


def is_order(root: Element) -> bool:
    """Whether this is the root of an order (Order-X) and not of an invoice."""
    return bool(root.tag == _ORDER)


def plain(root: Element) -> Element:
    """The same tree, its elements renamed to the names of D16B without namespaces."""
    older = root.tag == _ZUGFERD_1
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if older:
            name = _OLDER.get(name, name)
            if name == _SUMMATION:
                parent = element.getparent()
                at = "Line" if parent is not None and parent.tag == "SpecifiedLineTradeSettlement" else "Header"
                name = f"SpecifiedTradeSettlement{at}MonetarySummation"
        element.tag = name
    return root


def first(parent: Element | None, steps: str) -> Element | None:
    """The first element at `steps` ("A/B") below `parent`; None when there is none."""
    return None if parent is None else parent.find(steps)


def every(parent: Element | None, steps: str) -> list[Element]:
    """All elements at `steps` below `parent`, in document order."""
    return [] if parent is None else list(parent.iterfind(steps))


def required(parent: Element, steps: str) -> Element:
    """The one element at `steps`. FormatRefused (cii.missing, cii.twice) for none, an empty one, or two."""
    found = parent.findall(steps)
    name = steps.rpartition("/")[2]
    if not found or (not len(found[0]) and not text_of(found[0])):
        raise FormatRefused("cii.missing", gettext_noop("%(name)s is missing."), line_of(parent), name=name)
    if len(found) > 1:
        raise FormatRefused(
            "cii.twice", gettext_noop("%(name)s stands twice in the invoice."), line_of(found[1]), name=name
        )
    return found[0]


def text(parent: Element | None, steps: str, limit: int = 500) -> str:
    """The cleaned text of the first element at `steps`; "" when absent."""
    return one_line(text_of(first(parent, steps)), limit)


def optional_amount(parent: Element | None, steps: str, remarks: Remarks) -> Decimal | None:
    """The amount of the first element at `steps`; None when absent or empty."""
    element = first(parent, steps)
    return None if element is None or not text_of(element) else amount(element, remarks)


def optional_decimal(parent: Element | None, steps: str) -> Decimal | None:
    """The number of the first element at `steps`; None when absent or empty."""
    element = first(parent, steps)
    return None if element is None or not text_of(element) else decimal(element)


def day(element: Element) -> date:
    """A date as UNTDID 2379 writes it. FormatRefused (cii.date) for what is no day of the calendar."""
    written = text_of(element)
    try:
        if not _DIGITS.fullmatch(written):
            raise ValueError("not a date of UNTDID 2379")
        return datetime.strptime(written, _FORMATS[element.get("format", "")]).date()  # noqa: DTZ007
    except (ValueError, KeyError):
        raise FormatRefused(
            "cii.date",
            gettext_noop("“%(text)s” is not a date (%(name)s, line %(line)s)."),
            line_of(element),
            text=one_line(written, 30),
            name=str(element.tag),
        ) from None


def optional_day(parent: Element | None, *choices: str) -> date | None:
    """The date of the first of `choices` that is there; None when none is."""
    for steps in choices:
        element = first(parent, steps)
        if element is not None and text_of(element):
            return day(element)
    return None
