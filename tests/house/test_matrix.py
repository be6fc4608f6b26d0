"""Every route × everybody. The routes come from the resolver, so a new one without a row fails here."""

import pytest
from django.db import connection, transaction
from django.test import Client

from tests import cast
from tests.house.matrix import MATRIX, WHO, Row
from tests.house.routes import METHODS, every_route

ROUTES = every_route()
CASES = [
    pytest.param(route, method, id=f"{route.name} {method}")
    for route in ROUTES
    for method in (route.methods or METHODS)
]


def test_every_route_has_a_row_and_every_row_a_route():
    names = {route.name for route in ROUTES}
    assert sorted(names - set(MATRIX)) == [], "Decide who may enter these (tests/house/matrix.py)."
    assert sorted(set(MATRIX) - names) == [], "These routes are gone."


def test_every_view_says_which_methods_it_takes():
    assert [route.name for route in ROUTES if not route.methods] == []


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_row_decides_exactly_the_methods_of_the_view(route):
    row = MATRIX[route.name]
    assert tuple(method for method in METHODS if row.of(method) is not None) == route.methods


@pytest.fixture(scope="module")
def visitors(flock, django_db_blocker):
    """A signed-in browser for everybody; the guest's holds the cookie of the bakery's link."""
    from portal.links.redeem import COOKIE, cookie_value
    from portal.people.models import User

    found = {}
    with django_db_blocker.unblock():
        for who, key in WHO.items():
            found[who] = Client(raise_request_exception=False)
            if key is not None:
                user = User.objects.get(pk=cast.NAMES[key].id)
                found[who].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        link = flock.id_of("bakery", "links_link")
        found["guest"].cookies[COOKIE] = cookie_value(flock.tokens["bakery"], link)
        connection.close()
    return found


def _answer(response) -> str:
    """What a response amounts to: in, login, none (404), method (405), or the error it ran into."""
    code = response.status_code
    if code in (301, 302) and "/accounts/login/" in response.headers["Location"]:
        return "login"
    if code == 404:
        return "none"
    if code == 405:
        return "method"
    if code >= 500:
        kind, error, _ = response.exc_info or (None, "", None)
        return f"error: {kind.__name__ if kind else code}: {str(error)[:160]}"
    return "in"


def _expected(row: Row, method: str, who: str) -> str:
    allowed = row.of(method)
    assert allowed is not None
    if who in allowed:
        return "in"
    return "login" if who in ("stranger", "guest") and not row.open_page else "none"


@pytest.mark.parametrize(("route", "method"), CASES)
def test_everybody_gets_exactly_what_the_matrix_says(route, method, flock, db, visitors, clock):
    address = route.url(flock, firm="van-damme", books="bakery")
    row, got, wanted = MATRIX[route.name], {}, {}
    says = {name: said[1:] if said.startswith("=") else str(flock.id_of("bakery", said)) for name, said in row.says}
    for who, browser in visitors.items():
        before = transaction.savepoint()
        response = browser.get(address, says) if method == "GET" else browser.post(address, says)
        transaction.savepoint_rollback(before)
        got[who], wanted[who] = _answer(response), _expected(row, method, who)
    wrong = {who: f"got {got[who]}, should be {wanted[who]}" for who in got if got[who] != wanted[who]}
    assert wrong == {}
