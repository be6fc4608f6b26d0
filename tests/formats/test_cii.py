"""Reading CII invoices, alone and among the files of a PDF: what they say, what is odd, what is refused."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.formats.einvoice import invoice_inside, read_einvoice
from portal.kernel.errors import FormatRefused
from tests.formats.cii_made import BASIC_WL, EN16931, MINIMUM, ZUGFERD_1, cii, order
from tests.invoicing.papers import ubl


def rules(invoice):
    return [remark.rule for remark in invoice.warnings]


def changed(old, new, data=None):
    data = data or cii()
    assert old.encode() in data
    return data.replace(old.encode(), new.encode())


def refusal(data):
    with pytest.raises(FormatRefused) as caught:
        read_einvoice(data)
    assert str(caught.value)
    return caught.value.rule


@pytest.mark.parametrize("guideline", [EN16931, ZUGFERD_1])
def test_what_an_invoice_says(guideline):
    invoice = read_einvoice(cii(guideline=guideline))
    assert (invoice.kind, invoice.number, invoice.currency) == ("invoice", "FX-2026-12", "EUR")
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 10, 5), date(2026, 11, 4))
    assert (invoice.supplier.name, invoice.supplier.vat) == ("Molens van de Leie", "BE0712345630")
    assert (invoice.customer.name, invoice.customer.enterprise_number) == ("Wij", "0403170701")
    assert invoice.payment_ibans == ("BE68539007547034",)
    assert invoice.structured_reference == "202600014239"
    assert (invoice.net, invoice.vat_total, invoice.total) == (Decimal("350.00"), Decimal("45.00"), Decimal("395.00"))
    assert [(row.rate, row.base, row.tax) for row in invoice.vat] == [
        (Decimal(21), Decimal("160.00"), Decimal("33.60")),
        (Decimal(6), Decimal("190.00"), Decimal("11.40")),
    ]
    assert [(line.name, line.net, line.rate) for line in invoice.lines] == [
        ("Ding 21", Decimal("160.00"), Decimal(21)),
        ("Ding 6", Decimal("190.00"), Decimal(6)),
    ]
    assert rules(invoice) == []


def test_the_same_invoice_in_both_syntaxes_reads_the_same():
    rows = ("S", "21", "160.00", "33.60"), ("S", "6", "190.00", "11.40")
    one, other = read_einvoice(cii(rows, number="F-2026-7")), read_einvoice(ubl(*rows))
    for name in ("kind", "number", "issue_date", "currency", "net", "vat_total", "total", "payable", "payment_ibans"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.vat == other.vat
    assert (one.supplier.name, one.supplier.vat) == (other.supplier.name, other.supplier.vat)


@pytest.mark.parametrize(("code", "kind", "own"), [("381", "credit_note", False), ("389", "invoice", True)])
def test_kinds(code, kind, own):
    invoice = read_einvoice(cii(code=code))
    assert (invoice.kind, invoice.self_billed) == (kind, own)


@pytest.mark.parametrize(("guideline", "rows"), [(BASIC_WL, 2), (MINIMUM, 0)])
def test_a_profile_without_lines_says_so(guideline, rows):
    invoice = read_einvoice(cii(guideline=guideline))
    assert (invoice.lines, len(invoice.vat), invoice.total) == ((), rows, Decimal("395.00"))
    assert rules(invoice) == ["cii.no_lines"]


def test_minimum_tells_only_what_is_left_to_pay():
    part = changed("DuePayableAmount>395.00", "DuePayableAmount>95.00", cii(guideline=MINIMUM))
    assert read_einvoice(part).prepaid == Decimal("300.00")
    full = changed("DuePayableAmount>395.00", "DuePayableAmount>95.00")
    assert rules(read_einvoice(full)) == ["ubl.sum_payable"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("GrandTotalAmount>395.00", "GrandTotalAmount>390.00", "ubl.sum_total"),
        ("BasisAmount>160.00", "BasisAmount>150.00", "ubl.sum_base"),
        ("CalculatedAmount>33.60", "CalculatedAmount>30.00", "ubl.sum_vat"),
        ("BE68 5390", "BE69 5390", "ubl.iban"),
        ("BE0712345630", "BE0712345631", "ubl.vat_number"),
        ("20261104", "20260104", "ubl.due_date"),
    ],
)
def test_what_looks_odd_is_remarked_upon(old, new, rule):
    assert rule in rules(read_einvoice(changed(old, new)))


def test_a_heading_and_a_remark_count_for_nothing():
    row = "<ram:IncludedSupplyChainTradeLineItem>"
    heading = (
        f"{row}<ram:AssociatedDocumentLineDocument><ram:LineID>0</ram:LineID><ram:LineStatusReasonCode>GROUP"
        "</ram:LineStatusReasonCode></ram:AssociatedDocumentLineDocument><ram:SpecifiedLineTradeSettlement>"
        "<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>350.00</ram:LineTotalAmount>"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>"
        f"{row}<ram:SpecifiedTradeProduct/></ram:IncludedSupplyChainTradeLineItem>"
    )
    invoice = read_einvoice(cii().replace(row.encode(), (heading + row).encode(), 1))
    assert (len(invoice.lines), rules(invoice)) == (2, [])


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<ram:ID>FX-2026-12</ram:ID>", "", "cii.missing"),
        ("GrandTotalAmount", "AnotherAmount", "cii.missing"),
        ("395.00</ram:GrandTotalAmount>", "395.00</ram:GrandTotalAmount><ram:GrandTotalAmount>1</ram:GrandTotalAmount>",
         "cii.twice"),
        ("</ram:TaxTotalAmount>", '</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="EUR">1</ram:TaxTotalAmount>',
         "cii.twice"),
        ("BasisAmount>160.00", "BasisAmount>NaN", "ubl.amount"),
        ("BasisAmount>160.00", "BasisAmount>1E9", "ubl.amount"),
        ("BasisAmount>160.00", "BasisAmount>1234567890123", "ubl.amount_size"),
        ('"102">20261005', '"102">20260230', "cii.date"),
        ('"102">20261005', '"102">2026-10-05', "cii.date"),
        ('"102">20261005', '"610">202610', "cii.date"),
        ('"102">20261005', '"102">٢٠٢٦١٠٠٥', "cii.date"),
        ("InvoiceCurrencyCode>EUR", "InvoiceCurrencyCode>euro", "cii.currency"),
        ("<rsm:CrossIndustryInvoice", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><rsm:CrossIndustryInvoice',
         "xml.doctype"),
    ],
)  # fmt: skip
def test_refusals(old, new, rule):
    assert refusal(changed(old, new)) == rule


def test_an_order_is_no_invoice():
    assert refusal(order()) == "cii.order"
    with pytest.raises(FormatRefused) as caught:
        invoice_inside([("order-x.xml", order())])
    assert caught.value.rule == "cii.order"


def test_a_second_vat_total_in_another_currency_is_left_alone():
    other = '</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="GBP">38.00</ram:TaxTotalAmount>'
    assert read_einvoice(changed("</ram:TaxTotalAmount>", other)).vat_total == Decimal("45.00")


def test_the_name_decides_which_file_is_the_invoice():
    files = [("a.xml", cii(number="A")), ("Factur-X.xml", cii(number="B")), ("terms.xml", b"<terms/>")]
    found = invoice_inside(files)
    assert (found.name, found.invoice.number) == ("Factur-X.xml", "B")
    assert rules(found.invoice) == ["inside.several"]
    assert "2" in str(found.invoice.warnings[0])


@pytest.mark.parametrize("name", ["ZUGFeRD-invoice.xml", "xrechnung.xml", "UBL-Invoice-2.1.xml"])
def test_any_name_will_do_for_the_only_invoice(name):
    assert invoice_inside([("x.xml", b"<x/>"), (name, cii())]).name == name
    assert invoice_inside([(name, ubl())]).invoice.number == "F-2026-7"


def test_files_that_are_no_invoice_are_somebody_elses():
    assert invoice_inside([]) is None
    assert invoice_inside([("x.xml", b"<x/>"), ("y.xml", b"not xml")]) is None


def test_the_invoice_itself_must_be_readable():
    with pytest.raises(FormatRefused):
        invoice_inside([("factur-x.xml", b"<a>"), ("other.xml", b"<x/>")])
    with pytest.raises(FormatRefused):
        invoice_inside([("factur-x.xml", changed("BasisAmount>160.00", "BasisAmount>honderd"))])


@given(st.integers(0, len(cii())), st.binary(max_size=12))
def test_damage_is_read_or_refused(place, junk):
    data = cii()
    with suppress(FormatRefused):
        read_einvoice(data[:place] + junk + data[place + len(junk) :])
