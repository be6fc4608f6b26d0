"""Does a UBL invoice add up? Every doubt is a remark for the person who books; nothing here refuses
or corrects.

The sums are those of EN 16931 (BR-CO-10, -13 to -17). One cent per row is left for suppliers who
round per line.
"""

from __future__ import annotations

from decimal import Decimal

from invoicing.formats.ubl_types import UblInvoice
from invoicing.formats.ubl_values import Remarks
from portal.kernel.errors import gettext_noop
from portal.kernel.money import vat_from_net

_CENT = Decimal("0.01")


def check(invoice: UblInvoice, remarks: Remarks) -> None:
    """Add a remark for every sum that does not hold."""
    allowed = sum((a.amount if a.is_charge else -a.amount for a in invoice.allowances), Decimal(0))
    lines = sum((line.net for line in invoice.lines), Decimal(0)) + allowed
    if invoice.lines:
        _compare(
            remarks,
            "ubl.sum_lines",
            gettext_noop("The lines add up to %(sum)s, but the total without VAT is %(stated)s."),
            lines,
            invoice.net,
            _CENT * len(invoice.lines),
        )
    if invoice.vat:
        _compare(
            remarks,
            "ubl.sum_vat",
            gettext_noop("The VAT rows add up to %(sum)s, but the VAT total is %(stated)s."),
            sum((row.tax for row in invoice.vat), Decimal(0)),
            invoice.vat_total,
        )
        _compare(
            remarks,
            "ubl.sum_base",
            gettext_noop("The VAT bases add up to %(sum)s, but the total without VAT is %(stated)s."),
            sum((row.base for row in invoice.vat), Decimal(0)),
            invoice.net,
            _CENT * len(invoice.vat),
        )
    _compare(
        remarks,
        "ubl.sum_total",
        gettext_noop("Net plus VAT is %(sum)s, but the total is %(stated)s."),
        invoice.net + invoice.vat_total,
        invoice.total,
    )
    _compare(
        remarks,
        "ubl.sum_payable",
        gettext_noop("Total less prepaid is %(sum)s, but the amount to pay is %(stated)s."),
        invoice.total - invoice.prepaid + invoice.rounding,
        invoice.payable,
    )
    _check_rates(invoice, remarks)
    if invoice.due_date and invoice.due_date < invoice.issue_date:
        remarks.note("ubl.due_date", gettext_noop("The due date is before the date of the invoice."))


def _check_rates(invoice: UblInvoice, remarks: Remarks) -> None:
    for row in invoice.vat:
        if not 0 <= row.rate <= 100:
            remarks.note("ubl.rate", gettext_noop("A VAT rate of %(rate)s%% is not possible."), rate=row.rate)
            continue
        _compare(
            remarks,
            "ubl.rate_times_base",
            gettext_noop("VAT on a base would be %(sum)s, but %(stated)s is charged."),
            vat_from_net(row.base, row.rate),
            row.tax,
            _CENT * max(1, len(invoice.lines)),
        )


def _compare(
    remarks: Remarks,
    rule: str,
    template: str,
    total: Decimal,
    stated: Decimal,
    tolerance: Decimal = Decimal(0),
) -> None:
    if abs(total - stated) > tolerance:
        remarks.note(rule, template, sum=total, stated=stated)
