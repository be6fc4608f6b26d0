"""What goes out next on the screen, and pausing it."""

import pytest

from portal.outbox.models import OutgoingMail
from requests_app.models import Pause
from tests.requests_app.conftest import SOFIE
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(office):
    [line] = office.lines("-169.69")
    [request] = office.asked(line)
    return request


def test_what_goes_out_next_and_the_mail_itself(office, question):
    page = office.firm("reminders/upcoming/")
    assert SOFIE.name in words(page)
    assert "1 van 3" in words(page)
    place = f"reminders/upcoming/{question.link_id}/"
    assert "169,69" in words(office.firm(place))
    mail = office.firm(f"{place}mail/")
    assert "169,69" in mail.content.decode()
    assert "/l/" not in mail.content.decode()
    assert "script-src 'none'" in mail["Content-Security-Policy"]
    assert "default-src 'none'" in mail["Content-Security-Policy"]
    with office.scope():
        assert not OutgoingMail.objects.filter(kind="reminder").exists()


def test_nobody_to_remind_has_no_mail(office, question):
    office.post(f"requests/{question.pk}/pause/", {"reason": "Verlof"})
    assert "Er staat geen herinnering gepland" in words(office.firm("reminders/upcoming/"))
    place = f"reminders/upcoming/{question.link_id}/"
    assert "Er staat geen herinnering gepland" in words(office.firm(place))
    assert office.firm(f"{place}mail/").status_code == 302


@pytest.mark.parametrize("whole", [False, True])
def test_pausing_and_going_on(office, question, whole):
    place = "client/pause/" if whole else f"requests/{question.pk}/pause/"
    page = f"requests/{question.pk}/"
    assert "herinnering 1 van 3" in words(office.get(page))
    assert office.post(place, {"reason": "Met verlof"}).status_code == 302
    for shown in (office.get(page), office.firm("requests/")):
        assert "Herinneringen gepauzeerd" in words(shown)
    assert ("Herinneringen gepauzeerd" in words(office.firm())) == whole
    assert ("Met verlof" in words(office.get("client/"))) == whole
    office.post(place, {"undo": "1"})
    assert "herinnering 1 van 3" in words(office.get(page))


def test_a_pause_without_a_reason_is_none(office, question):
    office.post("client/pause/", {"reason": " "})
    office.post("client/pause/", {"reason": "x", "until": "soon"})
    with office.scope():
        assert not Pause.objects.exists()
