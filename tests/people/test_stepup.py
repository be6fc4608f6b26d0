"""Weighty acts: who asks is asked who they are, loses nothing of what was typed, and is led nowhere else."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.core.cache import cache

from portal.people.models import Invitation, Member
from tests.cast import PASSWORD
from tests.people.conftest import sign_in

PEOPLE = "/kantoor/van-damme/people/"
CONFIRM = "/bevestigen/"
NEW = {"name": "Nina Nieuw", "email": "nina@nieuw.example", "role": "assistant", "language": "nl"}


@pytest.fixture
def els(strict, world, app):
    """Els at her desk, signed in with her app an hour ago."""
    held = app("els")
    browser = sign_in("els")
    browser.post("/accounts/2fa/authenticate/", {"code": held.code(-1)})
    browser.held = held
    _an_hour_later(browser)
    return browser


def _an_hour_later(browser):
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


def _fields(response):
    """The form with a code, as the browser would send it."""
    page = response.content.decode()
    form = re.search(r"<form class=\"card\"(?:(?!</form>).)*name=\"code\".*?</form>", page, re.DOTALL)[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_an_invitation_is_held_up_and_goes_through_whole(els, world):
    asked = els.post(PEOPLE, NEW)
    assert asked.status_code == 200
    with world.scope():
        assert not Invitation.objects.filter(email=NEW["email"]).exists()
    fields = _fields(asked)
    assert {name: fields[name] for name in NEW} == NEW
    key = els.session.session_key
    proved = els.post(CONFIRM, fields | {"code": els.held.code()})
    assert (proved.status_code, proved.headers["Location"]) == (307, PEOPLE)
    assert els.session.session_key != key
    done = els.post(PEOPLE, fields)  # what a browser does after a 307
    assert done.status_code == 302
    with world.scope():
        assert Invitation.objects.filter(email=NEW["email"]).count() == 1


def _form(response):
    """What the page carries, whatever it asks for."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_without_a_factor_the_password_will_do_and_lasts_a_quarter_of_an_hour(strict, world):
    strict.SECOND_FACTOR_REQUIRED = False
    els = sign_in("els")
    _an_hour_later(els)
    fields = _form(els.post(PEOPLE, NEW))
    assert els.post(CONFIRM, fields | {"password": PASSWORD}).status_code == 307
    with world.scope():
        tom = Member.objects.get(user=world.user("tom"), revoked_at=None)
    assert els.post(f"{PEOPLE}{tom.pk}/revocation/").status_code == 302
    _an_hour_later(els)
    assert b"stepup" in els.post(PEOPLE, NEW).content


def test_a_wrong_proof_keeps_the_form_and_a_guesser_is_stopped(els):
    fields = _fields(els.post(PEOPLE, NEW))
    wrong = els.post(CONFIRM, fields | {"code": "000000"})
    assert wrong.status_code == 422
    assert _fields(wrong)["email"] == NEW["email"]
    for number in range(5):
        els.post(CONFIRM, fields | {"code": f"{number:06}"})
    assert els.post(CONFIRM, fields | {"code": els.held.code()}).status_code == 422
    for number in range(8):
        last = els.post(CONFIRM, fields | {"password": f"fout {number}"})
    assert last.status_code == 429
    cache.clear()


def test_a_used_code_stays_used_whatever_becomes_of_the_form(els):
    code = els.held.code()
    assert els.post(CONFIRM, {"stepup": PEOPLE, "code": code}).status_code == 307
    assert els.post(PEOPLE, {"email": "nonsense"}).status_code == 422
    _an_hour_later(els)
    assert els.post(CONFIRM, {"stepup": PEOPLE, "code": code}).status_code == 422


@pytest.mark.parametrize(
    "away",
    [
        "",
        "https://evil.example/kantoor/",
        "//evil.example/kantoor/",
        "/\\evil.example",
        "/accounts/logout/",
        "/kantoor//evil.example",
        "/kantoor/\\evil",
        "kantoor/",
        "/kantoor/\r\nX: y",
    ],
)
def test_a_proof_leads_nowhere_else(els, away):
    assert els.post(CONFIRM, {"stepup": away, "password": PASSWORD}).status_code == 404


def test_looking_is_free(els):
    assert els.get(PEOPLE).status_code == 200


def test_a_stranger_and_a_get_prove_nothing(strict, world):
    from django.test import Client

    assert Client().post(CONFIRM, {"stepup": PEOPLE, "password": PASSWORD}).status_code == 302
    assert world.client("els").get(CONFIRM).status_code == 405


def test_without_a_token_of_ours_nothing_is_taken(els):
    from django.test import Client

    forged = Client(enforce_csrf_checks=True)
    forged.cookies = els.cookies
    assert forged.post(CONFIRM, {"stepup": PEOPLE, "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "settings/",
        "people/{member}/",
        "people/{member}/revocation/",
        "{books}/bank/accounts/",
        "{books}/client/invitations/",
    ],
)
def test_what_is_weighty_asks(els, world, path):
    with world.scope():
        member = Member.objects.get(user=world.user("tom"), revoked_at=None).pk
    response = els.post("/kantoor/van-damme/" + path.format(member=member, books=world.newlogo.pk), {"a": "b"})
    assert b'name="stepup"' in response.content, response.content[:300]


def test_locking_is_free_and_unlocking_asks(els, world):
    path = f"/kantoor/van-damme/{world.newlogo.pk}/periods/{uuid4()}/lock/"
    assert els.post(path, {}).status_code == 404  # no such month, but nobody asked
    assert b'name="stepup"' in els.post(path, {"undo": "1"}).content


def test_who_just_signed_in_is_not_asked_again(strict, world, app):
    held = app("els")
    browser = sign_in("els")
    browser.post("/accounts/2fa/authenticate/", {"code": held.code()})
    assert browser.post(PEOPLE, NEW).status_code == 302


def test_from_within_a_fragment_the_whole_page_asks(els):
    url = f"http://testserver{PEOPLE}"
    response = els.post(PEOPLE, NEW, headers={"HX-Request": "true", "HX-Current-URL": url})
    assert response.headers["HX-Redirect"].startswith("/accounts/reauthenticate/?next=%2Fkantoor%2F")


def test_the_address_for_replies_waits_for_a_proof_and_a_picture_is_asked_for_again(els, world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings = "/kantoor/van-damme/settings/"
    words = {"name": "Van Damme", "mark": "VD", "brand_color": "#0B5B58", "email": "post@elders.example"}
    asked = els.post(settings, words | {"logo": SimpleUploadedFile("logo.png", b"bytes", "image/png")})
    fields = _fields(asked)
    assert fields["email"] == words["email"]
    assert els.post(CONFIRM, fields | {"code": els.held.code()}).headers["Location"] == settings
    again = els.post(settings, fields)
    assert again.status_code == 422
    assert again.context["form"].errors.keys() == {"logo"}
    with world.scope():
        world.firm.refresh_from_db()
        assert world.firm.email != words["email"]
    assert els.post(settings, words).status_code == 302
