"""Every kind of page, in two languages, light on a wide screen and dark on a phone: nothing serious for axe, nothing
sticks out, every word in the reader's language."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.urls import Resolver404, resolve

from bankfeeds.formats import write_coda
from portal.documents.models import Source
from portal.kernel.clock import today
from portal.links.saved_views import save_view
from portal.links.teams import save_team
from portal.people.models import User
from requests_app.actions.answer import answer_without
from requests_app.actions.papers import Sent, answer_with_files
from tests import cast
from tests.house.matrix import MATRIX
from tests.journeys.browsing import grave_findings, wide
from tests.journeys.dossiers import EXACT, OTHERS, PARKING, RUITER, open_dossier, photo
from tests.journeys.pages import NO_PAGE, client_pages, guest_pages, ids, look_pages, office_pages
from tests.journeys.serving import still
from tests.people.conftest import App

DOORS = ("/accounts/login/", "/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")
WAYS = {"light, wide": {}, "dark, phone": {"phone": True, "dark": True}}


@pytest.fixture(scope="module", params=["nl", "fr"])
def spoken(request, portal):
    """The language of the office, of the client and of a stranger's browser."""
    before = User.objects.get(pk=cast.NAMES["els"].id).language
    User.objects.filter(pk=cast.NAMES["els"].id).update(language=request.param)
    yield request.param
    User.objects.filter(pk=cast.NAMES["els"].id).update(language=before)


@pytest.fixture(scope="module")
def filled(spoken, stage):
    """A client with something on every page: a photo, an e-invoice, a "no", a promise, and an open question."""
    found = open_dossier(stage, spoken)
    questions = {name: found.ask(name)[0] for name in (EXACT[1], RUITER[1], PARKING[1], OTHERS[0][1])}
    by, on = stage.actor("els"), today()
    with found.scope():
        for name, file in ((EXACT[1], Sent(photo("bon"), "bon.jpg")), (RUITER[1], Sent(found.e_invoice(), "f.xml"))):
            answer_with_files(request=questions[name], files=[file], source=Source.OFFICE, by=by, on=on)
        answer_without(request=questions[PARKING[1]], kind="does_not_exist", text="Kwijt", by=by, on=on)
        twisted = found.statement(90, today() - timedelta(days=1), [OTHERS[0]], old="5000.00")
        save_team(team=None, name=f"Team {spoken}", members=[], administrations=[found.administration], by=by, on=on)
        save_view(name=f"Te laat {spoken}", query="view=late", shared=False, by=by, on=on)
    found.load(write_coda([replace(twisted, new_balance=twisted.new_balance + 1, balanced=False)]), "twisted.cod")
    still()
    return found


def wrong_first_stop(page):
    """The first Tab goes to "skip to the content", unless the page begins inside its form (autofocus)."""
    if page.evaluate("document.activeElement !== document.body"):
        return []
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.outerHTML.slice(0, 100)")
    return [] if page.evaluate("document.activeElement.className") == "skip" else [f"first Tab goes to {first}"]


# of several with one name only one stays open
OPENED = """() => [...document.querySelectorAll("main details:not([open])")]
    .map((one) => { one.removeAttribute("name"); one.open = true }).length"""


def faults(devices, page):
    """What is serious for axe or sticks out, as the page comes and with everything that folds unfolded."""
    with devices.complaints.deaf(page):
        found = grave_findings(page) + [f"sticks out: {one}" for one in wide(page)]
        if page.evaluate(OPENED):
            found += [f"unfolded: {one}" for one in grave_findings(page)]
            found += [f"unfolded, sticks out: {one}" for one in wide(page)]
    return found


def looked_at(devices, page, pages, language):
    """Everything that is wrong, page by page."""
    wrong = {}
    for name, address in pages.items():
        answer = page.goto(address)
        stop = wrong_first_stop(page)
        found = faults(devices, page) + stop
        if (answer.status == 404) != ("gone" in name or "not there" in name):
            found.append(f"answers {answer.status}")
        if any(door in page.url and door not in address for door in DOORS):
            found.append(f"leads to {page.url}")
        if page.evaluate("document.documentElement.lang") != language:
            found.append(f"speaks {page.evaluate('document.documentElement.lang')}")
        title = page.title().strip()
        if not title or page.locator("h1").count() != 1:
            found.append(f"title {title!r}, {page.locator('h1').count()} h1")
        if found:
            wrong[name] = found
    return wrong


@pytest.mark.parametrize("way", WAYS)
def test_the_office(devices, filled, spoken, way):
    page = devices.page(who="els", speaks=spoken, **WAYS[way])
    with devices.complaints.expecting(404):
        assert looked_at(devices, page, office_pages(filled), spoken) == {}


