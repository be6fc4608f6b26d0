"""Who got which mail: of one question and of one client, and what can be decided about it."""

from datetime import timedelta

import pytest

from portal.kernel.clock import now
from portal.links.models import Link
from portal.links.redeem import note_use
from portal.outbox.models import OutgoingMail, State
from requests_app.actions.close import close_request
from requests_app.actions.remind import remind_due
from requests_app.queries.deliveries import deliveries_of_request
from tests.bankfeeds.conftest import TODAY
from tests.requests_app.conftest import SOFIE
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(office):
    [line] = office.lines("-169.69")
    [request] = office.asked(line)
    return request


def become(office, state, **more):
    with office.scope():
        OutgoingMail.objects.update(state=state, **more)
        return OutgoingMail.objects.get()


def states(office, request):
    with office.scope():
        return [(each.mail.kind, each.state, each.used_at is not None) for each in deliveries_of_request(request)]


def test_every_state_is_said(office, question):
    for state, more, said in (
        (State.QUEUED, {}, "wacht"),
        (State.SENT, {"sent_at": now()}, "verstuurd"),
        (State.UNCERTAIN, {}, "misschien verstuurd"),
        (State.DEAD, {"sent_at": None, "bounced_at": now()}, "geweigerd"),
    ):
        become(office, state, **more)
        for page in (office.get(f"requests/{question.pk}/"), office.get("client/mails/")):
            assert said in words(page)
            assert SOFIE.email in words(page)


def test_the_use_of_a_link_stands_with_the_last_mail_before_it(office, question, clock):
    become(office, State.SENT, sent_at=now())
    assert states(office, question) == [("request", "sent", False)]
    clock.forward(days=1)
    with office.scope():
        note_use(Link.objects.get(email=SOFIE.email))
    assert states(office, question) == [("request", "sent", True)]
    clock.forward(days=2)
    with office.scope():
        assert remind_due(clock.now) == 1
        OutgoingMail.objects.filter(kind="reminder").update(state=State.SENT, sent_at=now())
    assert states(office, question) == [("reminder", "sent", False), ("request", "sent", True)]
    assert "1 keer, laatst" in words(office.get("client/mails/"))


def test_a_doubtful_mail_is_sent_again_only_while_its_question_is_open(office, question):
    mail = become(office, State.UNCERTAIN)
    place = f"client/mails/{mail.pk}/"
    assert "Opnieuw versturen" in words(office.get("client/mails/"))
    assert office.post(place).status_code == 302
    with office.scope():
        assert OutgoingMail.objects.get().state == State.QUEUED
        OutgoingMail.objects.update(state=State.UNCERTAIN)
        close_request(request=question, outcome="not_needed", by=office.actor, on=TODAY)
    assert "Opnieuw versturen" not in words(office.get("client/mails/"))
    assert "is al afgesloten" in words(office.post(place, follow=True))
    with office.scope():
        assert OutgoingMail.objects.get().state == State.UNCERTAIN
    assert office.post(place, {"done": "1"}).status_code == 302
    with office.scope():
        assert OutgoingMail.objects.get().state == State.SENT


def test_who_was_never_mailed_says_so(office, world):
    assert "nooit gemaild" in words(office.get("client/mails/"))


def test_a_mail_about_several_clients_stands_with_each_and_another_clients_with_none(office, world, question):
    with office.scope():
        OutgoingMail.objects.update(administration=None)
    assert SOFIE.email in words(office.get("client/mails/"))
    other = office.browser.get(f"{office.firm_url}{world.bakery.pk}/client/mails/")
    assert SOFIE.email not in words(other)
    with office.scope():
        mail = OutgoingMail.objects.get()
    assert office.browser.post(f"{office.firm_url}{world.bakery.pk}/client/mails/{mail.pk}/").status_code == 404


def test_old_mails_are_left_to_the_archive(office, question):
    with office.scope():
        OutgoingMail.objects.update(created_at=now() - timedelta(days=200))
    assert "Nog geen mail" in words(office.get("client/mails/"))
