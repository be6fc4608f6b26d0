"""The address names an administration: a row of another one, even one of the same person, is not found there."""

import pytest

from tests.house.routes import every_route

NESTED = [
    route
    for route in every_route()
    if route.name.startswith("kantoor:") and "administration" in route.parameters and len(route.parameters) > 2
]


def test_there_is_something_to_try():
    assert len(NESTED) > 15


@pytest.mark.parametrize("route", NESTED, ids=str)
def test_a_row_is_found_only_under_its_own_administration(route, flock, world, db, clock):
    browser = world.client("els")
    own = route.url(flock, firm="van-damme", books="bakery")
    wrong = route.url(flock, firm="van-damme", books="newlogo", objects="bakery")
    assert own != wrong
    send = browser.get if "GET" in route.methods else browser.post
    assert send(wrong).status_code == 404


@pytest.mark.parametrize("word", ["line", "skip"])
def test_a_line_in_the_query_is_of_the_same_administration(word, flock, world, db, clock):
    line = flock.id_of("bakery", "bankfeeds_statementline")
    address = f"/kantoor/van-damme/{world.newlogo.pk}/bank/?{word}={line}"
    assert world.client("els").get(address).status_code == 404
