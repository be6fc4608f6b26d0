"""The guest's door: a token becomes a cookie; whatever does not work looks the same; opening changes nothing."""

import logging
from datetime import timedelta

import pytest
from django.test import Client

from portal.links.issue import revoke
from portal.links.models import Link
from portal.outbox.models import OutgoingMail
from tests.screens.stage import Stage, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(world, clock):
    return Stage(world, clock)


def test_the_token_leaves_the_address(stage):
    stage.ask()
    browser = stage.world.client()
    response = browser.get(stage.address)
    assert response.status_code == 302
    assert response["Location"] == stage.deck()
    cookie = response.cookies["door"]
    assert (cookie["path"], cookie["samesite"]) == (stage.deck(), "Lax")
    assert cookie["httponly"]
    assert stage.address.split("/")[2] not in cookie.value
    assert browser.get(stage.deck()).status_code == 200
    assert stage.world.client().get(stage.address, secure=True).cookies["door"]["secure"]


def test_a_scanner_changes_nothing(stage):
    stage.ask(3)
    before = stage.rows()
    browser = stage.world.client()
    for act in (browser.get, browser.head):
        for _ in range(2):
            act(stage.address, follow=True)
        act(stage.deck())
        act(f"{stage.deck()}done/")
        act(f"{stage.deck()}not-mine/")
        act(stage.card(1))
        for path in ("papers/", "answer/", "promise/", "withdrawal/", "messages/"):
            assert act(stage.card(0, path)).status_code == 405
    assert stage.rows() == before


def bad_links(stage):
    """Every way a link may not work, as (name, response to its address)."""
    address = stage.address
    yield "altered", stage.world.client().get(f"{address[:-2]}{'A' if address[-2] != 'A' else 'B'}/")
    yield "unknown", stage.world.client().get("/l/nergens/")
    yield "no cookie", stage.world.client().get(stage.deck())
    with stage.world.scope():
        Link.objects.update(expires_at=stage.clock.now - timedelta(seconds=1))
    yield "expired", stage.world.client().get(address)
    link = stage.link
    with stage.world.scope():
        revoke(link=link, by=stage.world.actor("els"), on=stage.clock.today)
    yield "revoked", stage.world.client().get(address)


def test_every_bad_link_is_the_same_page(stage):
    stage.ask()
    pages = dict(bad_links(stage))
    assert {response.status_code for response in pages.values()} == {404}
    assert len({plain(response) for response in pages.values()}) == 1
    assert {"Van Damme" in response.content.decode() for response in pages.values()} == {False}
    assert not any(response.cookies.get("door") for response in pages.values())


def test_an_expired_link_closes_the_pages_behind_it(stage):
    stage.ask()
    browser = stage.guest()
    with stage.world.scope():
        Link.objects.update(expires_at=stage.clock.now)
    for path in (stage.deck(), stage.card(), f"{stage.deck()}done/"):
        assert browser.get(path).status_code == 404
    assert browser.post(stage.card(0, "answer/"), {"kind": "private"}).status_code == 404


def test_a_new_link_goes_to_its_own_address_and_the_answer_is_always_the_same(stage):
    stage.ask()
    address = stage.address
    browser = stage.guest()
    with stage.world.scope():
        Link.objects.update(expires_at=stage.clock.now)
        before = OutgoingMail.objects.count()
    answers = [
        stage.world.client().post(f"{address}new/"),
        stage.world.client().post("/l/nergens/new/"),
        browser.post(f"{stage.deck()}new/"),
        stage.world.client().post(f"{stage.deck()}new/"),
    ]
    assert {response.status_code for response in answers} == {200}
    assert len({plain(response) for response in answers}) == 1
    with stage.world.scope():
        mails = list(OutgoingMail.objects.order_by("created_at"))[before:]
        assert [mail.to_email for mail in mails] == [stage.person.email]
    assert stage.link.expires_at > stage.clock.now
    assert stage.world.client().get(address).status_code == 404, "the expired one stays dead"
    assert stage.world.client().get(stage.address).status_code == 302


def test_the_cookie_of_one_link_opens_no_other(world, clock):
    one, other = Stage(world, clock), Stage(world, clock, "bakery")
    one.ask()
    other.ask()
    browser = one.guest()
    cookie = browser.cookies["door"].value
    browser.cookies.load({"door": cookie})
    thief = world.client()
    thief.cookies["door"] = cookie
    assert thief.get(one.deck()).status_code == 200
    assert thief.get(other.deck()).status_code == 404
    assert plain(thief.get(other.deck())) == plain(world.client().get("/l/nergens/"))
    # nor does one's own link open another's question
    mixed = f"{one.deck()}cards/{other.requests[0].pk}/"
    assert thief.get(mixed).status_code == 404
    assert thief.post(f"{mixed}answer/", {"kind": "private"}).status_code == 404


def test_forms_behind_a_link_are_guarded_against_forgery(stage):
    stage.ask()
    browser = Client(enforce_csrf_checks=True)
    response = browser.get(stage.address, follow=True)
    assert response["Referrer-Policy"] == "strict-origin"  # "no-referrer" would make browsers send "Origin: null"
    assert browser.post(stage.card(0, "answer/"), {"kind": "private"}).status_code == 403
    token = browser.cookies["csrftoken"].value
    sent = {"kind": "private", "csrfmiddlewaretoken": token}
    assert browser.post(stage.card(0, "answer/"), sent, headers={"Origin": "http://testserver"}).status_code == 302


def test_the_token_stays_out_of_the_logs(stage, caplog):
    stage.ask()
    token = stage.address.split("/")[2]
    with caplog.at_level(logging.DEBUG):
        from portal.web.headers import MaskTokens

        caplog.handler.addFilter(MaskTokens())
        stage.world.client().get(stage.address)
        stage.world.client().get(f"/l/{token[::-1]}/")
    assert token not in caplog.text
    assert token[::-1] not in caplog.text


def test_guest_pages_are_not_kept_nor_indexed(stage):
    stage.ask()
    for response in (stage.guest().get(stage.deck()), stage.world.client().get("/l/nergens/")):
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]


def test_too_much_at_once_is_refused_before_it_is_read(stage, settings):
    stage.ask()
    browser = stage.guest()
    settings.MAX_REQUEST_BYTES = 1024 * 1024
    response = browser.post(stage.card(0, "papers/"), {"text": "x" * (1024 * 1024 + 1)})
    assert response.status_code == 413
    assert "MB" in response.content.decode()
