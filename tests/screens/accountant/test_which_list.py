"""Pages say what they are: which list of clients is open, whose turn a question is, that a return was filed."""

import re
from datetime import date, timedelta

import pytest

from accounting.actions.obligations import ensure_obligations
from requests_app.state import State, Turn
from requests_app.wording import state_words
from tests.bankfeeds.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "title", "menu"),
    [
        ("", "Cockpit", "Cockpit"),
        ("clients/", "Klanten op naam", "Klanten"),
        ("bank/", "Te verwerken bankregels per klant", "Bank"),
    ],
)
def test_each_list_of_clients_has_its_own_title_and_its_place_in_the_menu(office, path, title, menu):
    html = office.firm(path, follow=True).content.decode()
    assert f"<h1>{title}</h1>" in html
    assert f"<title>{title} " in html
    current = re.findall(r'<a class="nav__link"[^>]*title="([^"]*)" aria-current="page"', html)
    assert current == [menu]


def test_the_client_s_turn_needs_no_second_word_and_attention_is_the_firm_s():
    since = date(2026, 3, 1)
    words = {
        (Turn.CLIENT, True, "asked"): "",
        (Turn.CLIENT, False, "asked"): "",
        (Turn.FIRM, False, "answered"): "Beantwoord",
        (Turn.FIRM, True, "answered"): "Aandacht vereist",
    }
    for (turn, late, code), said in words.items():
        assert state_words(State(turn, late, since, code), "nl") == said


def test_a_filed_return_is_called_filed_and_its_undo_is_quiet(office):
    with office.scope():
        ensure_obligations(administration=office.administration, today=TODAY - timedelta(days=60))
    page = office.get("periods/").content.decode()
    act = re.search(r'action="([^"]*/obligations/[^"]+/completion/)"', page)[1]
    assert office.browser.post(act).status_code == 302
    page = office.get("periods/").content.decode()
    assert "Ingediend" in page
    assert "Afgerond" not in page
    assert '<button class="button button--small button--quiet" aria-label="Toch niet ingediend' in page
