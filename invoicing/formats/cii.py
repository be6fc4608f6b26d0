"""Reads CII invoices (UN/CEFACT): Factur-X, ZUGFeRD 1.0 and 2.x, XRechnung. The values are those of the UBL reader.

As strict as that one: what money, dates or identity hang on is read or refused, what merely looks odd is remarked
upon. Sources: EN 16931-1 with CEN/TS 16931-3-3; Factur-X 1.0.07 for the profiles MINIMUM and BASIC WL, which carry
no lines.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from invoicing.formats.cii_parties import read_accounts, read_party
from invoicing.formats.cii_values import (
    day,
    every,
    first,
    is_cii,
    is_order,
    optional_amount,
    optional_day,
    optional_decimal,
    plain,
    required,
    text,
)
from invoicing.formats.ubl import CREDIT_CODES, MAX_ATTACHMENTS, MAX_LINES, SELF_BILLED_CODES, embedded, unique_name
from invoicing.formats.ubl_checks import check
from invoicing.formats.ubl_types import Attachment, Kind, UblAllowance, UblInvoice, UblLine, VatBreakdown
from invoicing.formats.ubl_values import Remarks, amount, decimal
from portal.kernel import ids
from portal.kernel.errors import FormatRefused, gettext_noop
from portal.kernel.text import many_lines, one_line, safe_name
from portal.kernel.xml import Element, line_of, text_of

_ZERO = Decimal("0.00")
_MONEY = "SpecifiedTradeSettlementHeaderMonetarySummation"
# In the profile EXTENDED a line may be a heading, a subtotal or a remark; only the details make the sum.
_NO_DETAIL = {"INFORMATION", "GROUP"}


def read_cii_tree(root: Element) -> UblInvoice:
    """The invoice of a tree that parse_xml made.

    Raises FormatRefused with `rule` and `line`: cii.order, cii.root, cii.missing, cii.twice, cii.date, cii.currency,
    cii.lines, ubl.amount or ubl.amount_size. `warnings` holds the rest.
    """
    if is_order(root):
        raise FormatRefused("cii.order", gettext_noop("This is an order (Order-X), not an invoice."), line_of(root))
    if not is_cii(root):
        raise FormatRefused("cii.root", gettext_noop("This XML file is not a CII invoice."), line_of(root))
    remarks = Remarks()
    invoice = _read(plain(root), remarks)
    check(invoice, remarks)
    return replace(invoice, warnings=tuple(remarks))


def _read(root: Element, remarks: Remarks) -> UblInvoice:
    document, trade = required(root, "ExchangedDocument"), required(root, "SupplyChainTradeTransaction")
    agreement = required(trade, "ApplicableHeaderTradeAgreement")
    settlement = required(trade, "ApplicableHeaderTradeSettlement")
    guideline = text(root, "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID")
    kind, type_code = _kind(document)
    currency = _currency(settlement)
    ibans, accounts = read_accounts(settlement, remarks)
    vat, lines = _vat(settlement, remarks), _lines(trade, remarks)
    net, vat_total, total, prepaid, rounding, payable = _totals(settlement, currency, guideline, remarks)
    if not lines:
        remarks.note(
            "cii.no_lines",
            gettext_noop("This e-invoice holds totals and no lines: read on the pages what was bought."),
        )
    return UblInvoice(
        kind=kind,
        type_code=type_code,
        self_billed=type_code in SELF_BILLED_CODES,
        number=one_line(text_of(required(document, "ID")), 100),
        issue_date=day(required(document, "IssueDateTime/DateTimeString")),
        due_date=optional_day(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
        delivery_date=optional_day(
            trade, "ApplicableHeaderTradeDelivery/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString"
        ),
        period=(
            optional_day(settlement, "BillingSpecifiedPeriod/StartDateTime/DateTimeString"),
            optional_day(settlement, "BillingSpecifiedPeriod/EndDateTime/DateTimeString"),
        ),
        currency=currency,
        supplier=read_party(required(agreement, "SellerTradeParty"), "supplier", ibans, remarks),
        customer=read_party(required(agreement, "BuyerTradeParty"), "customer", (), remarks),
        net=net,
        vat_total=vat_total,
        total=total,
        prepaid=prepaid,
        rounding=rounding,
        payable=payable,
        vat=vat,
        lines=lines,
        allowances=_allowances(settlement, remarks),
        payment_reference=_payment_reference(document, settlement),
        payment_means=_each(settlement, "SpecifiedTradeSettlementPaymentMeans/TypeCode", 10),
        payment_ibans=ibans,
        payment_accounts=accounts,
        order_reference=text(agreement, "BuyerOrderReferencedDocument/IssuerAssignedID", 100),
        buyer_reference=text(agreement, "BuyerReference", 100),
        preceding_invoices=_each(settlement, "InvoiceReferencedDocument/IssuerAssignedID", 100),
        notes=tuple(many_lines(text_of(n)) for n in every(document, "IncludedNote/Content") if text_of(n)),
        attachments=_attachments(agreement, remarks),
        customization_id=guideline,
        profile_id=text(root, "ExchangedDocumentContext/BusinessProcessSpecifiedDocumentContextParameter/ID"),
    )


def _kind(document: Element) -> tuple[Kind, str]:
    code = text(document, "TypeCode", 10)
    return ("credit_note" if code in CREDIT_CODES else "invoice"), code


def _each(parent: Element, steps: str, limit: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_line(text_of(one), limit) for one in every(parent, steps) if text_of(one)))


def _currency(settlement: Element) -> str:
    currency = text(settlement, "InvoiceCurrencyCode", 10)
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise FormatRefused("cii.currency", gettext_noop("The currency of the invoice is missing or unknown."))
    return currency


def _totals(
    settlement: Element, currency: str, guideline: str, remarks: Remarks
) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal, Decimal]:
    """(net, VAT, total, prepaid, rounding, payable); a figure that the file leaves out follows from the others."""
    money = required(settlement, _MONEY)
    total = amount(required(money, "GrandTotalAmount"), remarks)
    net = optional_amount(money, "TaxBasisTotalAmount", remarks)
    stated = [
        amount(each, remarks)
        for each in every(money, "TaxTotalAmount")
        # a second one may be in the currency of the VAT return
        if text_of(each) and each.get("currencyID", currency).strip() in (currency, "")
    ]
    if len(stated) > 1:
        raise FormatRefused(
            "cii.twice", gettext_noop("%(name)s stands twice in the invoice."), line_of(money), name="TaxTotalAmount"
        )
    if not stated:
        remarks.note("ubl.no_vat", gettext_noop("The invoice states no VAT total."), money)
    if net is None:
        net = total - (stated[0] if stated else _ZERO)
    payable = optional_amount(money, "DuePayableAmount", remarks)
    prepaid = optional_amount(money, "TotalPrepaidAmount", remarks)
    rounding = optional_amount(money, "RoundingAmount", remarks) or _ZERO
    if payable is None:
        payable = total - (prepaid or _ZERO) + rounding
    if prepaid is None:  # MINIMUM has no such field: only what is left to pay tells
        prepaid = total - payable if "minimum" in guideline.lower() else _ZERO
    return net, (stated[0] if stated else total - net), total, prepaid, rounding, payable


def _vat(settlement: Element, remarks: Remarks) -> tuple[VatBreakdown, ...]:
    return tuple(
        VatBreakdown(
            rate=optional_decimal(row, "RateApplicablePercent") or Decimal(0),
            category=text(row, "CategoryCode", 10),
            base=amount(required(row, "BasisAmount"), remarks),
            tax=amount(required(row, "CalculatedAmount"), remarks),
            exemption=text(row, "ExemptionReason"),
            exemption_code=text(row, "ExemptionReasonCode", 50),
        )
        for row in every(settlement, "ApplicableTradeTax")
    )


def _allowances(settlement: Element, remarks: Remarks) -> tuple[UblAllowance, ...]:
    found = [
        _allowance(
            each,
            "ActualAmount",
            "CategoryTradeTax",
            text(each, "Reason"),
            is_charge=text(each, "ChargeIndicator/Indicator").lower() in ("true", "1"),
            remarks=remarks,
        )
        for each in every(settlement, "SpecifiedTradeAllowanceCharge")
    ]
    found += [
        _allowance(each, "AppliedAmount", "AppliedTradeTax", text(each, "Description"), is_charge=True, remarks=remarks)
        for each in every(settlement, "SpecifiedLogisticsServiceCharge")
    ]
    return tuple(found)


def _allowance(
    element: Element, money: str, tax: str, reason: str, *, is_charge: bool, remarks: Remarks
) -> UblAllowance:
    return UblAllowance(
        is_charge=is_charge,
        amount=amount(required(element, money), remarks),
        reason=reason,
        rate=optional_decimal(element, f"{tax}/RateApplicablePercent") or Decimal(0),
        category=text(element, f"{tax}/CategoryCode", 10),
    )


def _lines(trade: Element, remarks: Remarks) -> tuple[UblLine, ...]:
    elements = every(trade, "IncludedSupplyChainTradeLineItem")
    if len(elements) > MAX_LINES:
        raise FormatRefused("cii.lines", gettext_noop("The invoice has more than %(limit)s lines."), limit=MAX_LINES)
    found = (_line(element, remarks) for element in elements)
    return tuple(line for line in found if line is not None)


def _line(element: Element, remarks: Remarks) -> UblLine | None:
    """One line; None for one without an amount of its own (a remark, a heading, a subtotal)."""
    settlement = first(element, "SpecifiedLineTradeSettlement")
    net = optional_amount(settlement, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount", remarks)
    if net is None or text(element, "AssociatedDocumentLineDocument/LineStatusReasonCode", 20) in _NO_DETAIL:
        return None
    quantity = first(element, "SpecifiedLineTradeDelivery/BilledQuantity")
    return UblLine(
        number=text(element, "AssociatedDocumentLineDocument/LineID", 50),
        name=text(element, "SpecifiedTradeProduct/Name"),
        description=many_lines(text_of(first(element, "SpecifiedTradeProduct/Description"))),
        quantity=decimal(quantity) if quantity is not None and text_of(quantity) else Decimal(1),
        unit="" if quantity is None else one_line(quantity.get("unitCode", ""), 20),
        price=optional_decimal(element, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount"),
        net=net,
        rate=optional_decimal(settlement, "ApplicableTradeTax/RateApplicablePercent") or Decimal(0),
        category=text(settlement, "ApplicableTradeTax/CategoryCode", 10),
        account_hint=text(settlement, "ReceivableSpecifiedTradeAccountingAccount/ID", 100),
    )


def _payment_reference(document: Element, settlement: Element) -> str:
    stated = text(settlement, "PaymentReference", 140)
    if stated:
        return stated
    for element in [
        *every(settlement, "SpecifiedTradePaymentTerms/Description"),
        *every(document, "IncludedNote/Content"),
    ]:
        for ogm in ids.find_ogms(text_of(element)):
            return ids.display_ogm(ogm)
    return ""


def _attachments(agreement: Element, remarks: Remarks) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    names: set[str] = set()
    for reference in every(agreement, "AdditionalReferencedDocument")[: MAX_ATTACHMENTS * 2]:
        element = first(reference, "AttachmentBinaryObject")
        data = embedded(element, remarks) if element is not None else b""
        if element is None or not data or len(found) == MAX_ATTACHMENTS:
            continue
        name = safe_name(element.get("filename", ""), "") or safe_name(text(reference, "IssuerAssignedID") or "bijlage")
        mime = one_line(element.get("mimeCode", ""), 100).lower()
        found.append(Attachment(unique_name(name, names), mime, data, text(reference, "Name")))
    return tuple(found)
