"""A paper comes in: what is read from an e-invoice, and what waits for a person."""

from datetime import date
from decimal import Decimal

import pytest

from accounting.actions.parties import create_party
from invoicing.actions.purchases import book_purchase, save_proposal
from invoicing.actions.receive import receive
from invoicing.models import PurchaseDocument, PurchaseState
from invoicing.queries.purchases import candidates_for, fit_of, papers_of, proposal_lines, purchase_of
from invoicing.vat_proposal import nature_of, propose
from portal.audit.models import Event
from portal.documents.models import Document, Kind, Preview
from portal.documents.store import open_original
from tests.bankfeeds.conftest import TODAY
from tests.documents import made
from tests.invoicing.papers import grids, ubl


def lines_of(purchase):
    return [(line.vat_code, line.net, line.vat) for line in proposal_lines(purchase)]


def test_a_photo_waits_for_a_person(desk):
    purchase = desk.uploaded()
    assert (purchase.state, purchase.total, lines_of(purchase)) == (PurchaseState.UPLOADED, None, [])
    assert purchase_of(purchase.document) == purchase


def test_receiving_twice_is_once(desk):
    purchase = desk.uploaded()
    assert receive(document=purchase.document, by=desk.actor, on=TODAY) == purchase
    assert Event.objects.filter(what="purchase.received").count() == 1


def test_an_e_invoice_is_read_into_facts_and_a_line_per_rate(desk):
    rows = ("S", "6", "190.00", "11.40"), ("S", "21", "160.00", "33.60")
    purchase = desk.received(ubl(*rows, number="2026/0142"))
    assert (purchase.state, purchase.kind, purchase.currency) == (PurchaseState.PROPOSED, "invoice", "EUR")
    assert (purchase.net, purchase.vat, purchase.total) == (Decimal("350.00"), Decimal("45.00"), Decimal("395.00"))
    assert (purchase.number, purchase.issued_on) == ("2026/0142", date(2026, 10, 5))
    assert (purchase.supplier, purchase.supplier_name) == (None, "Molens van de Leie")
    assert (purchase.supplier_vat_number, purchase.supplier_iban) == ("BE0712345630", "BE68539007547034")
    assert purchase.structured_reference == "202600014239"
    assert lines_of(purchase) == [
        ("P06S", Decimal("190.00"), Decimal("11.40")),
        ("P21S", Decimal("160.00"), Decimal("33.60")),
    ]
    assert [line.description for line in proposal_lines(purchase)] == ["Ding 6", "Ding 21"]
    assert purchase.facts["from"] == "ubl"


def test_an_e_invoice_needs_no_preview(desk):
    document = desk.received(ubl()).document
    assert (document.kind, document.preview, document.pages) == (Kind.UBL, Preview.READY, 0)


def test_a_credit_note_is_negative_and_its_lines_are_not(desk):
    purchase = desk.received(ubl(root="CreditNote"))
    assert (purchase.kind, purchase.total) == ("credit_note", Decimal("-121.00"))
    assert lines_of(purchase) == [("P21S", Decimal("100.00"), Decimal("21.00"))]


def test_the_papers_inside_are_kept_as_parts(desk):
    inside = made.pdf()
    data = ubl(inside=inside)
    purchase = desk.received(data)
    (part,) = Document.objects.filter(part_of=purchase.document)
    assert (part.name, part.kind, part.source) == ("factuur 7.pdf", Kind.PDF, purchase.document.source)
    assert open_original(part) == inside
    assert open_original(purchase.document) == data
    assert not PurchaseDocument.objects.filter(document=part).exists()


def test_a_paper_inside_that_is_no_paper_does_not_stop_the_invoice(desk):
    purchase = desk.received(ubl(inside=b"MZ\x90\x00 a program"))
    assert purchase.state == PurchaseState.PROPOSED
    assert not Document.objects.filter(part_of=purchase.document).exists()


def test_a_broken_e_invoice_waits_with_the_rule(desk):
    purchase = desk.received(ubl().replace(b">100.00</cbc:TaxableAmount>", b">honderd</cbc:TaxableAmount>"))
    assert purchase.state == PurchaseState.UPLOADED
    assert purchase.facts["refused"].startswith("ubl.")
    assert "is not a number" in purchase.facts["remarks"][0]["template"]
    assert lines_of(purchase) == []


@pytest.mark.parametrize("known_by", ["vat_number", "iban", "name"])
def test_a_known_supplier_brings_its_account_and_code(desk, known_by):
    facts = {"vat_number": {"vat_number": "BE 0712.345.630"}, "iban": {"ibans": ["BE68 5390 0754 7034"]}, "name": {}}
    name = "Molens van de Leie" if known_by == "name" else "Iemand anders"
    party = create_party(administration=desk.administration, name=name, by=desk.actor, on=TODAY, **facts[known_by])
    party.default_account, party.default_vat_code = desk.ledger("604000"), "P21G"
    party.save()
    purchase = desk.received(ubl(("S", "21", "100.00", "21.00"), ("S", "6", "10.00", "0.60")))
    assert purchase.supplier == party
    assert [line.account for line in proposal_lines(purchase)] == [party.default_account] * 2
    assert [code for code, _, _ in lines_of(purchase)] == ["P21G", "P06S"]


