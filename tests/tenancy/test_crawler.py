"""With row-level security bypassed the app alone leaks nothing: every page × people × rows that are not theirs.

Everything is served as the role above the policies (`lawless_module`), so only scopes, managers and doors stand
between the firms. People knock with the keys of others in the address, in the query and in the body of forms.
"""

import re

import pytest
from django.db import connection, models, transaction
from django.test import Client

from portal.accountant import cockpit_rows
from portal.documents.models import Document
from portal.links.redeem import COOKIE, cookie_value
from portal.people.models import User
from portal.tenancy.managers import FirmManager
from tests import cast
from tests.house.routes import TABLES, every_route
from tests.tenancy.canaries import CAST_HAS_IT, tenant_models

# who knocks, where they are at home, and what they may see
VAN_DAMME = {"newlogo", "bakery", "garage"}
VISITORS = {
    "els": ("van-damme", "bakery", VAN_DAMME),
    "tom": ("van-damme", "bakery", {"newlogo", "bakery"}),
    "ruben": ("van-damme", "garage", {"garage"}),
    "mallory": ("de-wit", "bikes", {"bikes"}),
    "an": ("van-damme", "bakery", {"bakery"}),
    "bilal": ("van-damme", "bakery", {"bakery"}),
    "gust": ("van-damme", "garage", {"garage"}),
    "guest": ("van-damme", "bakery", {"bakery"}),
}
ROUTES = [route for route in every_route() if not route.name.startswith("sandbox:")]
# the others add no new kind of door; `./run test --long` sends them too
OFTEN = ("tom", "an", "mallory", "guest")
EVERY = [who if who in OFTEN else pytest.param(who, marks=pytest.mark.long) for who in VISITORS]
READ = [route for route in ROUTES if "GET" in route.methods]
WRITE = [route for route in ROUTES if "POST" in route.methods]
FIELDS = {
    **TABLES,
    "also": "bankfeeds_statementline",
    "skip": "bankfeeds_statementline",
    "ledger_account": "accounting_account",
    "account": "accounting_account",
    "open_item": "accounting_openitem",
    "item": "accounting_openitem",
    "supplier": "accounting_party",
    "responsible": "people_member",
    "contact": "people_clientaccess",
    "recipient": "people_clientaccess",
}


@pytest.fixture(scope="module")
def visitors(lawless_module, flock, django_db_blocker):
    """A signed-in browser for everybody who knocks."""
    found = {}
    with django_db_blocker.unblock():
        for who in VISITORS:
            found[who] = Client(raise_request_exception=False)
            if who != "guest":
                user = User.objects.get(pk=cast.NAMES[who].id)
                found[who].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        found["guest"].cookies[COOKIE] = cookie_value(flock.tokens["bakery"], flock.id_of("bakery", "links_link"))
        connection.close()
    return found


def _homes(mine: str, seen: set[str]) -> list[str]:
    """Whose rows to ask for: one's own, and of each kind one that is not."""
    strangers = [books.key for books in cast.ADMINISTRATIONS if books.key not in seen]
    same_firm = [key for key in strangers if cast.BOOKS[key].firm == cast.BOOKS[mine].firm][:1]
    other_firm = [key for key in strangers if cast.BOOKS[key].firm != cast.BOOKS[mine].firm][:1]
    return [mine, *same_firm, *other_firm]


def _query(flock, home: str) -> dict[str, str]:
    return {name: str(flock.id_of(home, table)) for name, table in FIELDS.items() if table in flock.rows[home]}


