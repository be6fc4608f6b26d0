"""Periods and returns: what is missing before a return can be filed, and who answers for it."""

import re
from datetime import date, timedelta

import pytest

from accounting.actions.obligations import ensure_obligations
from accounting.models import Obligation
from tests.bankfeeds.conftest import TODAY
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(office):
    """The page, and the open filings of New Logo whose period holds the lines of March."""
    with office.scope():
        ensure_obligations(administration=office.administration, today=TODAY - timedelta(days=60))
    return office


def _all_filed(office):
    with office.scope():
        Obligation.objects.filter(administration=office.administration).update(
            done_at="2026-03-20T10:00Z", done_by=office.world.user("tom")
        )


def _page(office):
    return office.get("periods/")


def _waits(html):
    """The links to the lines and questions that are missing, with what they say."""
    return re.findall(r'<a href="([^"]*until=[^"]*)">([^<]+)</a>', html)


def test_an_open_return_says_which_lines_and_questions_it_waits_for(due):
    lines = due.lines("-10.00", "-20.00", "-30.00")
    due.asked(lines[0])
    found = _waits(_page(due).content.decode())
    assert [text.strip() for _url, text in found[:2]] == ["3 bankregels", "1 vraag"]
    rows = re.findall(r"<li>.*?</li>", _page(due).content.decode(), re.DOTALL)
    assert any("3 bankregels" in row and "Els Hermans" in row for row in rows)


def test_each_count_is_that_of_the_list_it_opens(due):
    lines = due.lines("-10.00", "-20.00", "-30.00")
    due.asked(lines[0])
    desk, questions = (url.replace("&amp;", "&") for url, _text in _waits(_page(due).content.decode())[:2])
    until = date.fromisoformat(re.search(r"until=([0-9-]+)", desk)[1])
    assert all(line.booked_on <= until for line in lines)
    assert len(re.findall(r'id="line-', due.browser.get(desk).content.decode())) == 3
    listed = due.browser.get(questions).content.decode()
    assert listed.count("data-row") == 1
    earlier = due.browser.get(questions.replace(str(until), "2020-01-01")).content.decode()
    assert "data-row" not in earlier
    assert due.browser.get(questions.replace(str(until), "nonsense")).status_code == 200


def test_lines_after_the_period_are_not_in_its_way(due):
    due.lines("-10.00")
    with due.scope():
        for number, row in enumerate(Obligation.objects.filter(administration=due.administration)):
            Obligation.objects.filter(pk=row.pk).update(period=f"20{10 + number}")
    assert _waits(_page(due).content.decode()) == []


def test_a_filed_return_says_nothing_of_it(due):
    due.lines("-10.00")
    _all_filed(due)
    html = _page(due).content.decode()
    assert _waits(html) == []
    [card] = re.findall(r'id="due".*?</ul>', html, re.DOTALL)
    assert "Els Hermans" not in card
    assert "Tom" in card


def test_it_takes_two_queries_however_many_returns_are_open(due):
    due.asked(*due.lines("-10.00", "-20.00"))
    _page(due)
    with due.domain_queries() as with_waits:
        _page(due)
    _all_filed(due)
    with due.domain_queries() as all_filed:
        _page(due)
    assert len(with_waits) - len(all_filed) == 2


def test_in_french(due):
    due.lines("-10.00")
    user = due.world.user("els")
    user.language = "fr"
    user.save()
    assert "1 ligne bancaire" in words(_page(due))
