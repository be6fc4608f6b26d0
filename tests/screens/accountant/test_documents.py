"""Papers on a screen: pages of our own making, originals that can do no harm, an e-invoice in words."""

import pytest

from accounting.models import Period
from invoicing.actions.purchases import book_purchase
from portal.documents.models import Document, Source
from portal.documents.store import store
from portal.documents.tasks import make_preview
from tests.bankfeeds.conftest import TODAY
from tests.documents import made
from tests.invoicing.papers import ubl
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db


def keep(office, data, name):
    with office.scope():
        facts = {"source": Source.CLIENT, "by": office.actor, "on": TODAY}
        document = store(administration=office.administration, data=data, name=name, **facts).document
    ids = {"firm_id": document.firm_id, "administration_id": document.administration_id, "document_id": document.pk}
    make_preview(**{name: str(value) for name, value in ids.items()})
    with office.scope():
        return Document.objects.get(pk=document.pk)


def test_a_page_is_a_picture_we_made(office):
    document = keep(office, made.corner_photo(), "bon.jpg")
    page = office.get(f"documents/{document.pk}/pages/1.png")
    assert (page.status_code, page["Content-Type"]) == (200, "image/webp")
    assert page.content[8:12] == b"WEBP"
    assert "private" in page["Cache-Control"]
    assert office.get(f"documents/{document.pk}/pages/2.png").status_code == 404
    assert office.get(f"documents/{document.pk}/pages/0.png").status_code == 404


def test_the_original_is_only_a_download(office):
    data = made.corner_photo()
    document = keep(office, data, 'bon "é" <b>.jpg')
    original = office.get(f"documents/{document.pk}/original/")
    assert original.content == data
    assert original["Content-Type"] == "application/octet-stream"
    assert original["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert '"' not in original["Content-Disposition"]
    assert original["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert original["X-Content-Type-Options"] == "nosniff"


def test_a_document_and_what_became_of_it(office):
    with office.scope():
        paper = office.proposed()
        page = f"documents/{paper.document_id}/"
    assert office.get(page).status_code == 200
    with office.scope():
        number = book_purchase(purchase=paper, by=office.actor, on=TODAY).shown_number
    assert number in words(office.get(page))
    assert number in words(office.firm("documents/"))


def test_an_e_invoice_is_shown_in_words_and_its_inside_as_pages(office):
    pdf = made.pdf()
    with office.scope():
        plain = office.received(ubl())
        inside = office.received(ubl(inside=pdf, number="F-8"), "met.xml")
        (part,) = inside.document.parts.all()
    page = words(office.get(f"documents/{plain.document_id}/"))
    for said in ("Molens van de Leie", "F-2026-7", "121,00"):
        assert said in page
    shown = keep(office, pdf, part.name)
    assert shown.pages == 1
    page = office.get(f"documents/{inside.document_id}/")
    assert f"documents/{part.pk}/pages/1.png" in page.content.decode()


def test_a_document_without_a_preview_still_shows(office, monkeypatch):
    with office.scope():
        paper = office.uploaded()
    assert office.get(f"documents/{paper.document_id}/").status_code == 200


# ── Periods ──


def test_a_month_is_locked_and_opened(office, world):
    with office.scope():
        month = Period.objects.get(administration=office.administration, code="2026-03")
    for undo, locked in (({}, True), ({"undo": "1"}, False)):
        assert office.post(f"periods/{month.pk}/lock/", undo).status_code == 302
        with office.scope():
            assert (Period.objects.get(pk=month.pk).locked_at is not None) == locked
    assert world.client("joke").post(f"{office.url}periods/{month.pk}/lock/").status_code == 404
