"""Reading UBL invoices: what they say, what is odd, what is refused."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoicing.formats.ubl import is_ubl, read_ubl
from portal.kernel.errors import FormatRefused

GOLDEN = Path(__file__).parent.parent / "golden" / "ubl"
PEPPOL = (GOLDEN / "peppol_invoice.xml").read_bytes()


def rules(invoice):
    return [remark.rule for remark in invoice.warnings]


def changed(old, new, data=PEPPOL):
    assert old.encode() in data
    return data.replace(old.encode(), new.encode())


def refusal(data):
    with pytest.raises(FormatRefused) as caught:
        read_ubl(data)
    assert str(caught.value)
    return caught.value


# ── What the golden files say ──


def test_a_peppol_invoice():
    invoice = read_ubl(PEPPOL)
    assert (invoice.kind, invoice.type_code, invoice.self_billed) == ("invoice", "380", False)
    assert invoice.number == "2026/0142"
    assert invoice.issue_date == date(2026, 10, 5)
    assert invoice.due_date == date(2026, 11, 4)
    assert invoice.delivery_date == date(2026, 10, 1)
    assert invoice.period == (date(2026, 9, 1), date(2026, 9, 30))
    assert invoice.currency == "EUR"
    amounts = ("350.00", "45.00", "395.00", "95.00", "0.00", "300.00")
    assert (
        invoice.net, invoice.vat_total, invoice.total,
        invoice.prepaid, invoice.rounding, invoice.payable,
    ) == tuple(map(Decimal, amounts))  # fmt: skip
    assert [(row.category, row.rate, row.base, row.tax) for row in invoice.vat] == [
        ("S", Decimal(6), Decimal("190.00"), Decimal("11.40")),
        ("S", Decimal(21), Decimal("160.00"), Decimal("33.60")),
    ]
    assert [(a.is_charge, a.amount, a.rate) for a in invoice.allowances] == [
        (False, Decimal("10.00"), Decimal(6)),
        (True, Decimal("10.00"), Decimal(21)),
    ]
    flour = invoice.lines[0]
    assert (flour.name, flour.description) == ("Tarwebloem T65", "Zakken van 25 kg")
    assert (flour.quantity, flour.unit, flour.price) == (Decimal(400), "KGM", Decimal("0.50"))
    assert (flour.net, flour.rate, flour.category) == (Decimal("200.00"), Decimal(6), "S")
    assert invoice.payment_reference == "+++202/6000/14239+++"
    assert invoice.structured_reference == "202600014239"
    assert invoice.payment_ibans == ("BE70063956273525",)
    assert invoice.order_reference == "PO-2026-31"
    assert invoice.notes == ("Bedankt voor uw bestelling.",)
    assert rules(invoice) == ["ubl.external"]


def test_its_parties():
    invoice = read_ubl(PEPPOL)
    supplier = invoice.supplier
    assert (supplier.name, supplier.vat) == ("Molens van de Leie BV", "BE0712345630")
    assert (supplier.enterprise_number, supplier.endpoint) == ("0712345630", "0208:0712345630")
    assert supplier.ibans == invoice.payment_ibans
    assert (supplier.street, supplier.postcode, supplier.city) == ("Molenkaai 4", "9800", "Deinze")
    assert (supplier.country, supplier.email) == ("BE", "facturen@molens.example")
    assert invoice.customer.name == "Bakkerij Het Zoete Hart BV"
    assert invoice.customer.trade_name == "Het Zoete Hart"
    assert invoice.customer.ibans == ()


def test_its_attachment_gets_a_safe_name():
    (attachment,) = read_ubl(PEPPOL).attachments
    assert attachment.name == "factuur 2026-0142.pdf"
    assert attachment.mime == "application/pdf"
    assert attachment.data.startswith(b"%PDF-")


def test_a_credit_note_keeps_its_sign():
    note = read_ubl((GOLDEN / "peppol_credit_note.xml").read_bytes())
    assert (note.kind, note.issue_date) == ("credit_note", date(2026, 10, 12))
    assert note.payable == Decimal("60.50")
    assert note.preceding_invoices == ("2026/0142",)
    assert note.lines[0].quantity == 1
    assert note.warnings == ()


def test_an_old_belgian_invoice():
    invoice = read_ubl((GOLDEN / "efff_invoice.xml").read_bytes())
    assert invoice.due_date == date(2024, 3, 30)
    assert invoice.delivery_date == date(2024, 2, 28)
    assert invoice.vat[0].rate == 21
    assert invoice.lines[0].rate == 21
    assert invoice.supplier.vat == "BE0441002283"
    assert invoice.supplier.enterprise_number == "0441002283"
    assert invoice.structured_reference == "202600014239"
    assert invoice.payment_ibans == ("BE11403012345648",)
    assert invoice.payment_accounts == ("BE11403012345648", "BE12403012345648")
    assert invoice.attachments[0].name == "BE0441002283_90017.pdf"
    assert sorted(rules(invoice)) == ["ubl.iban", "ubl.vat_number"]


def test_a_dutch_invoice():
    invoice = read_ubl((GOLDEN / "si_ubl_invoice.xml").read_bytes())
    assert invoice.supplier.vat == "NL004495445B01"
    assert invoice.supplier.enterprise_number == "68346334"
    assert invoice.customer.vat == "NL001234567B29"
    assert invoice.structured_reference == "RF18539007547034"
    assert invoice.vat[1].exemption_code == "VATEX-EU-AE"
    assert invoice.vat[1].exemption == "Btw verlegd"
    assert invoice.warnings == ()


# ── Encodings and wrappers ──


def test_byte_order_marks_and_utf16():
    plain = read_ubl(PEPPOL)
    assert read_ubl(b"\xef\xbb\xbf" + PEPPOL) == plain
    wide = PEPPOL.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read_ubl(wide.encode("utf-16")).payable == plain.payable


def test_the_wrapper_of_an_access_point_is_opened():
    body = PEPPOL.split(b"?>\n", 1)[1]
    wrapped = b'<StandardBusinessDocument xmlns="urn:sbdh"><X/>' + body + b"</StandardBusinessDocument>"
    assert is_ubl(wrapped)
    assert read_ubl(wrapped).number == "2026/0142"


# ── What is odd ──


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (">395.00<", ">395.01<", "ubl.sum_total"),
        (">300.00<", ">300.01<", "ubl.sum_payable"),
        (">45.00<", ">45.01<", "ubl.sum_vat"),
        (">150.00<", ">151.00<", "ubl.sum_lines"),
        (">33.60<", ">34.60<", "ubl.rate_times_base"),
        (">2026-11-04<", ">2026-10-04<", "ubl.due_date"),
        (">BE0712345630<", ">BE0712345631<", "ubl.vat_number"),
        (">50.00<", ">50.0001<", None),
        (">300.00<", ">300.001<", "ubl.amount_places"),
        ("<cbc:Percent>21</cbc:Percent>", "<cbc:Percent>121</cbc:Percent>", "ubl.rate"),
        (">380<", ">381<", "ubl.credit_in_invoice"),
        ("<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>", "", "ubl.currency_assumed"),
        ("JVBERi0xLjQK", "JVBERi0*", "ubl.attachment"),
    ],
)
def test_oddities_are_remarked_upon(old, new, rule):
    invoice = read_ubl(changed(old, new))
    assert (rule in rules(invoice)) is (rule is not None)
    assert all("%(" not in str(remark) for remark in invoice.warnings)


def test_no_sum_is_corrected():
    assert read_ubl(changed(">395.00<", ">400.00<")).total == Decimal("400.00")


def test_lying_characters_are_taken_out_of_names():
    lying = changed("Molens van de Leie BV", "Leie \u202egnp.exe\u200b BV")
    assert read_ubl(lying).supplier.name == "Leie gnp.exe BV"


def test_attachments_with_one_name_get_their_own():
    block = PEPPOL[PEPPOL.index(b"  <cac:AdditionalDocumentReference>") :]
    block = block[: block.index(b"</cac:AdditionalDocumentReference>") + 34]
    twice = read_ubl(PEPPOL.replace(block, block + block))
    assert [a.name for a in twice.attachments] == ["factuur 2026-0142.pdf", "factuur 2026-0142 (2).pdf"]


# ── What is refused ──


@pytest.mark.parametrize("bad", ["NaN", "INF", "1E9", "١٦٥٦.٢٥", "1 000", "1,00", "", "--1", "0x1", "."])
def test_amounts_are_xsd_decimals_only(bad):
    refused = refusal(changed(">300.00<", f">{bad}<"))
    assert refused.rule in ("ubl.amount", "ubl.missing")
    assert refused.line


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (">300.00<", f">{'9' * 400}<", "ubl.amount_size"),
        (">300.00<", f">0.{'1' * 400}<", "ubl.amount_size"),
        (">2026-10-05<", ">2026-02-30<", "ubl.date"),
        (">2026-10-05<", ">10000-01-01<", "ubl.date"),
        (">2026-10-05<", ">٢٠٢٦-10-05<", "ubl.date"),
        (">2026-10-05<", "><", "ubl.missing"),
        ("<cbc:ID>2026/0142</cbc:ID>\n  <cbc:Issue", "<cbc:Issue", "ubl.missing"),
        ("<cbc:IssueDate>", "<cbc:IssueDate>2026-01-01</cbc:IssueDate><cbc:IssueDate>", "ubl.twice"),
        ("<cbc:DocumentCurrencyCode>EUR<", "<cbc:DocumentCurrencyCode>USD<", "ubl.currency"),
        ("<cbc:DocumentCurrencyCode>EUR<", "<cbc:DocumentCurrencyCode>euro<", "ubl.currency"),
        (":Invoice-2", ":Order-2", "ubl.root"),
        ("<Invoice ", "<!DOCTYPE Invoice><Invoice ", "xml.doctype"),
        ("</Invoice>", "", "xml.malformed"),
    ],
)
def test_refusals(old, new, rule):
    data = changed(old, new)
    assert refusal(data).rule == rule
    assert is_ubl(data) is (rule.startswith("ubl.") and rule != "ubl.root")


def test_other_xml_gets_a_clear_sentence():
    assert "CrossIndustryInvoice" in str(refusal(b'<r:CrossIndustryInvoice xmlns:r="urn:x"/>'))
    assert "Document" in str(refusal(b'<Document xmlns="urn:iso:camt"/>'))
    assert not is_ubl(b"%PDF-1.4")


# ── Anything at all ──


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_invoice_is_read_or_refused(data):
    start = data.draw(st.integers(0, len(PEPPOL)))
    length = data.draw(st.integers(0, 40))
    filling = data.draw(st.one_of(st.binary(max_size=40), st.text(max_size=20).map(str.encode)))
    with suppress(FormatRefused):
        invoice = read_ubl(PEPPOL[:start] + filling + PEPPOL[start + length :])
        assert invoice.payable.as_tuple().exponent == -2
        assert all(str(remark) for remark in invoice.warnings)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.sampled_from([">300.00<", ">2026-10-05<", ">400<", ">21<", ">EUR<"]))
def test_any_text_in_a_value_is_read_or_refused(value, place):

    with suppress(FormatRefused):
        read_ubl(PEPPOL.replace(place.encode(), f">{escape(value)}<".encode()))
