"""A PDF with an e-invoice in it: the same proposal as the e-invoice alone, and never worse than a PDF without."""

import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.template import Context, Template
from django.utils import translation

from invoicing.models import PurchaseState
from invoicing.queries.purchases import proposal_lines
from portal.documents.inside import MAX_BYTES, xml_inside
from portal.documents.models import Kind, Preview
from tests.documents import made
from tests.formats.cii_made import MINIMUM, ROWS, ZUGFERD_1, cii, order
from tests.invoicing.papers import ubl


def proposal(purchase):
    lines = [(line.description, line.vat_code, line.net, line.vat) for line in proposal_lines(purchase)]
    facts = (purchase.kind, purchase.number, purchase.issued_on, purchase.total, purchase.currency)
    return (*facts, purchase.supplier_vat_number, purchase.supplier_iban, purchase.structured_reference, lines)


def told(purchase, language="nl"):
    with translation.override(language):
        source = "{% load samen %}{% for one in facts.remarks|sentences %}{{ one }}|{% endfor %}"
        return Template(source).render(Context({"facts": purchase.facts})).split("|")[:-1]


@pytest.mark.parametrize("listed", [("names",), ("af",), ("names", "af")])
def test_a_factur_x_is_read_as_the_e_invoice_in_it(desk, listed):
    data = made.pdf_with_files(("factur-x.xml", cii(number="F-2026-7")), listed=listed)
    purchase = desk.received(data, "factuur.pdf")
    assert (purchase.state, purchase.document.kind) == (PurchaseState.PROPOSED, Kind.PDF)
    assert purchase.document.preview == Preview.WAITING  # its pages are shown as of any PDF
    assert (purchase.issued_on, purchase.total) == (date(2026, 10, 5), Decimal("395.00"))
    assert proposal(purchase) == proposal(desk.received(ubl(*ROWS)))
    assert (purchase.facts["from"], purchase.facts["origin"]) == ("ubl", "factur-x.xml")
    assert told(purchase) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [("ZUGFeRD-invoice.xml", cii(guideline=ZUGFERD_1)), ("xrechnung.xml", cii()), ("factuur.xml", ubl(*ROWS))],
)
def test_the_other_families(desk, name, data):
    purchase = desk.received(made.pdf_with_files((name, data)), "factuur.pdf")
    assert purchase.total == Decimal("395.00")
    assert [line.vat_code for line in proposal_lines(purchase)] == ["P21S", "P06S"]


def test_a_cii_file_of_its_own(desk):
    purchase = desk.received(cii(), "xrechnung.xml")
    assert (purchase.document.kind, purchase.total) == (Kind.UBL, Decimal("395.00"))


def test_totals_alone_fill_the_totals_and_leave_the_vat_to_a_person(desk):
    purchase = desk.received(made.pdf_with_files(("factur-x.xml", cii(guideline=MINIMUM))), "factuur.pdf")
    assert proposal(purchase)[-1] == [("", "", Decimal("350.00"), Decimal("45.00"))]
    assert "regels" in told(purchase)[0]
    assert told(purchase, "fr") != told(purchase)


def test_totals_that_do_not_add_up_are_told(desk):
    data = made.pdf_with_files(("factur-x.xml", cii(total=Decimal("390.00"))))
    assert any("390.00" in sentence for sentence in told(desk.received(data, "factuur.pdf")))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "xml.doctype"),
        (b"<a>" * 200, "xml.malformed"),
        (cii().replace(b">160.00<", b">NaN<"), "ubl.amount"),
        (order(), "cii.order"),
    ],
)
def test_what_can_not_be_read_waits_for_a_person(desk, data, rule):
    purchase = desk.received(made.pdf_with_files(("factur-x.xml", data)), "factuur.pdf")
    assert (purchase.state, purchase.total) == (PurchaseState.UPLOADED, None)
    assert purchase.facts["refused"] == rule
    assert told(purchase)


def test_other_files_in_a_pdf_change_nothing(desk):
    for data in (made.pdf(), made.pdf_with_files(("readme.txt", b"hello")), made.pdf_with_files(("a.xml", b"<a/>"))):
        assert desk.received(data, "factuur.pdf").facts == {}


def test_a_bomb_in_a_pdf_is_left_packed():
    bomb = pikepdf.new()
    bomb.add_blank_page()
    stream = pikepdf.Stream(bomb, b"", Type=pikepdf.Name.EmbeddedFile)
    stream.write(zlib.compress(b" " * (8 * MAX_BYTES), 9), filter=pikepdf.Name.FlateDecode)
    held = pikepdf.Dictionary(F="factur-x.xml", EF=pikepdf.Dictionary(F=stream))
    bomb.Root.AF = pikepdf.Array([held])
    small = made.saved(bomb, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(small) < MAX_BYTES // 20
    assert xml_inside(small, "factuur.pdf") == []


def test_a_locked_copy_is_read_too(desk):
    data = made.pdf_with_files(("factur-x.xml", cii()))
    with pikepdf.open(BytesIO(data)) as opened:
        locked = made.saved(opened, encryption=pikepdf.Encryption(owner="o", user=""))
    assert desk.received(locked, "factuur.pdf").total == Decimal("395.00")


def test_many_files_are_not_all_looked_at():
    files = [(f"{number}.xml", cii(number=str(number))) for number in range(60)]
    assert len(xml_inside(made.pdf_with_files(*files), "factuur.pdf")) == 5
