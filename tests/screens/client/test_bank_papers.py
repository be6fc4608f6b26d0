"""From a booked movement to its paper: what the client sent, and nothing of the office."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.documents.models import Document
from requests_app.queries.papers import papers_behind
from tests.screens.accountant.conftest import Office
from tests.screens.accountant.test_desk import Sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(world, clock):
    """Two movements; the first is booked with a paper that Sofie sent."""
    office = Office(world)
    sent = Sent(office, "-169.69", "-20.00")
    _source(sent, "client")
    with office.scope():
        default_storage.save(sent.paper.document.storage_key, ContentFile(b"%PDF-1.4"))
    assert sent.book().status_code == 200
    sent.mijn = f"/mijn/{office.administration.pk}/"
    return sent


def _source(sent, source):
    with sent.office.scope():
        Document.objects.filter(pk=sent.paper.document_id).update(source=source)


def _page(booked, who="sofie"):
    return booked.office.world.client(who).get(f"{booked.mijn}bank/").content.decode()


def test_a_booked_movement_leads_to_its_paper(booked):
    page = _page(booked)
    with booked.office.scope():
        document = booked.paper.document
    url = f"{booked.mijn}documenten/{document.pk}/original/"
    assert page.count("Bekijk document") == 1
    assert f'href="{url}">Bekijk document<span class="visually-hidden"> {document.name}</span>' in page
    assert booked.office.world.client("sofie").get(url).status_code == 200
    assert "612000" not in page
    assert "440000" not in page


def test_a_movement_whose_booking_is_undone_has_none(booked):
    booked.office.post(f"bank/lines/{booked.line.pk}/booking/", {"undo": "1"}, htmx="desk")
    assert "Bekijk document" not in _page(booked)


def test_a_paper_of_the_office_stays_there(booked):
    _source(booked, "office")
    assert "Bekijk document" not in _page(booked)


def test_one_query_for_the_whole_page(booked):
    def told():
        with booked.office.domain_queries() as found:
            _page(booked)
        return found

    _page(booked)
    one = told()
    # Postgres 16 and later write JSON_OBJECT, older ones JSONB_BUILD_OBJECT
    assert len([sql for sql in one if re.search(r"json_object|jsonb_build_object", sql, re.IGNORECASE)]) == 1
    booked.office.lines("-30.00", "-40.00", number=59, old="810.31")
    assert len(told()) == len(one)


def test_the_papers_of_all_lines_are_one_query(booked, django_assert_num_queries):
    office = booked.office
    with office.world.scope("sofie"), django_assert_num_queries(1):
        found = papers_behind(booked.lines, office.administration, office.world.actor("sofie"))
    assert {line: [paper.pk for paper in papers] for line, papers in found.items()} == {
        booked.line.pk: [booked.paper.document_id]
    }


def test_a_colleague_looking_along_stays_in_the_preview(booked):
    office = booked.office
    begun = office.post("as-client/")
    page = office.browser.get(f"{begun['Location']}bank/").content.decode()
    assert f'href="{begun["Location"]}documenten/{booked.paper.document_id}/original/">Bekijk document' in page
    assert office.browser.get(f"{begun['Location']}documenten/{booked.paper.document_id}/original/").status_code == 200
