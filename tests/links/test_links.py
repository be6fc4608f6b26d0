"""Links: made again but never stored, one page for all that does not work, and nothing changed by opening."""

import hashlib
from datetime import date, timedelta

import pytest
from django.core import mail as post
from uuid_utils.compat import uuid7

from portal.links.issue import issue, revoke, token_of, url_of
from portal.links.models import Link
from portal.links.people import revoke_access
from portal.links.redeem import (
    MOST_UNKNOWN_PER_MINUTE,
    cookie_settings,
    cookie_value,
    from_cookie,
    guest_actor,
    link_in_scope,
    open_door,
)
from portal.links.renew import renew_by_cookie, renew_by_token
from portal.people.access import Right
from portal.people.models import ClientAccess

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(world, clock):
    with world.scope():
        return give(world, clock.today)


def give(world, on, email="Sofie@NewLogo.example"):
    return issue(administration=world.newlogo, email=email, name="Sofie\nLemmens", language="nl", on=on)


def test_only_the_hash_is_stored(world, link):
    token = token_of(link)
    assert len(token) == 43
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(Link.all_firms.filter(pk=link.pk).query)
    assert url_of(link).endswith(f"/l/{token}/")
    assert link.email == "sofie@newlogo.example"
    assert link.name == "Sofie Lemmens"


def test_one_link_per_recipient_that_lives_longer(world, clock, link):
    clock.forward(days=10)
    with world.scope():
        again = give(world, clock.today)
    assert again.pk == link.pk
    assert token_of(again) == token_of(link)
    assert again.expires_at == link.expires_at + timedelta(days=10)
    with world.scope():
        earlier = give(world, date(2026, 1, 1))
    assert earlier.expires_at == again.expires_at  # never shorter


def test_doors(world, clock, link):
    token = token_of(link)
    opened = open_door(token)
    assert opened.works
    assert (opened.link_id, opened.firm_id, opened.administration_id) == (link.pk, world.firm.pk, world.newlogo.pk)
    assert open_door(token[:-1] + "x") is None
    assert open_door("") is None
    assert open_door(token, purpose="pay") is None
    clock.forward(days=30)
    assert open_door(token).state == "ok"
    clock.forward(days=1)
    assert open_door(token).state == "expired"


def test_opening_changes_nothing(world, link):
    def rows():
        with world.scope():
            return list(Link.objects.values())

    before = rows()
    token = token_of(link)
    for _ in range(3):
        open_door(token)
        from_cookie(link.pk, cookie_value(token, link.pk))
    assert rows() == before


def test_cookies(world, clock, link):
    token = token_of(link)
    cookie = cookie_value(token, link.pk)
    assert token not in cookie
    assert from_cookie(link.pk, cookie) == open_door(token)
    for bad in (None, "", cookie + "x", cookie_value("other", link.pk), cookie_value(token, uuid7())):
        assert from_cookie(link.pk, bad) is None
    assert from_cookie("no-id", cookie) is None
    assert from_cookie(uuid7(), cookie) is None
    given = cookie_settings(link.pk, secure=True)
    assert given["path"] == f"/l/v/{link.pk}/"
    assert given["httponly"]
    assert given["secure"]


def test_revoked_and_given_again(world, clock, link):
    token, cookie = token_of(link), cookie_value(token_of(link), link.pk)
    with world.scope():
        revoke(link=link, by=world.actor("els"), on=clock.today)
    assert open_door(token).state == "revoked"
    renew_by_token(token, on=clock.today)
    assert post.outbox == []
    with world.scope():
        again = give(world, clock.today)
    assert token_of(again) != token
    assert open_door(token) is None
    assert from_cookie(link.pk, cookie) is None
    assert open_door(token_of(again)).works


def test_whoever_loses_access_loses_the_link(world, clock, link):
    with world.scope():
        access = ClientAccess.objects.select_related("user").get(user__email="sofie@newlogo.example")
        revoke_access(access=access, by=world.actor("els"), on=clock.today)
    assert open_door(token_of(link)).state == "revoked"


def test_a_new_key_keeps_old_links_working(world, clock, link, settings):
    token = token_of(link)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "an entirely new key"
    assert open_door(token).works
    with world.scope():
        assert token_of(Link.objects.get(pk=link.pk)) == token
    settings.SECRET_KEY_FALLBACKS = []
    with world.scope(), pytest.raises(ValueError, match="key that is gone"):
        token_of(Link.objects.get(pk=link.pk))
    with world.scope():
        again = give(world, clock.today)
    assert open_door(token_of(again)).works


def test_guessing_is_told_and_blocks_nobody(world, link):
    token = token_of(link)
    for number in range(MOST_UNKNOWN_PER_MINUTE):
        assert open_door(f"guess-{number}", ip="10.0.0.1") is None
        assert open_door(token, ip="10.0.0.1").works, "a stranger's guesses close nobody's door"


def test_guesses_are_counted_for_the_visitor_and_not_for_the_proxy(world, settings, clock, link, caplog):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    stranger, guest = (world.client(), world.client())
    for number in range(MOST_UNKNOWN_PER_MINUTE):
        stranger.get(f"/l/guess-{number}/", headers={"x-forwarded-for": "203.0.113.9"})
    assert "203.0.113.9" in caplog.text
    assert guest.get(f"/l/{token_of(link)}/", headers={"x-forwarded-for": "198.51.100.7"}).status_code == 302
    assert guest.get(f"/l/{token_of(link)}/", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 302


def test_mail_me_a_new_link(real_db, world, clock):
    with world.scope():
        made = give(world, clock.today)
    token = token_of(made)
    clock.forward(days=40)
    assert open_door(token).state == "expired"
    for _ in range(3):
        renew_by_token(token, on=clock.today)
    renew_by_cookie(made.pk, cookie_value(token, made.pk), on=clock.today)
    renew_by_token("unknown", on=clock.today)
    renew_by_cookie(made.pk, "bent", on=clock.today)
    assert [mail.to for mail in post.outbox] == [["Sofie Lemmens <sofie@newlogo.example>"]]
    with world.scope():
        fresh = token_of(Link.objects.get(pk=made.pk))
    assert fresh != token
    assert open_door(token) is None, "what expired stays dead"
    assert open_door(fresh).works
    assert f"/l/{fresh}/" in post.outbox[0].body
    assert f"/l/{fresh}/" in post.outbox[0].alternatives[0][0]
    renew_by_token(fresh, on=clock.today)
    assert open_door(fresh).works, "a second tap leaves the one that is on its way alone"
    clock.forward(hours=1)
    renew_by_token(token, on=clock.today)
    assert len(post.outbox) == 1
    renew_by_token(fresh, on=clock.today)
    assert len(post.outbox) == 2
    assert open_door(fresh) is None


def test_the_firm_s_own_mail_never_revives_an_expired_token(world, clock, link):
    token = token_of(link)
    clock.forward(days=31)
    with world.scope():
        again = give(world, clock.today)
    assert open_door(token) is None
    assert open_door(token_of(again)).works


def test_the_guest_behind_a_link(world, link):
    opened = open_door(token_of(link))
    with world.scope(world.newlogo):
        guest = guest_actor(link_in_scope(opened))
    assert guest.kind == "guest"
    assert guest.may(Right.ANSWER)
    assert not guest.may(Right.SEE_FIGURES)
    assert guest.administration_ids == frozenset([world.newlogo.pk])
