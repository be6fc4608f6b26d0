"""Where one is signed in: little is kept, little is written, and ending it from afar works at once."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.outbox.models import OutgoingMail
from portal.people.models import Member, Visit
from portal.people.visits import device_of, living, place_of
from tests.cast import PASSWORD
from tests.people.conftest import sign_in

LIST = "/profiel/sessies/"


def _in(browser):
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_in_words(agent, device):
    assert device_of(agent) == device


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("81.82.83.84", "81.82.83.*"),
        ("::ffff:81.82.83.84", "81.82.83.*"),
        ("2a02:a03f:8001:1:2:3:4:5", "2a02:a03f:8001::*"),
        ("nonsense", ""),
        (None, ""),
    ],
)
def test_a_place_is_a_network(address, place):
    assert place_of(address) == place


def test_the_list_names_this_browser_and_the_others(world):
    one, two = sign_in("els"), sign_in("els")
    page = two.get(LIST).content.decode()
    assert page.count("Firefox, Windows</b>") == 2
    assert "127.0.0.*" in page
    assert "127.0.0.1<" not in page
    assert not any(row.session_key in page for row in Visit.objects.all())
    assert _in(one)


def test_one_other_browser_is_signed_out_from_afar(world):
    gone, stays, here = sign_in("an"), sign_in("an"), sign_in("an")
    row = Visit.objects.get(session_key=gone.session.session_key)
    here.post(LIST, {"visit": row.pk})
    assert not _in(gone)
    assert _in(stays)
    assert gone.get(f"/mijn/{world.bakery.pk}/").headers["Location"].startswith("/accounts/login/")
    here.post(LIST)
    assert not _in(stays)
    assert _in(here)


@pytest.mark.parametrize("visit", ["x", "-1", "9" * 30, "²"])
def test_a_bent_row_ends_nothing(world, visit):
    other, here = sign_in("an"), sign_in("an")
    assert here.post(LIST, {"visit": visit}).status_code == 302
    assert _in(other)


def test_nobody_ends_the_session_of_another(world):
    els, an = sign_in("els"), sign_in("an")
    an.post(LIST, {"visit": Visit.objects.get(session_key=els.session.session_key).pk})
    an.post(LIST)
    assert _in(els)


def test_a_new_password_ends_the_other_sessions(world):
    other, here = sign_in("an"), sign_in("an")
    new = "een heel ander wachtwoord 7"
    done = here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert done.status_code == 302
    assert not _in(other)
    assert here.get(f"/mijn/{world.bakery.pk}/").status_code == 200
    assert [row.session_key for row in living(world.user("an"))] == [here.session.session_key]
    assert not Session.objects.filter(session_key__in=[other.cookies["sessionid"].value]).exists()


def test_a_page_writes_nothing_until_five_minutes_have_passed(world, clock):
    browser = sign_in("an")
    path = f"/mijn/{world.bakery.pk}/"
    browser.get(path)
    with CaptureQueriesContext(connection) as seen:
        browser.get(path)
    assert not [query for query in seen if re.search(r"people_visit|(UPDATE|INSERT).*session", query["sql"])]
    clock.forward(minutes=6)
    browser.get(path)
    assert Visit.objects.get(session_key=browser.session.session_key).seen_at == clock.now


def test_signing_out_ends_the_visit(world):
    browser = sign_in("an")
    browser.post("/accounts/logout/")
    assert living(world.user("an")) == []


def test_a_session_that_ran_out_is_not_listed(world):
    gone = sign_in("an")
    Session.objects.filter(session_key=gone.session.session_key).update(expire_date="2020-01-01T00:00:00Z")
    assert living(world.user("an")) == []


def test_a_revoked_member_is_out_at_the_next_request(world):
    browser = sign_in("tom")
    assert browser.get("/kantoor/van-damme/requests/").status_code == 200
    with world.scope():
        Member.objects.filter(user=world.user("tom")).update(revoked_at="2026-11-23T08:00:00Z")
    assert browser.get("/kantoor/van-damme/requests/").status_code == 404


def test_password_managers_find_the_page():
    assert Client().get("/.well-known/change-password").headers["Location"] == "/accounts/password/change/"


def _warnings(world):
    with world.scope():
        return list(OutgoingMail.objects.filter(kind="security").order_by("created_at"))


def test_a_browser_never_seen_before_is_told_in_the_language_of_the_reader(world):
    user = world.user("els")
    user.language = "fr"
    user.save()
    sign_in("els")
    sign_in("els")
    assert _warnings(world) == []  # the first, and the same again
    phone = {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Mobile Safari/604.1"}
    browser = Client(headers=phone)
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    [mail] = _warnings(world)
    assert (mail.language, mail.to_email) == ("fr", user.email)
    assert "Safari, iPhone" in mail.text
    assert "127.0.0.*" in mail.html
    assert "Bonjour" in mail.text


def test_a_change_of_factors_is_told(world, app):
    held = app("els")
    browser = sign_in("els")
    browser.post("/accounts/2fa/authenticate/", {"code": held.code(-1)})
    browser.post("/accounts/2fa/totp/deactivate/")
    [mail] = _warnings(world)
    assert mail.to_email == "els@van-damme.example"
    assert mail.dedup_key.split(":")[1] == "app_off"
