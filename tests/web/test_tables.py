"""Keyset paging: every row once, forward and back, under each sort; a bent cursor is the first page."""

import base64
import json
import random
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accountant import cockpit_rows as cockpit
from portal.kernel.clock import today
from portal.tenancy.models import Administration
from portal.web.tables import MOST_ROWS, Sort, _decode, column, keyset_page, sort_from

NAMES = ("Aarts", "aarts", "Élan", "Zoë", "", "Bakkerij", "'t Hoekje", "Ω", "a b", "A-B", "çava", "100")
SORTS = [(name, sort.field, down) for name, sort in cockpit.SORTS.items() for down in (False, True)]


@pytest.fixture
def many(world, clock):
    """Twenty administrations more, several with the same name."""
    shuffled = random.Random(7)
    with world.scope():
        Administration.objects.bulk_create(
            Administration(firm=world.firm, code=f"X{number}", name=shuffled.choice(NAMES), country="BE")
            for number in range(20)
        )
        yield cockpit.rows(today(), "name_key")


def ask(url="/"):
    return RequestFactory().get(url)


def walk(rows, sort, size, total):
    """All pages forward, and then all the way back; also what each page says of its place."""
    page, pages = keyset_page(ask(), rows, sort, total=total, size=size), []
    while True:
        pages.append(page)
        if not page.next_url:
            break
        page = keyset_page(ask("/" + page.next_url), rows, sort, total=total, size=size)
    back = [page]
    while page.previous_url:
        page = keyset_page(ask("/" + page.previous_url), rows, sort, total=total, size=size)
        back.append(page)
    return pages, back[::-1]


@pytest.mark.parametrize(("name", "field", "down"), SORTS)
def test_every_row_once_forward_and_back(many, name, field, down):
    many = cockpit.rows(today(), field)
    total, size = many.count(), 4
    sort = Sort(field, down)
    expected = list(many.order_by(f"{'-' if down else ''}{field}", "pk").values_list("pk", flat=True))
    pages, back = walk(many, sort, size, total)
    assert [row.pk for page in pages for row in page.rows] == expected
    assert [[row.pk for row in page.rows] for page in back] == [[row.pk for row in page.rows] for page in pages]
    for walked in (pages, back):
        assert [(page.first, page.last) for page in walked] == [
            (start, min(start + size - 1, total)) for start in range(1, total + 1, size)
        ]
    assert not pages[0].previous_url
    assert not pages[-1].next_url


@pytest.mark.parametrize("size", [1, 23, 50])
def test_pages_of_any_size(many, size):
    total = many.count()
    pages, back = walk(many, Sort("name_key"), size, total)
    assert sum(len(page.rows) for page in pages) == total == sum(len(page.rows) for page in back)


def test_one_query_per_page_whatever_the_page(many, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = keyset_page(ask(), many, Sort("due_key"), total=23, size=4)
    with django_assert_num_queries(1):
        keyset_page(ask("/" + page.next_url), many, Sort("due_key"), total=23, size=4)


def test_a_row_that_vanishes_takes_none_with_it(many):
    page = keyset_page(ask(), many, Sort("name_key"), total=23, size=4)
    rest = list(many.order_by("name_key", "pk"))[4:]
    page.rows[-1].is_active = False
    page.rows[-1].save()
    following = keyset_page(ask("/" + page.next_url), many, Sort("name_key"), total=22, size=4)
    assert [row.pk for row in following.rows] == [row.pk for row in rest[:4]]


def test_filters_travel_with_the_cursor(many):
    page = keyset_page(ask("/?view=mine&q=a&sort=-name"), many, Sort("name_key"), total=23, size=4)
    parameters = QueryDict(urlsplit(page.next_url).query)
    assert (parameters["view"], parameters["q"], parameters["sort"]) == ("mine", "a", "-name")


def test_nothing_to_show(many):
    page = keyset_page(ask(), many.none(), Sort("name_key"), total=0)
    assert (page.rows, page.first, page.last, page.previous_url, page.next_url) == ([], 0, 0, "", "")


def cursor(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


KEY = "5a3e0000-0000-4000-8000-000000000000"
BENT = [
    cursor("x", KEY, 1, 0),  # a text where the sort is a number or a day
    cursor("9999-99-99", KEY, 1, 0),
    cursor("\x00", KEY, 1, 0),
    cursor(10**30, KEY, 1, 0),
    cursor(1.5, KEY, 1, 0),
    cursor(True, KEY, 1, 0),
    cursor([1], KEY, 1, 0),
    cursor({"a": 1}, KEY, 1, 0),
    cursor(None, KEY, 1, 0),
    cursor(1, 5, 1, 0),
    cursor(1, KEY, "a", 0),
    cursor(1, KEY, float("inf"), 0),
    cursor(1, KEY, 10**40, 1),
    cursor(1, KEY),
    base64.urlsafe_b64encode(b"[" * 4000).decode(),
    "é",
    "%",
    "null",
]


@pytest.mark.parametrize("field", ["due_key", "name_key", "lines_to_do", "turn"])
@pytest.mark.parametrize("bent", BENT)
def test_a_bent_cursor_never_breaks_the_page(many, field, bent):
    request = ask()
    request.GET = QueryDict(mutable=True)
    request.GET["after"] = bent
    page = keyset_page(request, many, Sort(field), total=23, size=4)
    assert page.first <= MOST_ROWS + 1


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
def test_any_text_is_a_cursor_or_none(text):
    found = _decode(text)
    assert found is None or 1 <= found[2] <= MOST_ROWS


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=12))
def test_an_unknown_sort_is_the_default(rf, text):
    name, sort = sort_from(rf.get("/", {"sort": text}), cockpit.SORTS, "due")
    assert sort.field == cockpit.SORTS[name.removeprefix("-")].field
    assert sort.descending == name.startswith("-")


def test_a_head_turns_its_sort_and_forgets_the_page(rf):
    request = rf.get("/?q=a&after=abc&sort=name")
    head = column(request, "name", "Name", "name")
    assert (QueryDict(head["url"][1:]).dict(), head["direction"]) == ({"q": "a", "sort": "-name"}, "ascending")
    assert column(request, "name", "Name", "-name")["direction"] == "descending"
    assert QueryDict(column(request, "due", "Due", "name")["url"][1:])["sort"] == "due"
