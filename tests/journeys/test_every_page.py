"""Every kind of page, in two languages, light on a wide screen and dark on a phone: nothing serious for axe, nothing
sticks out, every word in the reader's language."""

import pytest

from accounting.models import Obligation
from bankfeeds.models import StatementLine
from portal.documents.models import Document, Source
from portal.kernel.clock import today
from portal.links.issue import url_of
from portal.links.models import Link
from portal.people.models import User
from requests_app.actions.answer import answer_without
from requests_app.actions.papers import Sent, answer_with_files
from requests_app.models import Request
from tests import cast
from tests.journeys.browsing import grave_findings, wide
from tests.journeys.dossiers import EXACT, OTHERS, PARKING, RUITER, open_dossier, photo
from tests.journeys.serving import still

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
    still()
    return found


def ids(found):
    """What the addresses need."""
    with found.scope():
        own = {"administration": found.administration}
        link = Link.objects.select_related("administration", "firm").get(**own)
        return {
            "request": Request.objects.filter(**own).order_by("created_at").first().pk,
            "open": Request.objects.filter(**own).order_by("created_at").last().pk,
            "photo": Document.objects.filter(**own, kind="image").first().pk,
            "invoice": Document.objects.filter(**own, kind="ubl").first().pk,
            "obligations": Obligation.objects.filter(**own).count(),
            "free": StatementLine.objects.get(**own, counterparty_name=OTHERS[1][1]).pk,
            "link": link.pk,
            "url": url_of(link),
        }


def office_pages(found):
    key = ids(found)
    here = found.address
    line = {name: found.line(name).pk for name in (EXACT[1], RUITER[1], PARKING[1])}
    return {
        "cockpit": "/kantoor/van-damme/",
        "clients": "/kantoor/van-damme/clients/",
        "new client": "/kantoor/van-damme/clients/new/",
        "questions": "/kantoor/van-damme/requests/",
        "all bank": "/kantoor/van-damme/bank/",
        "all documents": "/kantoor/van-damme/documents/",
        "people": "/kantoor/van-damme/people/",
        "settings": "/kantoor/van-damme/settings/",
        "client": here("client/"),
        "desk without paper": here(f"bank/?line={key['free']}"),
        "desk with a photo": here(f"bank/?line={line[EXACT[1]]}"),
        "desk with an e-invoice": here(f"bank/?line={line[RUITER[1]]}"),
        "desk with a no": here(f"bank/?line={line[PARKING[1]]}"),
        "handled": here("bank/?status=done"),
        "ask": here(f"bank/requests/new/?line={key['free']}"),
        "question": here(f"requests/{key['request']}/"),
        "imports": here("bank/imports/"),
        "document": here(f"documents/{key['photo']}/"),
        "e-invoice": here(f"documents/{key['invoice']}/"),
        "periods": here("periods/"),
        "statements": here("bank/statements/"),
        "rules": here("bank/rules/"),
        "log": here("log/"),
        "log of the firm": "/kantoor/van-damme/log/",
        "search": "/kantoor/van-damme/search/?q=169",
        "views": "/kantoor/van-damme/views/",
        "reminders": "/kantoor/van-damme/reminders/?all=1&of=",
        "sessions": "/profiel/sessies/",
        "factors": "/accounts/2fa/",
        "app with codes": "/accounts/2fa/totp/activate/",
        "profile": "/profiel/",
        "not there": "/kantoor/van-damme/clients/nobody/",
    }


def client_pages(found):
    key = ids(found)
    home = f"/mijn/{found.key}/"
    pages = {name: home + name for name in ("activiteiten/", "upload/", "documenten/", "bank/", "logboek/")}
    card = f"{home}activiteiten/{key['open']}/"
    return {"home": home, **pages, "question": card, "profile": "/profiel/"}


def guest_pages(found):
    key = ids(found)
    inside = f"/l/v/{key['link']}/"
    return {
        "card": key["url"],
        "answered card": f"{inside}cards/{key['request']}/",
        "done": f"{inside}done/",
        "not mine": f"{inside}not-mine/",
        "gone": f"/l/{'x' * 43}/",
        "login": "/accounts/login/",
        "code": "/accounts/login/code/",
        "forgotten": "/accounts/password/reset/",
        "invitation gone": f"/uitnodiging/{'x' * 43}/",
        "mailbox": "/sandbox/mail/",
        "not there": "/nergens/",
    }


def wrong_first_stop(page):
    """The first Tab goes to "skip to the content", unless the page begins inside its form (autofocus)."""
    if page.evaluate("document.activeElement !== document.body"):
        return []
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.outerHTML.slice(0, 100)")
    return [] if page.evaluate("document.activeElement.className") == "skip" else [f"first Tab goes to {first}"]


def looked_at(devices, page, pages, language):
    """Everything that is wrong, page by page."""
    wrong = {}
    for name, address in pages.items():
        answer = page.goto(address)
        with devices.complaints.deaf(page):
            found = grave_findings(page)
        if (answer.status == 404) != ("gone" in name or "not there" in name):
            found.append(f"answers {answer.status}")
        if any(door in page.url and door not in address for door in DOORS):
            found.append(f"leads to {page.url}")
        if page.evaluate("document.documentElement.lang") != language:
            found.append(f"speaks {page.evaluate('document.documentElement.lang')}")
        found += [f"sticks out: {one}" for one in wide(page)]
        title = page.title().strip()
        if not title or page.locator("h1").count() != 1:
            found.append(f"title {title!r}, {page.locator('h1').count()} h1")
        found += wrong_first_stop(page)
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
