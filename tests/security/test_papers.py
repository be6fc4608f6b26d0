"""A paper the client's list does not show does not open by its address either."""

from io import BytesIO

import pytest
from PIL import Image

from portal.documents.models import Source
from requests_app.actions.papers import Sent, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(world, clock):
    """Take in one picture at the bakery, by this road."""

    def take(source):
        out = BytesIO()
        Image.new("RGB", (60, 80), "white").save(out, "PNG")
        with world.scope():
            taken = take_in(
                administration=world.bakery,
                files=[Sent(out.getvalue(), "bon.png")],
                source=source,
                by=world.actor("els"),
                on=clock.today,
            )
        return f"/mijn/{world.bakery.pk}/documenten/{taken.documents[0].pk}/original/"

    return take


@pytest.mark.parametrize("who", ["rita", "an", "chris"])
def test_papers_of_the_office_stay_at_the_office(world, paper, who):
    assert world.client(who).get(paper(Source.OFFICE)).status_code == 404


@pytest.mark.parametrize("who", ["rita", "an", "chris"])
def test_papers_of_the_client_s_side_open(world, paper, who):
    assert world.client(who).get(paper(Source.LINK)).status_code == 200
