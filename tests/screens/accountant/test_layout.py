"""Columns and density: kept with the person, said by an address and so by a saved view, and never more than looks."""

import re

import pytest

from portal.people.models import SavedView, User
from tests.screens.accountant.conftest import Office

pytestmark = pytest.mark.django_db
FIRM = "/kantoor/van-damme/"
EVERY = {"show": ["turn", "lines", "until", "questions", "vat", "due", "owner"]}


def _heads(page) -> int:
    return page.content.decode().count('<th scope="col"')


def _cells(page) -> set[int]:
    rows = re.findall(r'<tr id="client-.*?</tr>', page.content.decode(), re.DOTALL)
    assert rows
    return {row.count("<td") for row in rows}


def test_every_column_is_a_head_and_a_cell(world):
    browser = world.client("els")
    whole = _heads(browser.get(FIRM))
    assert _cells(browser.get(FIRM)) == {whole} == {9}
    for left_out in EVERY["show"]:
        page = browser.get(f"{FIRM}?hide={left_out}")
        assert (_heads(page), _cells(page)) == (8, {8}), left_out
    bare = browser.get(f"{FIRM}?hide={','.join(EVERY['show'])},name,nonsense&dense=1")
    assert (_heads(bare), _cells(bare)) == (2, {2})
    assert b"table--dense" in bare.content


def test_a_person_keeps_it_and_nobody_else_sees_it(world):
    browser = world.client("els")
    kept = browser.post(f"{FIRM}layout/?sort=name&hide=vat", {"show": ["turn", "due"], "dense": "1"})
    assert (kept.status_code, kept["Location"]) == (302, f"{FIRM}?sort=name")
    page = browser.get(FIRM)
    assert (_heads(page), b"table--dense" in page.content) == (4, True)
    assert _heads(world.client("tom").get(FIRM)) == 9
    # an address that says so goes first, as a whole
    page = browser.get(f"{FIRM}?hide=vat")
    assert (_heads(page), b"table--dense" in page.content) == (8, False)
    browser.post(f"{FIRM}layout/", {**EVERY, "dense": "0"})
    assert _heads(browser.get(FIRM)) == 9


def test_a_saved_view_keeps_what_one_saw(world):
    browser = world.client("els")
    browser.post(f"{FIRM}layout/", {"show": ["turn", "due"], "dense": "1"})
    [link] = re.findall(r'href="(/kantoor/van-damme/views/\?[^"]*)"', browser.get(FIRM).content.decode())
    assert browser.post(link.replace("&amp;", "&"), {"name": "Kort"}).status_code == 302
    browser.post(f"{FIRM}layout/", EVERY)
    with world.scope():
        query = SavedView.objects.get().query
    assert _heads(browser.get(FIRM)) == 9
    shown = browser.get(f"{FIRM}?{query}")
    assert (_heads(shown), b"table--dense" in shown.content) == (4, True)
    assert [tab["current"] for tab in shown.context["saved"]] == [True]


def test_what_is_kept_in_another_shape_is_the_plain_look(world):
    for wrong in ({"cockpit": 5}, {"cockpit": {"hide": "turn", "dense": "yes"}}, {"cockpit": {"hide": [[], 1]}}):
        User.objects.filter(pk=world.user("els").pk).update(lists=wrong)
        assert _heads(world.client("els").get(FIRM)) == 9


def test_the_bank_lines(world):
    office = Office(world)
    office.lines("-10.00", "-20.00")
    url = f"{office.url}bank/"
    page = office.browser.get(url).content.decode()
    assert page.count('class="queue__day"') == 2
    assert "queue--dense" not in page
    kept = office.browser.post(f"{url}layout/?status=all", {"show": ["turn"], "dense": "1"})
    assert (kept.status_code, kept["Location"]) == (302, f"{url}?status=all")
    page = office.browser.get(url).content.decode()
    assert 'class="queue__day"' not in page
    assert "queue--dense" in page
    # the two lists do not know each other
    assert _heads(world.client("els").get(FIRM)) == 9
    assert world.client("ruben").post(f"{url}layout/", {}).status_code == 404