@pytest.mark.parametrize(
    ("rate", "category", "usual", "code"),
    [
        ("21", "S", "", "P21S"),
        ("12", "S", "", "P12S"),
        ("0", "Z", "", "P00S"),
        ("0", "E", "P00G", "P00G"),
        ("21", "S", "P21I", "P21I"),
        ("6", "S", "P21I", "P06S"),
        ("21", "S", "P21S-D50", "P21S-D50"),
        ("0", "AE", "", ""),  # from nobody knows where
        ("0", "AE", "PCC21S", "PCC21S"),
        ("0", "K", "PIC21G", "PIC21G"),
        ("0", "AE", "P21S", ""),
        ("19", "S", "", ""),
        ("21", "", "", ""),
    ],
)
def test_which_code_a_rate_is(rate, category, usual, code):
    assert propose(Decimal(rate), category, usual).code == code


@pytest.mark.parametrize(
    ("category", "country", "nature", "code", "why"),
    [
        ("AE", "BE", "", "PCC21S", "reverse_domestic"),
        ("AE", "BE", "goods", "PCC21G", "reverse_domestic"),
        ("AE", "BE", "investment", "PCC21I", "reverse_domestic"),
        ("AE", "DE", "", "PICS21", "ic_service"),
        ("AE", "US", "", "PNEU21S", "noneu_service"),
        ("K", "NL", "", "PIC21G", "ic_acquisition"),
        ("K", "NL", "investment", "PIC21I", "ic_acquisition"),
        ("K", "IE", "services", "PICS21", "ic_service"),  # some senders say K for a service
        ("K", "BE", "", "", ""),
        ("K", "US", "", "", ""),
        ("G", "US", "", "PIM21G", "import_deferred"),
        ("G", "GB", "services", "PNEU21S", "noneu_service"),
        ("G", "XI", "", "", ""),
        ("G", "BE", "", "", ""),
        ("O", "CH", "", "PNEU21S", "noneu_service"),
        ("O", "BE", "", "", ""),
        ("AE", "", "", "", ""),
    ],
)
def test_which_code_follows_where_the_buyer_owes_the_vat(category, country, nature, code, why):
    found = propose(Decimal(0), category, country=country, nature=nature)
    assert (found.code, found.why) == (code, why)


def test_goods_or_services():
    assert nature_of(["KGM"], "82") == "services"  # the usual account of the supplier decides
    assert [nature_of(units) for units in (["HUR", "DAY"], ["KGM"], ["C62"], ["HUR", "KGM"], [])] == [
        "services",
        "goods",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("category", "vat", "code", "filled"),
    [
        ("AE", "DE136695976", "PICS21", {"82": "100.00", "88": "100.00", "55": "21.00", "59": "21.00"}),
        ("K", "FR40303265045", "PIC21G", {"81": "100.00", "86": "100.00", "55": "21.00", "59": "21.00"}),
        ("AE", "BE0712345630", "PCC21S", {"82": "100.00", "87": "100.00", "56": "21.00", "59": "21.00"}),
    ],
)
def test_an_e_invoice_without_vat_gets_the_code_and_the_grids(desk, category, vat, code, filled):
    data = ubl((category, "0", "100.00", "0.00")).replace(b"BE0712345630", vat.encode(), 1)
    purchase = desk.received(data)
    assert lines_of(purchase) == [(code, Decimal("100.00"), Decimal("0.00"))]
    (said,) = purchase.facts["vat"]
    assert (said["code"], said["category"], said["country"]) == (code, category, vat[:2])
    line = desk.line("100.00", "0.00", code)
    save_proposal(purchase=purchase, proposal=desk.proposal(line), by=desk.actor, on=TODAY)
    entry = book_purchase(purchase=purchase, by=desk.actor, on=TODAY)
    assert grids(entry) == {grid: Decimal(amount) for grid, amount in filled.items()}


def test_papers_that_fit_a_line(desk):
    purchase = desk.received(ubl())
    near = candidates_for(desk.administration, amount=Decimal("-121.00"), around=date(2026, 11, 1))
    assert near == [purchase]
    assert not candidates_for(desk.administration, amount=Decimal("121.00"), around=date(2026, 11, 1))
    assert not candidates_for(desk.administration, amount=Decimal("-121.00"), around=date(2027, 11, 1))
    fit = fit_of(
        purchase,
        amount=Decimal("-121.00"),
        communication="betaling F-2026-7",
        iban="BE68539007547034",
        name="MOLENS VAN DE LEIE BV",
    )
    assert (fit.reasons, fit.difference) == (("amount", "reference", "iban", "name"), Decimal("0.00"))
    by_structure = fit_of(
        purchase, amount=Decimal(0), communication="+++202/6000/14239+++", iban="", name="Molens van de leie"
    )
    assert by_structure.reasons == ("reference", "name")
    nothing = fit_of(purchase, amount=Decimal("-120.00"), communication="", iban="", name="")
    assert (nothing.reasons, nothing.difference) == ((), Decimal("1.00"))
    assert papers_of([purchase.document_id, None]) == [purchase]
