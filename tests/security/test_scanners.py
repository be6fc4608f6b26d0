"""What opens links by the thousand without a person behind it: nothing changes, and no token fits another door."""

import itertools
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.links.issue import url_of
from portal.links.models import Link
from portal.links.redeem import COOKIE, cookie_value
from portal.people.models import Invitation
from portal.people.tokens import make_token, token_hash
from tests import cast
from tests.house.routes import every_route
from tests.tenancy.canaries import CAST_HAS_IT, tenant_models

SCANNERS = (
    "Mozilla/5.0 (compatible; SafeLinks)",
    "BarracudaCentral/1.0",
    "Slackbot-LinkExpanding 1.0",
    "WhatsApp/2.24 N",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (Windows NT 5.1) GoogleImageProxy",
)
INSIDE = [route for route in every_route() if route.pattern.startswith("l/v/") and "GET" in route.methods]
BOOKS = [books.key for books in cast.ADMINISTRATIONS]


def contents():
    """A hash of every row of every tenant."""
    tables = [model._meta.db_table for model in tenant_models() if model._meta.db_table not in CAST_HAS_IT]
    part = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY id), '')) FROM \"{0}\" t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(part.format(table) for table in tables))
        return dict(cursor.fetchall())


def visit(flock, dice):
    """One look at a link, as one of the scanners takes it: with or without cookies, with or without what follows."""
    books = dice.choice(BOOKS)
    browser = Client(headers={"user-agent": dice.choice(SCANNERS)}, raise_request_exception=False)
    look = browser.head if dice.random() < 0.3 else browser.get
    address = reverse("guest:enter", kwargs={"token": flock.tokens[books]})
    answer = look(address, {"utm_source": "mail"} if dice.random() < 0.2 else {}, follow=dice.random() < 0.5)
    if dice.random() < 0.5:
        browser.cookies[COOKIE] = cookie_value(flock.tokens[books], flock.id_of(books, "links_link"))
        route = dice.choice(INSIDE)
        answer = look(route.url(flock, firm=cast.BOOKS[books].firm, books=books))
    return answer.status_code


@pytest.mark.parametrize("visits", [100, pytest.param(10_000, marks=pytest.mark.long)])
def test_scanners_change_nothing(visits, lawless_module, flock, db, clock, capfd):
    before, dice = contents(), Random(visits)
    statuses = {visit(flock, dice) for _ in range(visits)}
    assert statuses <= {200, 302, 404}
    assert contents() == before
    written = "".join(capfd.readouterr())
    assert [token for token in flock.tokens.values() if token in written] == []


# --- each token at each door ---


@pytest.fixture
def tokens(lawless_module, flock, db, clock):
    """Every kind of token we give out, working: what opens what."""
    found = {f"link of {books}": token for books, token in flock.tokens.items()}
    row = Invitation.all_firms.get(pk=flock.id_of("bakery", "people_invitation"))
    found["invitation"] = make_token("invitation", row.pk)
    Invitation.all_firms.filter(pk=row.pk).update(token_hash=token_hash(found["invitation"]))
    found["cookie of the bakery"] = cookie_value(flock.tokens["bakery"], flock.id_of("bakery", "links_link"))
    found["hash of the bakery"] = token_hash(flock.tokens["bakery"])
    found["for paying"] = make_token("pay", flock.id_of("bakery", "links_link"))
    found["as an invitation"] = make_token("invitation", flock.id_of("bakery", "links_link"))
    found["as a link"] = make_token("requests", row.pk)
    return found


def doors():
    """Every address that takes a token."""
    return [route for route in every_route() if "token" in route.parameters and "GET" in route.methods]


def test_a_token_opens_its_own_door_alone(tokens, flock):
    opened = set()
    for (name, token), route in itertools.product(tokens.items(), doors()):
        answer = Client(raise_request_exception=False).get(reverse(route.name, kwargs={"token": token}))
        assert answer.status_code in (200, 302, 404)
        if answer.status_code != 404:
            opened.add((name, route.name))
    wanted = {(f"link of {books}", "guest:enter") for books in BOOKS} | {("invitation", "invitation")}
    assert opened == wanted


def test_the_cookie_of_a_link_opens_its_own_pages_alone(tokens, flock):
    for mine, theirs in itertools.permutations(BOOKS, 2):
        browser = Client(raise_request_exception=False)
        browser.cookies[COOKIE] = cookie_value(flock.tokens[mine], flock.id_of(mine, "links_link"))
        for route in INSIDE:
            address = route.url(flock, firm=cast.BOOKS[theirs].firm, books=theirs)
            assert browser.get(address).status_code == 404, f"{mine} at {address}"


def test_the_links_of_this_test_do_work(tokens, flock):
    link = Link.all_firms.get(pk=flock.id_of("bakery", "links_link"))
    assert url_of(link).endswith(f"/l/{flock.tokens['bakery']}/")
    assert Client().get(f"/l/{flock.tokens['bakery']}/", follow=True).status_code == 200
