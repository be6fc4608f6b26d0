"""Every number equals the list it opens, and what a page asks of the database does not grow with what it shows."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import pytest

from accounting.actions.obligations import ensure_obligations, mark_done
from accounting.models import Obligation
from portal.accountant import cockpit_rows as cockpit
from portal.tenancy.models import Administration
from portal.web.tables import PAGE_SIZE
from requests_app.actions.answer import answer_with_document
from tests.bankfeeds.conftest import TODAY
from tests.screens.accountant.conftest import Office

pytestmark = pytest.mark.django_db


def table_rows(response):
    return re.findall(r"<tr id=\"client-|<tr data-row", response.content.decode())


def everything(browser, url):
    """How many rows a list has over all its pages, walked by its own links."""
    seen = 0
    while url:
        page = browser.get(url)
        assert page.status_code == 200
        seen += len(table_rows(page)) + page.content.decode().count('class="queue__item"')
        following = re.search(r'href="([^"]+)" rel="next"', page.content.decode())
        url = urljoin(url, unescape(following[1])) if following else None
    return seen


@pytest.fixture
def busy(office, world):
    """Questions of both sides, late filings and done ones, two clients, lines of every kind."""
    first, *others = office.lines("-10.00", "-20.00", "-30.00", "-30.00", "-50.00")
    (one, _two) = office.asked(first, others[0])
    office.asked(others[1], others[2])
    bakery = Office(world, "bakery")
    with bakery.scope():
        Administration.objects.filter(pk=world.garage.pk).update(vat_rhythm="monthly")
        for books in Administration.objects.all():
            ensure_obligations(administration=books, today=TODAY - timedelta(days=60))
        document = office.uploaded().document
        answer_with_document(request=one, documents=[document], by=world.actor("sofie"), on=TODAY)
        for row in Obligation.objects.filter(administration=world.bakery, due_on__lte=TODAY):
            mark_done(obligation=row, by=office.actor, on=TODAY)
    return office


def test_every_view_of_the_cockpit_counts_what_it_shows(busy):
    for query in ("?", "?q=a", "?rhythm=monthly", "?owner=Els+Hermans", "?sort=-turn&q=b"):
        for name in cockpit.VIEWS:
            page = busy.firm(f"{query}&view={name}")
            (tab,) = [tab for tab in page.context["views"] if tab["current"]]
            assert tab["count"] == len(table_rows(page)) == page.context["page"].total, (query, name)


def test_the_process_strip_adds_up_and_opens_what_it_says(busy):
    page = busy.firm()
    bank, questions, vat = page.context["processes"]
    active = page.context["page"].total
    assert sum(part["count"] for part in bank["parts"]) == active
    counts = page.context["counts"]
    assert sum(part["count"] for part in vat["parts"]) == sum(1 for row in page.context["page"].rows if row.vat_due_on)
    opened = busy.browser.get(vat["url"])
    assert len(table_rows(opened)) == counts["overdue"] > 0
    opened = busy.browser.get(questions["url"])
    assert len(table_rows(opened)) == counts["questions_firm_sum"] == 1
    assert sum(row.lines_to_do for row in page.context["page"].rows) == counts["lines"] == 5


def test_the_menu_counts_everything_whatever_is_filtered(busy):
    for query in ("", "?q=garage"):
        nav = {item.label: item.count for item in busy.firm(query).context["nav"]}
        assert (nav["Bank"], nav["Vragen"]) == (5, 3)
    assert everything(busy.browser, busy.firm_url + "requests/") == 3


def test_a_row_of_the_cockpit_counts_what_its_links_open(busy):
    (row,) = [row for row in busy.firm().context["page"].rows if row.pk == busy.administration.pk]
    assert everything(busy.browser, f"{busy.firm_url}requests/?administration={row.pk}") == row.questions == 3
    assert everything(busy.browser, busy.url + "bank/") == row.lines_to_do == 5


def test_the_tabs_of_the_questions(busy):
    for query in ("?", "?q=factuur", f"?administration={busy.administration.pk}", "?late=1"):
        for turn in ("open", "firm", "client", "nobody"):
            page = busy.firm(f"requests/{query}&turn={turn}")
            (tab,) = [tab for tab in page.context["tabs"] if tab["current"]]
            assert tab["count"] == len(table_rows(page)) == page.context["total"], (query, turn)


def test_the_segments_of_the_desk(busy):
    for status in ("todo", "asked", "done"):
        page = busy.get(f"bank/?status={status}")
        (tab,) = [tab for tab in page.context["segments"] if tab["current"]]
        assert tab["count"] == everything(busy.browser, f"{busy.url}bank/?status={status}")
    assert [tab["count"] for tab in page.context["segments"]] == [5, 4, 0]


# ── Paging ──


def test_the_queue_shows_every_line_once(office):
    office.lines(*(f"-{number}.00" for number in range(1, 121)))
    url, seen = office.url + "bank/?text=FACTUUR", []
    while url:
        page = office.browser.get(url)
        seen += [row.line.pk for row in page.context["rows"]]
        url = page.context["following"]
        assert not url or "text=FACTUUR" in url
    assert (len(seen), len(set(seen))) == (120, 120)


def test_the_questions_show_every_one_once(office, world, clock):
    lines = office.lines(*(f"-{number}.00" for number in range(1, 60)))
    for start in range(0, 59, 20):
        office.asked(*lines[start : start + 20])
    assert everything(office.browser, office.firm_url + "requests/") == 59


def test_the_archive_shows_every_document_once(office, clock):
    with office.scope():
        for number in range(PAGE_SIZE + 7):
            if number % 3 == 0:
                clock.forward(seconds=1)
            office.uploaded()
    assert everything(office.browser, office.firm_url + "documents/") == PAGE_SIZE + 7
    assert everything(office.browser, office.firm_url + "documents/?q=bon") == PAGE_SIZE + 7
    assert everything(office.browser, office.firm_url + "documents/?q=niets") == 0


# ── What a page asks of the database ──


def count(office, url):
    office.browser.get(url)  # the first visit warms what is kept per process
    with office.domain_queries() as found:
        assert office.browser.get(url).status_code == 200
    return len(found)


def test_the_cockpit_asks_the_same_of_one_client_and_of_many(office):
    office.lines("-10.00", "-20.00")
    seen = []
    for more in (0, 3, 30):
        office.clients(more)
        seen += [count(office, office.firm_url), count(office, office.firm_url + "?view=late&sort=-turn")]
    # the page with its counts, the views people keep, the colleagues; an empty view has no row to carry the counts
    assert seen == [3, 4] * 3
    assert count(office, office.firm_url + "?q=klant&owner=Els+Hermans") == 5  # empty, and the counts of the filter


def test_the_desk_asks_the_same_of_one_line_and_of_thirty(office):
    first = office.lines("-10.00")
    office.asked(*first)
    one = count(office, f"{office.url}bank/?line={first[0].pk}")
    more = office.lines(*(f"-{number}.00" for number in range(11, 41)), number=59, old="990.00")
    office.asked(*more[5:15])
    many = count(office, f"{office.url}bank/?line={first[0].pk}")
    assert (one, many) == (one, one)
    assert one <= 28


def test_lists_ask_the_same_of_one_row_and_of_thirty(office):
    lines = office.lines(*(f"-{number}.00" for number in range(11, 42)))
    office.asked(lines[0])
    with office.scope():
        office.uploaded()
    urls = [office.firm_url + "requests/", office.firm_url + "documents/", office.firm_url + "switcher/?q=a"]
    few = [count(office, url) for url in urls]
    office.asked(*lines[1:])
    with office.scope():
        for _ in range(30):
            office.uploaded()
    office.clients(30)
    assert [count(office, url) for url in urls] == few
    assert few[1] == 2
