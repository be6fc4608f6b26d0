"""Reads UBL 2.x invoices and credit notes: Peppol BIS Billing 3, EN 16931, UBL.BE and e-FFF, SI-UBL
1.x and 2 (NLCIUS).

What money, dates or identity hang on is read strictly or refused; what merely looks odd (sums,
check digits) is read and remarked upon. Addresses of files elsewhere are never fetched. Sources:
OASIS UBL 2.1; EN 16931-1 with CEN/TS 16931-3-2; Peppol BIS Billing 3.0.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from decimal import Decimal

from invoicing.formats.ubl_checks import check
from invoicing.formats.ubl_parties import read_accounts, read_party, with_accounts
from invoicing.formats.ubl_types import (
    Attachment,
    Kind,
    UblAllowance,
    UblInvoice,
    UblLine,
    UblParty,
    VatBreakdown,
)
from invoicing.formats.ubl_values import (
    CREDIT_NOTE,
    INVOICE,
    Remarks,
    amount,
    day,
    decimal,
    every,
    first,
    only,
    optional_amount,
    optional_day,
    optional_decimal,
    path,
    text,
)
from portal.kernel import ids
from portal.kernel.errors import FormatRefused, gettext_noop
from portal.kernel.text import many_lines, one_line, safe_name
from portal.kernel.xml import Element, line_of, parse_xml, text_of

_ENVELOPE = "StandardBusinessDocument"
# UNCL 1001 codes of credit notes, also when an old program puts them in an Invoice.
CREDIT_CODES = {"81", "83", "261", "296", "308", "381", "396", "420", "458", "532"}
SELF_BILLED_CODES = {"261", "389", "527"}
MAX_ATTACHMENTS = 50
MAX_LINES = 20_000
_ZERO = Decimal("0.00")


def is_ubl(data: bytes) -> bool:
    """Whether `data` is well-formed, safe XML with a UBL invoice or credit note in it. Never
    raises."""
    try:
        return is_ubl_tree(parse_xml(data))
    except FormatRefused:
        return False


def is_ubl_tree(root: Element) -> bool:
    """Whether a UBL invoice or credit note stands under this root."""
    return _document(root) is not None


def read_ubl(data: bytes) -> UblInvoice:
    """The invoice or credit note in `data`.

    Raises FormatRefused with `rule` and `line`: xml.* for unsafe or malformed XML, ubl.root (not
    UBL), ubl.missing, ubl.twice, ubl.amount, ubl.amount_size, ubl.date, ubl.currency, ubl.lines.
    `warnings` holds the rest.
    """
    return read_ubl_tree(parse_xml(data))


def read_ubl_tree(root: Element) -> UblInvoice:
    """As read_ubl, from the root of a tree that parse_xml made."""
    document = _document(root)
    if document is None:
        raise _not_ubl(root)
    remarks = Remarks()
    invoice = _read(document, remarks)
    check(invoice, remarks)
    return replace(invoice, warnings=tuple(remarks))


def _read(document: Element, remarks: Remarks) -> UblInvoice:
    customization, profile = text(document, "@CustomizationID"), text(document, "@ProfileID")
    kind, type_code = _kind(document, remarks)
    totals = _required(document, "LegalMonetaryTotal")
    currency = _currency(document, totals, remarks)
    supplier, customer = _parties(document, remarks)
    ibans, accounts = read_accounts(document, remarks)
    vat, stated_vat = _vat(document, currency, remarks)
    net, vat_total, total, prepaid, rounding, payable = _totals(totals, stated_vat, remarks)
    return UblInvoice(
        kind=kind,
        type_code=type_code,
        self_billed=type_code in SELF_BILLED_CODES or "selfbilling" in customization,
        number=one_line(text_of(_required(document, "@ID")), 100),
        issue_date=day(_required(document, "@IssueDate")),
        due_date=optional_day(document, "@DueDate", "PaymentMeans/@PaymentDueDate", "PaymentTerms/@PaymentDueDate"),
        delivery_date=optional_day(document, "@TaxPointDate", "Delivery/@ActualDeliveryDate"),
        period=(
            optional_day(document, "InvoicePeriod/@StartDate"),
            optional_day(document, "InvoicePeriod/@EndDate"),
        ),
        currency=currency,
        supplier=with_accounts(supplier, ibans),
        customer=customer,
        net=net,
        vat_total=vat_total,
        total=total,
        prepaid=prepaid,
        rounding=rounding,
        payable=payable,
        vat=vat,
        lines=_lines(document, remarks),
        allowances=_allowances(document, remarks),
        payment_reference=_payment_reference(document),
        payment_means=tuple(
            dict.fromkeys(one_line(text_of(code), 10) for code in every(document, "PaymentMeans/@PaymentMeansCode"))
        ),
        payment_ibans=ibans,
        payment_accounts=accounts,
        order_reference=text(document, "OrderReference/@ID", 100),
        buyer_reference=text(document, "@BuyerReference", 100),
        preceding_invoices=tuple(
            one_line(text_of(number), 100)
            for number in every(document, "BillingReference/InvoiceDocumentReference/@ID")
        ),
        notes=tuple(many_lines(text_of(n)) for n in every(document, "@Note") if text_of(n)),
        attachments=_attachments(document, remarks),
        customization_id=customization,
        profile_id=profile,
    )


def _document(root: Element) -> Element | None:
    if root.tag in (INVOICE, CREDIT_NOTE):
        return root
    if _local(root) == _ENVELOPE:  # the wrapper in which Peppol access points carry it
        return next((child for child in root if child.tag in (INVOICE, CREDIT_NOTE)), None)
    return None


def _not_ubl(root: Element) -> FormatRefused:
    sentence = gettext_noop("This XML file is not a UBL invoice (it is a “%(name)s”).")
    return FormatRefused("ubl.root", sentence, line_of(root), name=one_line(_local(root), 60))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _required(parent: Element, steps: str) -> Element:
    element = only(parent, steps)
    if element is None or (steps.startswith("@") and not text_of(element)):
        raise FormatRefused(
            "ubl.missing",
            gettext_noop("%(name)s is missing."),
            line_of(element if element is not None else parent),
            name=steps.lstrip("@"),
        )
    return element


def _kind(document: Element, remarks: Remarks) -> tuple[Kind, str]:
    if document.tag == CREDIT_NOTE:
        return "credit_note", text(document, "@CreditNoteTypeCode", 10)
    code = text(document, "@InvoiceTypeCode", 10)
    if code not in CREDIT_CODES:
        return "invoice", code
    remarks.note(
        "ubl.credit_in_invoice",
        gettext_noop("The file is shaped as an invoice but calls itself a credit note (%(code)s)."),
        first(document, "@InvoiceTypeCode"),
        code=code,
    )
    return "credit_note", code


def _parties(document: Element, remarks: Remarks) -> tuple[UblParty, UblParty]:
    return (
        read_party(_required(document, "AccountingSupplierParty"), "supplier", remarks),
        read_party(_required(document, "AccountingCustomerParty"), "customer", remarks),
    )


def _currency(document: Element, totals: Element, remarks: Remarks) -> str:
    payable = _required(totals, "@PayableAmount")
    stated = text(document, "@DocumentCurrencyCode")
    of_total = payable.get("currencyID", "").strip()
    currency = stated or of_total
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise FormatRefused("ubl.currency", gettext_noop("The currency of the invoice is missing or unknown."))
    if of_total and of_total != currency:
        raise FormatRefused(
            "ubl.currency",
            gettext_noop("The invoice is in %(currency)s but asks to pay in %(other)s."),
            line_of(payable),
            currency=currency,
            other=one_line(of_total, 10),
        )
    if not stated:
        remarks.note(
            "ubl.currency_assumed",
            gettext_noop("The invoice names no currency; %(currency)s stands at its total."),
            payable,
            currency=currency,
        )
    return currency


def _totals(
    totals: Element, stated_vat: Decimal | None, remarks: Remarks
) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal, Decimal]:
    """(net, VAT, total, prepaid, rounding, payable); a figure that the file leaves out follows from
    the others."""
    payable = amount(_required(totals, "@PayableAmount"), remarks)
    prepaid = optional_amount(totals, "@PrepaidAmount", remarks) or _ZERO
    rounding = optional_amount(totals, "@PayableRoundingAmount", remarks) or _ZERO
    net = optional_amount(totals, "@TaxExclusiveAmount", remarks)
    total = optional_amount(totals, "@TaxInclusiveAmount", remarks)
    if total is None:
        total = payable + prepaid - rounding
    if net is None:
        net = total - (stated_vat or _ZERO)
    vat_total = total - net if stated_vat is None else stated_vat
    if stated_vat is None:
        remarks.note("ubl.no_vat", gettext_noop("The invoice states no VAT total."), totals)
    return net, vat_total, total, prepaid, rounding, payable


def _vat(document: Element, currency: str, remarks: Remarks) -> tuple[tuple[VatBreakdown, ...], Decimal | None]:
    """The VAT rows and the VAT total in the currency of the invoice (a second TaxTotal may be in
    another one)."""
    rows: list[VatBreakdown] = []
    stated: list[Decimal] = []
    for tax_total in every(document, "TaxTotal"):
        element = first(tax_total, "@TaxAmount")
        if element is None or element.get("currencyID", currency).strip() != currency:
            continue
        stated.append(amount(element, remarks))
        rows += [_vat_row(subtotal, remarks) for subtotal in every(tax_total, "TaxSubtotal")]
    return tuple(rows), (sum(stated, _ZERO) if stated else None)


def _vat_row(subtotal: Element, remarks: Remarks) -> VatBreakdown:
    tax = amount(_required(subtotal, "@TaxAmount"), remarks)
    base = optional_amount(subtotal, "@TaxableAmount", remarks)
    rate = optional_decimal(subtotal, "TaxCategory/@Percent", "@Percent")
    if base is None:
        remarks.note("ubl.no_base", gettext_noop("A VAT row has no base; 0.00 is taken."), subtotal)
    return VatBreakdown(
        rate=rate if rate is not None else Decimal(0),
        category=text(subtotal, "TaxCategory/@ID", 10),
        base=base if base is not None else _ZERO,
        tax=tax,
        exemption=text(subtotal, "TaxCategory/@TaxExemptionReason"),
        exemption_code=text(subtotal, "TaxCategory/@TaxExemptionReasonCode", 50),
    )


def _allowances(document: Element, remarks: Remarks) -> tuple[UblAllowance, ...]:
    return tuple(
        UblAllowance(
            is_charge=text(element, "@ChargeIndicator").lower() in ("true", "1"),
            amount=amount(_required(element, "@Amount"), remarks),
            reason=text(element, "@AllowanceChargeReason"),
            rate=optional_decimal(element, "TaxCategory/@Percent") or Decimal(0),
            category=text(element, "TaxCategory/@ID", 10),
        )
        for element in every(document, "AllowanceCharge")
    )


def _lines(document: Element, remarks: Remarks) -> tuple[UblLine, ...]:
    elements = [*every(document, "InvoiceLine"), *every(document, "CreditNoteLine")]
    if len(elements) > MAX_LINES:
        raise FormatRefused("ubl.lines", gettext_noop("The invoice has more than %(limit)s lines."), limit=MAX_LINES)
    return tuple(_line(element, remarks) for element in elements)


def _line(element: Element, remarks: Remarks) -> UblLine:
    quantity = first(element, "@InvoicedQuantity")
    if quantity is None:
        quantity = first(element, "@CreditedQuantity")
    net = optional_amount(element, "@LineExtensionAmount", remarks)
    category = "Item/ClassifiedTaxCategory"
    rate = optional_decimal(element, f"{category}/@Percent", "TaxTotal/TaxSubtotal/TaxCategory/@Percent")
    if net is None:
        raise FormatRefused(
            "ubl.missing",
            gettext_noop("%(name)s is missing."),
            line_of(element),
            name="LineExtensionAmount",
        )
    return UblLine(
        number=text(element, "@ID", 50),
        name=text(element, "Item/@Name"),
        description=many_lines(text_of(first(element, "Item/@Description"))),
        quantity=decimal(quantity) if quantity is not None and text_of(quantity) else Decimal(1),
        unit="" if quantity is None else one_line(quantity.get("unitCode", ""), 20),
        price=optional_decimal(element, "Price/@PriceAmount"),
        net=net,
        rate=rate if rate is not None else Decimal(0),
        category=text(element, f"{category}/@ID", 10) or text(element, "TaxTotal/TaxSubtotal/TaxCategory/@ID", 10),
        account_hint=text(element, "@AccountingCost", 100),
    )


def _payment_reference(document: Element) -> str:
    for element in every(document, "PaymentMeans/@PaymentID"):
        if text_of(element):
            return one_line(text_of(element), 140)
    # Older Belgian programs write the structured communication elsewhere; only a valid one counts there.
    for steps in ("PaymentMeans/@InstructionID", "PaymentTerms/@Note", "@Note"):
        for element in every(document, steps):
            for ogm in ids.find_ogms(text_of(element)):
                return ids.display_ogm(ogm)
    return ""


def _attachments(document: Element, remarks: Remarks) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    names: set[str] = set()
    for reference in every(document, "AdditionalDocumentReference"):
        for external in reference.iterfind(path("Attachment/ExternalReference/@URI")):
            remarks.note(
                "ubl.external",
                gettext_noop("The invoice points to a file elsewhere; it was not fetched."),
                external,
            )
        element = first(reference, "Attachment/@EmbeddedDocumentBinaryObject")
        data = embedded(element, remarks) if element is not None else b""
        if element is None or not data:
            continue
        if len(found) == MAX_ATTACHMENTS:
            remarks.note(
                "ubl.attachments",
                gettext_noop("Only the first %(limit)s attachments were read."),
                element,
                limit=MAX_ATTACHMENTS,
            )
            break
        mime = one_line(element.get("mimeCode", ""), 100).lower()
        name = unique_name(_file_name(reference, element, mime), names)
        found.append(Attachment(name, mime, data, text(reference, "@DocumentDescription")))
    return tuple(found)


def embedded(element: Element, remarks: Remarks) -> bytes:
    """The bytes of an attachment; none, and a remark, when its base64 is damaged."""
    try:
        return base64.b64decode(re.sub(r"\s", "", element.text or ""), validate=True)
    except (binascii.Error, ValueError):
        remarks.note("ubl.attachment", gettext_noop("An attachment is damaged and was left out."), element)
        return b""


def _file_name(reference: Element, element: Element, mime: str) -> str:
    name = safe_name(element.get("filename", ""), "")
    if name:
        return name
    suffix = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}.get(mime, "")
    return safe_name((text(reference, "@ID") or "attachment").replace("/", "-") + suffix)


def unique_name(name: str, taken: set[str]) -> str:
    """`name`, with a number when it is `taken` already (and added to those)."""
    stem, dot, suffix = name.rpartition(".")
    candidate, count = name, 1
    while candidate.lower() in taken:
        count += 1
        candidate = f"{stem or suffix} ({count}){dot if stem else ''}{suffix if stem else ''}"
    taken.add(candidate.lower())
    return candidate
