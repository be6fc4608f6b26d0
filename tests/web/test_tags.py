"""The template tags: every amount, day and turn as a person and a machine read them."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation


def render(source: str, **context: object) -> str:
    with translation.override("nl"):
        return Template("{% load samen %}" + source).render(Context(context))


def test_money_keeps_the_value_for_machines() -> None:
    html = render("{% money amount %}", amount=Decimal("-169.69"))
    assert html == '<data class="money numeric" value="-169.69">€\u00a0\u2212169,69</data>'


def test_income_has_a_plus_and_says_so_without_colour() -> None:
    html = render("{% money amount sign=True %}", amount=Decimal("2420.00"))
    assert 'data-flow="in"' in html
    assert "+2.420,00" in html


def test_a_table_names_its_currency_in_the_head() -> None:
    assert ">\u22124,50</data>" in render('{% money amount currency="" %}', amount=Decimal("-4.50"))


@pytest.mark.parametrize("tag", ["money", "day", "number", "when"])
def test_unknown_is_a_dash_never_a_zero(tag: str) -> None:
    assert "\u2013" in render(f"{{% {tag} nothing %}}", nothing=None)


def test_day_carries_its_iso_date() -> None:
    assert render("{% day on %}", on=date(2026, 3, 6)) == '<time datetime="2026-03-06">6 maart 2026</time>'


def test_a_badge_is_a_word_with_an_edge() -> None:
    html = render('{% badge "client" text="Wacht op stukken" %}')
    assert html == '<span class="badge badge--client">Wacht op stukken</span>'


def test_late_turns_red_whoever_is_at_turn() -> None:
    assert "badge--late" in render('{% badge "firm" late=True text="x" %}')


def test_done_has_a_check_beside_its_word() -> None:
    assert "#check" in render('{% badge "done" text="Ingediend" %}')


def test_a_badge_says_since_when() -> None:
    html = render('{% badge "client" since=on %}', on=timezone.localdate() - timedelta(days=4))
    assert "4" in html
    assert "title=" in html


def test_text_from_people_is_escaped() -> None:
    assert "<b>" not in render('{% badge "client" text=words %}', words="<b>hallo</b>")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Els Hermans", "EH"), ("Van Damme Accountants", "VA"), ("Madonna", "MA"), ("", "?"), ("an@bakker.example", "AE")],
)
def test_initials(name: str, expected: str) -> None:
    assert render("{% initials person %}", person=SimpleNamespace(name=name) if name else "") == expected


def test_the_bar_is_named_in_words_and_full() -> None:
    parts = [
        {"part": "done", "label": "klaar", "count": 3},
        {"part": "client", "label": "bij klant", "count": 1},
        {"part": "late", "label": "te laat", "count": 0},
    ]
    html = render("{% bar parts %}", parts=parts)
    assert 'aria-label="3 klaar, 1 bij klant"' in html
    assert 'x="0.0" width="750.0"' in html
    assert html.count("<rect") == 2


def test_query_keeps_the_other_keys() -> None:
    request = RequestFactory().get("/kantoor/", {"view": "late", "after": "x"})
    assert render("{% query after=None sort='due' %}", request=request) == "?view=late&amp;sort=due"
