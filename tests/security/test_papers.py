"""A paper the client's list does not show does not open by its address either."""

import pytest

from portal.documents.models import Document, Source
from tests.requests_app.conftest import new_document

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["rita", "an", "chris"])
def test_papers_of_the_office_stay_at_the_office(world, clock, who):
    with world.scope():
        paper = new_document(world.bakery, world.actor("els"))
        Document.objects.filter(pk=paper.pk).update(source=Source.OFFICE)
    address = f"/mijn/{world.bakery.pk}/documenten/{paper.pk}/original/"
    browser = world.client(who)
    assert browser.get(address).status_code == 404
    assert str(paper.pk) not in browser.get(f"/mijn/{world.bakery.pk}/documenten/").content.decode()
