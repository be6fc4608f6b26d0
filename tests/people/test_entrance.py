"""Coming in: password or code by mail, no learning who has an account, and back to where one was."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import PASSWORD

LOGIN = "/accounts/login/"
UNKNOWN = "niemand@nergens.example"
KNOWN = "an@korenaar.example"


def _sign_in(browser: Client, email: str = KNOWN, password: str = PASSWORD, **more):
    return browser.post(LOGIN, {"login": email, "password": password, **more})


def _plain(response, email: str) -> str:
    text = response.content.decode().replace(email, "ADDRESS")
    return re.sub(r'(value|content|nonce)="[^"]*"|\b\w{64}\b', "", text)


@pytest.mark.parametrize("email", [KNOWN, KNOWN.upper()])
def test_a_password_opens_the_only_door(world, email):
    browser = Client()
    response = _sign_in(browser, email)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert browser.get("/").headers["Location"] == f"/mijn/{world.bakery.pk}/"


def test_who_has_several_doors_chooses_and_switches_without_signing_in_again(world):
    browser = Client()
    _sign_in(browser, "dina@dubbel.example")
    choice = browser.get("/").content.decode()
    for path in ("/kantoor/van-damme/", "/kantoor/de-wit/", f"/mijn/{world.newlogo.pk}/"):
        assert path in choice
        assert browser.get(path).status_code == 200
    assert browser.get(f"/mijn/{world.bakery.pk}/").status_code == 404


def test_who_has_no_door_is_told_so(world):
    browser = Client()
    _sign_in(browser, "zoe@nergens.example")
    assert browser.get("/").status_code == 200


def test_the_wrong_password_says_the_same_for_everybody(world):
    known, unknown = (_sign_in(Client(), email, "fout") for email in (KNOWN, UNKNOWN))
    assert known.status_code == unknown.status_code == 200
    assert _plain(known, KNOWN) == _plain(unknown, UNKNOWN)


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/code/"])
def test_asking_for_a_mail_says_the_same_for_everybody_and_mails_only_who_exists(world, path):
    answers = {}
    for email, mails in ((KNOWN, 1), (UNKNOWN, 0)):
        mail.outbox.clear()
        response = Client().post(path, {"email": email})
        answers[email] = (response.status_code, response.headers.get("Location"))
        assert len(mail.outbox) == mails, email
    assert answers[KNOWN] == answers[UNKNOWN]


@pytest.fixture
def queue():
    """A queue that nobody works off, instead of tasks that run on the spot."""
    from celery import current_app

    current_app.conf.task_always_eager = False
    with current_app.connection_or_acquire() as line:
        letters = line.SimpleQueue("mail")
        letters.clear()
        yield letters
        letters.clear()
        letters.close()
    current_app.conf.task_always_eager = True


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/code/"])
def test_asking_for_a_mail_is_the_same_work_for_everybody(world, queue, path):
    def work(email):
        with CaptureQueriesContext(connection) as queries:
            assert Client().post(path, {"email": email}).status_code == 302
        letter = queue.get(timeout=5)
        letter.ack()
        return len(queries), len(letter.payload[1]["letter"])

    work(KNOWN)  # whatever is only read once
    assert work(KNOWN) == work(UNKNOWN) == work("els@van-damme.example")
    assert mail.outbox == []  # nothing was written nor posted while the reader waited


def test_a_code_by_mail_opens_the_door(world):
    browser = Client()
    browser.post("/accounts/login/code/", {"email": KNOWN})
    code = re.search(r"^\s*([0-9A-Z]{3,}-?[0-9A-Z]{3,})\s*$", mail.outbox[0].body, re.MULTILINE)
    assert code is not None, mail.outbox[0].body
    assert browser.post("/accounts/login/code/confirm/", {"code": code[1]}).status_code == 302
    assert browser.get(f"/mijn/{world.bakery.pk}/").status_code == 200


def test_nobody_signs_up(world):
    before = Client().get("/accounts/signup/")
    assert b'name="password1"' not in before.content
    Client().post("/accounts/signup/", {"email": UNKNOWN, "password1": PASSWORD})
    from portal.people.models import User

    assert not User.objects.filter(email=UNKNOWN).exists()


def test_a_guesser_is_slowed_down(world):
    codes = [_sign_in(Client(), KNOWN, f"fout{number}").status_code for number in range(8)]
    assert codes[0] == 200
    browser = Client()
    _sign_in(browser)
    assert "_auth_user_id" not in browser.session  # even the right password waits now


def test_a_lost_session_comes_back_to_the_same_page(world):
    path = f"/mijn/{world.bakery.pk}/"
    browser = Client()
    sent = browser.get(path)
    assert sent.headers["Location"] == f"{LOGIN}?next={path.replace('/', '%2F')}"
    assert _sign_in(browser, next=path).headers["Location"] == path


def test_a_lost_session_inside_htmx_moves_the_whole_page(world):
    page = f"http://testserver/mijn/{world.bakery.pk}/activiteiten/"
    response = Client().post(f"/mijn/{world.bakery.pk}/upload/", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert response.headers["HX-Redirect"].startswith(LOGIN)
    assert "activiteiten" in response.headers["HX-Redirect"]


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_the_login_leads_nowhere_else(world, away):
    assert _sign_in(Client(), next=away).headers["Location"] == "/"
    language = Client().post("/taal/", {"language": "fr", "next": away})
    assert re.match(r"^/(?![/\\])", language.headers["Location"]), language.headers["Location"]


def test_signing_out_takes_a_button(world):
    browser = Client()
    _sign_in(browser)
    browser.get("/accounts/logout/")
    assert "_auth_user_id" in browser.session
    browser.post("/accounts/logout/")
    assert "_auth_user_id" not in browser.session


def test_a_form_without_its_token_is_refused_in_words(world):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(LOGIN, {"login": KNOWN, "password": PASSWORD}).status_code == 403


def test_one_cannot_learn_addresses_by_adding_one(world):
    browser = Client()
    _sign_in(browser)
    page = browser.get("/accounts/email/")
    if page.status_code == 404:
        return
    answers = []
    for email in ("tom@van-damme.example", UNKNOWN):
        response = browser.post("/accounts/email/", {"email": email, "action_add": ""})
        answers.append((response.status_code, response.headers.get("Location")))
    assert answers[0] == answers[1]
