"""Writing down on the screen what the client said by phone."""

import pytest

from requests_app.models import Answer
from requests_app.state import state_of
from tests.bankfeeds.conftest import TODAY
from tests.requests_app.conftest import SOFIE
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db

SAID = {
    "how": "phone",
    "whom": "Sofie Lemmens",
    "heard_on": TODAY.isoformat(),
    "kind": "private",
    "text": "Een cadeau.",
}


@pytest.fixture
def question(office):
    [line] = office.lines("-169.69")
    [request] = office.asked(line)
    return request


def test_noting_and_taking_back(office, question, world):
    place = f"requests/{question.pk}/"
    assert "Noteer een antwoord dat je kreeg" in words(office.get(place))
    assert office.post(f"{place}answers/", SAID).status_code == 302
    page = words(office.get(place))
    assert "Genoteerd door" in page
    assert f"na telefoon met {SOFIE.name}" in page
    assert "Noteer een antwoord dat je kreeg" not in page
    with office.scope():
        assert state_of(question, TODAY).turn == "firm"
    office.post(f"{place}answers/", {"undo": "1"})
    with office.scope():
        assert state_of(question, TODAY).turn == "client"


def test_what_cannot_be_is_said_and_changes_nothing(office, question):
    place = f"requests/{question.pk}/answers/"
    for wrong in ({"kind": "document"}, {"heard_on": "soon"}, {"kind": "later"}, {"heard_on": "2031-01-01"}):
        assert office.post(place, SAID | wrong, htmx="thread").status_code == 422
    with office.scope():
        assert not Answer.objects.exists()


def test_the_client_reads_who_noted_it(office, question, world):
    office.post(f"requests/{question.pk}/answers/", SAID)
    page = words(world.client("sofie").get(f"/mijn/{office.administration.pk}/activiteiten/{question.pk}/"))
    assert "noteerde" in page or "genoteerd door" in page