@pytest.mark.parametrize("way", WAYS)
def test_the_ask_dialog(devices, filled, way):
    page = devices.page(who="els", **WAYS[way])
    page.goto(filled.address(f"bank/?line={ids(filled)['free']}"))
    page.locator("a[data-shortcut=r]").click()
    page.wait_for_selector("dialog[open] #ask-form")
    with devices.complaints.deaf(page):
        assert grave_findings(page) == []
    assert wide(page) == []


@pytest.mark.parametrize("way", WAYS)
def test_the_client_portal(devices, filled, spoken, way):
    page = devices.page(who=filled.person, speaks=spoken, **WAYS[way])
    assert looked_at(devices, page, client_pages(filled), spoken) == {}


@pytest.mark.parametrize("way", WAYS)
def test_behind_a_link_and_before_the_door(devices, filled, spoken, way):
    page = devices.page(speaks=spoken, **WAYS[way])
    with devices.complaints.expecting(404):
        assert looked_at(devices, page, guest_pages(filled), spoken) == {}
    page.goto("/sandbox/mail/")
    page.locator("main a[href*='/sandbox/mail/']").first.click()
    page.wait_for_selector("details")
    assert faults(devices, page) == []


@pytest.mark.parametrize("way", WAYS)
def test_through_the_eyes_of_the_client(devices, filled, spoken, way):
    page = devices.page(who="els", speaks=spoken, **WAYS[way])
    page.goto(filled.address("client/"))
    page.locator("form[action$='as-client/'] button").first.click()
    page.wait_for_url("**/as-client/**")
    assert looked_at(devices, page, look_pages(filled, page.url), spoken) == {}


@pytest.mark.parametrize("way", WAYS)
def test_before_something_weighty(devices, filled, spoken, way):
    page = devices.page(who="els", proved=False, speaks=spoken, **WAYS[way])
    page.goto(f"/kantoor/van-damme/people/{ids(filled)['joke']}/")
    page.locator("main form .button--primary").first.click()
    page.locator("form[action='/bevestigen/'] input[name=password]").wait_for()
    assert faults(devices, page) == []


@pytest.mark.parametrize("way", WAYS)
def test_codes_for_a_lost_phone(devices, spoken, way):
    page = devices.page(who="joke", speaks=spoken, **WAYS[way])
    page.goto("/accounts/2fa/totp/activate/")
    held = App.__new__(App)
    held.secret = page.locator("#secret").text_content()
    page.fill("input[name=code]", held.code())
    page.click("main form .button--primary")
    page.wait_for_url("**/recovery-codes/")
    wrong = {"the codes": faults(devices, page)}
    for name in ("totp/deactivate/", "recovery-codes/generate/", ""):
        page.goto(f"/accounts/2fa/{name}")
        wrong[name] = faults(devices, page)
    page.goto("/accounts/logout/")
    page.click("main form .button--primary")
    page.wait_for_url("**/accounts/login/")
    page.fill("input[name=login]", cast.NAMES["joke"].email)
    page.fill("input[name=password]", cast.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/2fa/authenticate/")
    wrong["the second step"] = faults(devices, page)
    Authenticator.objects.filter(user_id=cast.NAMES["joke"].id).delete()
    assert not any(wrong.values()), wrong


@pytest.mark.parametrize("way", WAYS)
def test_papers_it_may_have_been(devices, filled, spoken, way):
    """After "already sent" the card asks which one; here in the portal, where a client knows all of its papers."""
    page = devices.page(who=filled.person, speaks=spoken, **WAYS[way])
    page.goto(client_pages(filled)["question"])
    if not page.locator("#which").count():  # the other size has answered it
        page.click("button[name=kind][value=already_sent]")
    page.locator("#which").wait_for()
    assert faults(devices, page) == []


def test_no_page_is_forgotten(filled):
    """Every address that answers a look is among those above, or said to be no page."""
    visited = office_pages(filled) | look_pages(filled, f"/kantoor/van-damme/{filled.key}/as-client/{filled.key}/")
    seen = {route_of(url) for pages in (visited, client_pages(filled), guest_pages(filled)) for url in pages.values()}
    asked = {name for name, row in MATRIX.items() if row.get is not None}
    assert asked - seen - set(NO_PAGE) == set()
    assert set(NO_PAGE) <= asked - seen, "said to be no page, yet visited or gone"


def route_of(url):
    """The name of a route as the matrix says it; nothing for an address that leads nowhere."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""