def _text(response, *asked: str) -> str:
    """What was answered, less what was asked: a page may repeat its own address."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace") + response.headers.get("Location", "")
    for each in asked:
        text = text.replace(each, "")
    return text


@pytest.mark.parametrize("who", EVERY)
@pytest.mark.parametrize("route", READ, ids=str)
def test_no_page_shows_what_is_not_yours(route, who, lawless_module, flock, db, visitors, clock):
    firm, mine, seen = VISITORS[who]
    seen = seen | {f"firm {firm}"}
    for home in _homes(mine, seen):
        query = _query(flock, home)
        # somebody else's administration in the address; or one's own, and somebody else's rows in it
        for books, asked in ((home, {}), (mine, query)):
            address = route.url(flock, firm=firm, books=books, objects=home)
            response = visitors[who].get(address, asked)
            shown = flock.homes_in(_text(response, address, *query.values()))
            assert shown <= seen, f"{who} sees {shown - seen} at {address}"
            if home not in seen and _names_a_row(route, books == home):
                # a redirect that looks nothing up may lead to the page that says so
                assert response.status_code in (302, 404), f"{who} gets in at {address}"


def _names_a_row(route, with_administration: bool) -> bool:
    named = {parameter for parameter in route.parameters if parameter in TABLES}
    return bool(named if with_administration else named - {"administration"})


def _checksums(flock, homes: set[str]) -> list[tuple[str, str]]:
    """The content of every row that belongs to these administrations, table by table."""
    questions = []
    for model in tenant_models():
        table = model._meta.db_table
        column = "id" if table == "tenancy_administration" else "administration_id"
        if hasattr(model, column) and table not in CAST_HAS_IT - {"tenancy_administration"}:
            questions.append(
                f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY id), '')) FROM \"{table}\" t "
                f"WHERE {column} = ANY (%(theirs)s)"
            )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions), {"theirs": [cast.BOOKS[home].id for home in homes]})
        return sorted(cursor.fetchall())


_known: dict[tuple[int, frozenset[str]], list[tuple[str, str]]] = {}


def _untouched(flock, homes: frozenset[str]) -> list[tuple[str, str]]:
    """The checksums as they were released: every visit is rolled back, so they are asked once."""
    key = (id(flock), homes)
    if key not in _known:
        _known[key] = _checksums(flock, homes)
    return _known[key]


@pytest.mark.parametrize("who", OFTEN)
@pytest.mark.parametrize("route", WRITE, ids=str)
def test_no_form_changes_what_is_not_yours(route, who, lawless_module, flock, db, visitors, clock):
    firm, mine, seen = VISITORS[who]
    others = {books.key for books in cast.ADMINISTRATIONS} - seen
    before = _untouched(flock, frozenset(others))
    seen = seen | {f"firm {firm}"}
    for home in _homes(mine, seen)[1:]:
        for books in (mine, home):
            address = route.url(flock, firm=firm, books=books, objects=home if books == home else mine)
            form = {**_query(flock, home), "text": "x", "amount": "1,00", "version": "1", "kind": "missing_document"}
            point = transaction.savepoint()
            response = visitors[who].post(address, form)
            shown = flock.homes_in(_text(response, address, *form.values()))
            after = _checksums(flock, others)
            transaction.savepoint_rollback(point)
            assert shown <= seen, f"{who} sees {shown - seen} at {address}"
            assert after == before, f"{who} changed rows of others at {address}"


def test_the_canaries_can_be_seen_at_all(lawless_module, flock, db, visitors, clock):
    """A crawler that finds nothing proves nothing: on the right pages the right canaries do stand."""
    found = set()
    for route in READ:
        if route.pattern.startswith("kantoor") and not re.search(r"png|original", route.pattern):
            address = route.url(flock, firm="van-damme", books="bakery")
            found |= flock.homes_in(_text(visitors["els"].get(address), address))
    assert {"newlogo", "bakery", "garage"} <= found


def test_a_filter_that_is_taken_away_is_found(lawless_module, flock, db, visitors, clock, monkeypatch):
    """Planted: managers that forget the scope. The pages that list things give the other firm away at once."""
    monkeypatch.setattr(FirmManager, "get_queryset", models.Manager.get_queryset)
    monkeypatch.setattr(cockpit_rows, "_written", cockpit_rows._written.__wrapped__)  # written anew, without the scope
    leaking = set()
    for name in ("cockpit", "clients", "requests", "documents", "people"):
        route = next(each for each in READ if each.name == f"kantoor:{name}")
        address = route.url(flock, firm="van-damme", books="bakery")
        if flock.homes_in(_text(visitors["els"].get(address), address)) & {"bikes", "firm de-wit"}:
            leaking.add(name)
    assert leaking == {"cockpit", "clients", "requests", "documents", "people"}


def test_a_door_that_is_left_open_is_found(lawless_module, flock, db, visitors, clock, monkeypatch):
    """Planted: a door that looks among all firms. Its page lets a stranger in."""
    monkeypatch.setattr(Document, "objects", Document.all_firms)
    monkeypatch.setattr("portal.documents.rules.require", lambda *_: None)
    route = next(each for each in READ if each.name == "kantoor:original")
    address = route.url(flock, firm="van-damme", books="bakery", objects="bikes")
    assert "bikes" in flock.homes_in(_text(visitors["tom"].get(address), address))
