"""An old session is no proof: first passwords and factors ask who one is, and who has a factor proves it with that."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from portal.people.models import Invitation
from tests.cast import PASSWORD
from tests.people.conftest import sign_in
from tests.people.test_stepup import CONFIRM, NEW, PEOPLE, _an_hour_later, _fields

SET = "/accounts/password/set/"
CHOSEN = {"password1": "een-nieuw-geheim-7", "password2": "een-nieuw-geheim-7"}
ACTIVATE = "/accounts/2fa/totp/activate/"
FACTORS = [ACTIVATE, "/accounts/2fa/webauthn/add/"]


def _by_mail(user):
    """A browser of somebody without a password, signed in with a code by mail."""
    browser = Client()
    browser.post("/accounts/login/code/", {"email": user.email})
    code = re.search(r"^\s*([0-9A-Z]{3,}-?[0-9A-Z]{3,})\s*$", mail.outbox[-1].body, re.MULTILINE)
    browser.post("/accounts/login/code/confirm/", {"code": code[1]})
    assert browser.get("/profiel/").status_code == 200
    return browser


@pytest.fixture
def bare(strict, world):
    """Els without a password and without a factor, signed in by mail just now."""
    strict.SECOND_FACTOR_REQUIRED = False
    user = world.user("els")
    user.set_unusable_password()
    user.save()
    assert EmailAddress.objects.filter(user=user, verified=True).exists()
    browser = _by_mail(user)
    browser.user = user
    return browser


def _has_password(user):
    user.refresh_from_db()
    return user.has_usable_password()


def test_a_first_password_is_set_right_after_signing_in(bare):
    assert bare.get(SET).status_code == 200
    assert bare.post(SET, CHOSEN).status_code == 302
    assert _has_password(bare.user)


def test_an_old_session_sets_no_password_and_so_proves_nothing(bare):
    _an_hour_later(bare)
    refused = bare.get(SET)
    assert refused.status_code == 403
    assert 'action="/accounts/logout/"' in refused.content.decode()
    assert bare.post(SET, CHOSEN).headers["Location"] == SET
    assert not _has_password(bare.user)
    assert CHOSEN["password1"] not in str(dict(bare.session))
    bare.post(CONFIRM, {"stepup": PEOPLE, "password": CHOSEN["password1"]})
    assert b'name="stepup"' not in bare.post(CONFIRM, {"stepup": PEOPLE}).content  # no way is offered but the door
    bare.post(PEOPLE, NEW)
    with_new = Invitation.all_firms.filter(email=NEW["email"])
    from portal.tenancy.scope import scope
    from tests.cast import OFFICES

    with scope(firm_id=OFFICES["van-damme"].id):
        assert not with_new.exists()


@pytest.mark.parametrize("path", FACTORS)
def test_an_old_session_adds_no_first_factor(bare, path):
    assert bare.get(path).status_code == 200
    _an_hour_later(bare)
    for refused in (bare.get(path), bare.post(path, {"code": "123456", "credential": "{}"})):
        assert refused.status_code == 403
        assert 'action="/accounts/logout/"' in refused.content.decode()
    assert not Authenticator.objects.filter(user=bare.user).exists()


@pytest.mark.parametrize("path", FACTORS)
def test_with_a_password_the_first_factor_asks_for_it(strict, world, path):
    browser = sign_in("an")
    _an_hour_later(browser)
    asked = browser.get(path)
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.get(path).status_code == 200


@pytest.fixture
def with_app(strict, world, app):
    """Els with an app, signed in with it an hour ago."""
    held = app("els")
    browser = sign_in("els")
    browser.post("/accounts/2fa/authenticate/", {"code": held.code(-1)})
    browser.held = held
    _an_hour_later(browser)
    return browser


def test_who_has_a_factor_proves_nothing_with_a_password(with_app, world):
    asked = with_app.post(PEOPLE, NEW)
    assert b'name="password"' not in asked.content
    refused = with_app.post(CONFIRM, _fields(asked) | {"password": PASSWORD})
    assert refused.status_code == 200
    assert b'name="stepup"' in with_app.post(PEOPLE, NEW).content
    with world.scope():
        assert not Invitation.objects.filter(email=NEW["email"]).exists()


def test_a_first_password_beside_a_factor_proves_nothing_either(with_app, world):
    user = world.user("els")
    user.set_unusable_password()
    user.save()
    session = with_app.session
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    assert with_app.get(SET).headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert with_app.post(SET, CHOSEN).headers["Location"] == SET
    assert not _has_password(user)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
    ],
)
def test_factors_are_changed_with_a_factor_alone(with_app, path):
    by_password = with_app.post(f"/accounts/reauthenticate/?next={path}", {"password": PASSWORD})
    assert by_password.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert with_app.get(path).headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    with_app.post("/accounts/2fa/reauthenticate/", {"code": with_app.held.code()})
    assert with_app.get(path).status_code == 200


def test_a_recovery_code_is_a_factor(with_app, world):
    code = with_app.held.recovery.get_unused_codes()[0]
    fields = _fields(with_app.post(PEOPLE, NEW))
    assert with_app.post(CONFIRM, fields | {"code": code}).status_code == 307
    assert with_app.post(PEOPLE, fields).status_code == 302


@pytest.mark.parametrize("path", [ACTIVATE, "/accounts/2fa/", "/accounts/password/change/"])
def test_no_browser_keeps_a_page_about_ones_account(strict, world, path):
    assert "no-store" in sign_in("an").get(path).headers["Cache-Control"]


def test_no_browser_keeps_recovery_codes(with_app):
    with_app.post("/accounts/2fa/reauthenticate/", {"code": with_app.held.code()})
    shown = with_app.get("/accounts/2fa/recovery-codes/")
    assert with_app.held.recovery.get_unused_codes()[0] in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
