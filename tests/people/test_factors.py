"""Second factors: who works at a firm has one; a code counts once; secrets are unreadable in the database."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from portal.people.apps import PeopleConfig
from portal.people.factors import Factors, rewrite_all
from tests.cast import PASSWORD
from tests.people.conftest import sign_in

SETUP = "/accounts/2fa/"
ASKED = "/accounts/2fa/authenticate/"
OFFICE = "/kantoor/van-damme/"


def _in(browser):
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize("path", ["", "people/", "settings/"])
def test_staff_without_a_factor_goes_to_where_it_is_set_up(strict, world, path):
    response = world.client("els").get(OFFICE + path)
    assert (response.status_code, response.headers["Location"]) == (302, SETUP)


def test_also_from_within_a_page_and_by_post(strict, world):
    browser = world.client("els")
    assert browser.get(OFFICE, headers={"HX-Request": "true"}).headers["HX-Redirect"] == SETUP
    assert browser.post(f"{OFFICE}people/", {}).headers["Location"] == SETUP


def test_a_closed_door_stays_a_404_and_clients_need_none(strict, world):
    assert world.client("els").get("/kantoor/de-wit/").status_code == 404
    assert world.client("an").get(f"/mijn/{world.bakery.pk}/").status_code == 200


def test_a_colleague_who_is_also_a_client_elsewhere_keeps_that_door(strict, world):
    browser = world.client("dina")
    assert browser.get(OFFICE).headers["Location"] == SETUP
    assert browser.get(f"/mijn/{world.newlogo.pk}/").status_code == 200


def test_with_a_factor_the_door_opens_and_taking_it_away_closes_it(strict, world, app):
    held = app("els")
    browser = world.client("els")
    assert browser.get(f"{OFFICE}people/").status_code == 200
    held.row.delete()  # recovery codes alone are no factor
    assert browser.get(f"{OFFICE}people/").headers["Location"] == SETUP


def test_the_password_alone_is_not_enough(strict, world, app):
    held = app("els")
    browser = sign_in("els")
    assert not _in(browser)
    assert browser.get(OFFICE).headers["Location"].startswith("/accounts/login/")
    before = browser.session.session_key
    response = browser.post(ASKED, {"code": held.code()})
    assert response.status_code == 302
    assert _in(browser)
    assert browser.session.session_key != before  # the session was rotated


def test_a_code_by_mail_is_followed_by_the_factor_too(strict, world, app):
    from django.core import mail

    app("els")
    browser = Client()
    browser.post("/accounts/login/code/", {"email": world.user("els").email})
    code = re.search(r"^\s*([0-9A-Z]{3,}-?[0-9A-Z]{3,})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert browser.post("/accounts/login/code/confirm/", {"code": code[1]}).headers["Location"] == ASKED
    assert not _in(browser)


def test_a_code_of_the_app_counts_once(strict, world, app):
    from django.core.cache import cache

    held = app("els")
    code = held.code()
    assert sign_in("els").post(ASKED, {"code": code}).status_code == 302
    cache.clear()  # what allauth remembers in the cache is gone
    again = sign_in("els")
    assert again.post(ASKED, {"code": code}).status_code == 200
    assert not _in(again)
    older = sign_in("els")
    older.post(ASKED, {"code": held.code(-1)})
    assert not _in(older)
    later = sign_in("els")
    later.post(ASKED, {"code": held.code(+1)})
    assert _in(later)


def test_a_recovery_code_counts_once(strict, world, app):
    held = app("els")
    code = held.recovery.get_unused_codes()[0]
    assert sign_in("els").post(ASKED, {"code": code}).status_code == 302
    again = sign_in("els")
    again.post(ASKED, {"code": code})
    assert not _in(again)
    assert len(Authenticator.objects.get(user=world.user("els"), type="recovery_codes").wrap().get_unused_codes()) == 9


def test_a_guesser_of_codes_is_stopped(strict, world, app):
    held = app("els")
    browser = sign_in("els")
    for number in range(5):
        browser.post(ASKED, {"code": f"{number:06}"})
    browser.post(ASKED, {"code": held.code()})  # even the right one waits now
    assert not _in(browser)
    other = sign_in("els")
    other.post(ASKED, {"code": held.code()})
    assert not _in(other)


def test_an_app_is_set_up_and_its_codes_are_shown_once(strict, world, django_capture_on_commit_callbacks):
    from tests.people.conftest import App

    browser = sign_in("els")
    other = sign_in("els")
    page = browser.get(f"{SETUP}totp/activate/").content.decode()
    held = App.__new__(App)
    held.secret = re.search(r'<code id="secret">([A-Z2-7]+)<', page)[1]
    with django_capture_on_commit_callbacks(execute=True):
        done = browser.post(f"{SETUP}totp/activate/", {"code": held.code()})
    assert done.headers["Location"] == f"{SETUP}recovery-codes/"
    codes = re.findall(r"(\d{8})$", browser.get(f"{SETUP}recovery-codes/").content.decode(), re.MULTILINE)
    assert len(codes) == 10
    again = browser.get(f"{SETUP}recovery-codes/").content.decode()
    assert not any(code in again for code in codes)
    assert browser.get(OFFICE + "people/").status_code == 200
    assert not _in(other)  # who came in without a factor is out
    fresh = sign_in("els")
    fresh.post(ASKED, {"code": held.code()})  # the code that set it up has counted
    assert not _in(fresh)


def test_secrets_are_unreadable_in_the_database_and_keys_can_be_changed(world, app, settings):
    held = app("els")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        dump = cursor.fetchone()[0]
    assert held.secret not in dump
    settings.MFA_KEY = Fernet.generate_key().decode()
    assert rewrite_all() == 2
    settings.SECRET_KEY = "quite another key, of at least fifty characters long, honestly"
    row = Authenticator.objects.get(pk=held.row.pk)
    assert Factors().decrypt(row.data["secret"]) == held.secret
    settings.MFA_KEY = "lost"
    with pytest.raises(ValueError, match="key that is gone"):
        Factors().decrypt(row.data["secret"])


def test_a_server_does_not_start_without(settings):
    settings.SANDBOX, settings.SECOND_FACTOR_REQUIRED, settings.STEP_UP_REQUIRED = False, False, True
    with pytest.raises(ImproperlyConfigured):
        PeopleConfig.create("portal.people").ready()


def test_the_setup_asks_the_password_when_the_login_is_long_ago(strict, world):
    browser = sign_in("els")
    assert browser.get(f"{SETUP}totp/activate/").status_code == 200
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 16 * 60
    session.save()
    asked = browser.get(f"{SETUP}totp/activate/")
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    key = browser.session.session_key
    back = browser.post(asked.headers["Location"], {"password": PASSWORD})
    assert back.headers["Location"] == f"{SETUP}totp/activate/"
    assert browser.session.session_key != key
    assert browser.get(f"{SETUP}totp/activate/").status_code == 200


def test_the_options_of_a_passkey_are_for_any_account_alike(world):
    said = json.loads(Client().get("/accounts/2fa/webauthn/login/").content)["request_options"]["publicKey"]
    assert said["userVerification"] == "required"
    assert not said.get("allowCredentials")


@pytest.mark.parametrize("credential", ["", "{}", "null", "[]", '{"id": 1}', '{"response": {"userHandle": "AAAA"}}'])
def test_a_bent_passkey_opens_nothing(world, credential):
    browser = Client()
    browser.get("/accounts/2fa/webauthn/login/")
    assert browser.post("/accounts/2fa/webauthn/login/", {"credential": credential}).status_code in (200, 302)
    assert not _in(browser)


@pytest.mark.parametrize("path", ["", "totp/activate/", "webauthn/add/", "webauthn/"])
@pytest.mark.parametrize("who", ["els", "an"])
def test_every_page_about_factors_opens(world, who, path):
    response = sign_in(who).get(SETUP + path)
    assert response.status_code == 200
    assert b"<h1>" in response.content


def test_who_lost_everything_is_helped_and_told(strict, world, app):
    from django.core.management import call_command

    from portal.outbox.models import OutgoingMail

    held = app("els")
    browser = sign_in("els")
    browser.post(ASKED, {"code": held.code()})
    call_command("reset_factors", world.user("els").email)
    assert not Authenticator.objects.filter(user=world.user("els")).exists()
    assert not _in(browser)
    assert sign_in("els").get(OFFICE).headers["Location"] == SETUP
    with world.scope():
        assert OutgoingMail.objects.filter(kind="security", to_email=world.user("els").email).count() == 1


def test_a_new_colleague_is_not_asked_for_the_password_just_chosen(strict, world):
    from portal.kernel.clock import today
    from portal.links.invitations import Invitee, invite
    from portal.people.tokens import make_token

    with world.scope():
        invitee = Invitee("nina@nieuw.example", "Nina", "assistant", "nl")
        row = invite(firm=world.firm, invitee=invitee, by=world.actor("els"), on=today())
    browser = Client()
    browser.post(f"/uitnodiging/{make_token('invitation', row.pk)}/", {"password": "een heel ander wachtwoord 7"})
    assert browser.get(OFFICE).headers["Location"] == SETUP
    assert browser.get(f"{SETUP}totp/activate/").status_code == 200


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_proof_leads_away(strict, world, away):
    browser = sign_in("els")
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    response = browser.post(f"/accounts/reauthenticate/?next={away}", {"password": PASSWORD, "next": away})
    assert response.headers["Location"] == "/"
