"""On a phone in a cellar: what was typed stays, and goes again by itself; every target is for a thumb."""

import pytest

from portal.links.issue import url_of
from portal.links.models import Link
from requests_app.models import Answer
from tests.journeys.dossiers import EXACT, RUITER, open_dossier
from tests.journeys.serving import wait_until

THUMB = 44  # CSS pixels, for every target on a phone
TARGETS = "a[href], button, summary, input:not([type=hidden]), select, textarea, label.button"
SMALL = """() => [...document.querySelectorAll("TARGETS")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.matches(".visually-hidden, .skip"))
  .filter((one) => Math.min(one.getBoundingClientRect().height, one.getBoundingClientRect().width) < THUMB)
  .map((one) => one.outerHTML.slice(0, 120))""".replace("THUMB", str(THUMB)).replace("TARGETS", TARGETS)


@pytest.fixture
def phone(portal, stage, language, devices):
    """A client who was asked about two payments, and a phone at the first question."""
    dossier = open_dossier(stage, language)
    dossier.ask(EXACT[1], RUITER[1])
    with dossier.scope():
        address = url_of(Link.objects.select_related("administration").get(administration=dossier.administration))
    page = devices.page(phone=True)
    page.goto(address)
    return dossier, page


def test_an_answer_without_signal_waits_and_arrives_by_itself(phone, devices, words):
    dossier, page = phone

    def answers():
        with dossier.scope():
            return list(Answer.objects.filter(administration=dossier.administration).values_list("text", flat=True))

    before = page.url
    page.context.set_offline(True)
    page.locator("details.answer").first.locator("summary").click()
    page.fill("#reason", "Nooit gekregen")
    page.locator(".answer[open] .button--primary").click()
    page.wait_for_selector(f"text={words('No connection, we keep trying. What you filled in stays here.')}")
    assert page.url == before
    assert page.input_value("#reason") == "Nooit gekregen"
    assert answers() == []
    devices.complaints.found.clear()  # that the line was dead is what this is about
    page.context.set_offline(False)
    assert wait_until(lambda: answers() == ["Nooit gekregen"], "the answer arrived", 15)
    page.wait_for_url("**/cards/**")


def test_a_refusal_leaves_what_was_typed(phone, devices, words):
    _, page = phone
    page.locator("details.answer:has(#later-day) > summary").click()
    page.fill("#later-day", "2020-01-01")
    with devices.complaints.expecting(422):
        page.locator(".answer[open] .button--primary").click()
        page.wait_for_selector(".answer[open] .field__error")
    assert page.input_value("#later-day") == "2020-01-01"


def test_every_target_behind_the_link_is_for_a_thumb(phone):
    _, page = phone
    deck = page.url
    for path in ("", "done/", "not-mine/"):
        page.goto(deck + path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert page.evaluate(SMALL) == [], path
