"""Links that do not work, taps that come twice, files that are not what they seem: a sentence, and nothing lost."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.documents.models import Document
from portal.kernel.clock import today
from portal.links.issue import revoke, url_of
from portal.links.models import Link
from requests_app.models import Answer
from tests.journeys.dossiers import EXACT, PARKING, RUITER, open_dossier, photo
from tests.journeys.serving import still, wait_until

OWN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken&quot;: &quot;[^&]+|/l/[\w-]{43}/')
LINK = re.compile(r"http://127\.0\.0\.1:\d+/l/[\w.~-]+/")


@pytest.fixture
def asked(portal, stage, language):
    """A client who was asked about three payments, and the link in the mail."""
    dossier = open_dossier(stage, language)
    dossier.ask(EXACT[1], RUITER[1], PARKING[1])
    portal.mail(dossier.person.email)
    return dossier


def link_of(dossier):
    with dossier.scope():
        return Link.objects.select_related("administration", "firm").get(administration=dossier.administration)


def address_of(dossier):
    return url_of(link_of(dossier))


def answers(dossier):
    with dossier.scope():
        return list(Answer.objects.filter(administration=dossier.administration, withdrawn_at=None))


def page_at(devices, address):
    page = devices.page(phone=True)
    page.goto(address)
    return page


def test_every_link_that_does_not_work_shows_one_page(portal, devices, asked, words):
    good = address_of(asked)
    altered = good[:-3] + ("A" if good[-3] != "A" else "B") + good[-2:]
    link = link_of(asked)
    with asked.scope():
        Link.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(days=1))
    seen = {}
    with devices.complaints.expecting(404):
        for name, address in {"unknown": f"{portal.url}/l/{'x' * 43}/", "altered": altered, "expired": good}.items():
            seen[name] = page_at(devices, address)
        bodies = {OWN.sub("", page.content()) for page in seen.values()}
        assert len(bodies) == 1, "nothing can be learned from the page"
        said = set()
        for page in seen.values():
            page.locator("main form button").click()
            page.locator("main form").wait_for(state="detached")
            said.add(page.locator("main").inner_text())
        assert len(said) == 1, "nor from its answer"
        mail = portal.mail(asked.person.email, number=2)
        fresh = LINK.search(mail["text"])[0]
        assert mail["to"].find(asked.person.email) >= 0
        still()
        assert len(portal.mails(asked.person.email)) == 2, "one new link, to the address it was made for"
        page = page_at(devices, fresh)
        assert page.locator(".ask__amount").is_visible()
        with asked.scope():
            revoke(link=link, by=asked.world.actor("els"), on=today())
        page.reload()
        assert page.locator(".ask__amount").count() == 0, "an open door closes too"
        gone = page_at(devices, fresh)
        gone.locator("main form button").click()
        gone.locator("main form").wait_for(state="detached")
        still()
        assert len(portal.mails(asked.person.email)) == 2, "only the firm gives a new link after revoking"


def test_a_double_tap_answers_once(devices, asked, words):
    page = page_at(devices, address_of(asked))
    form = page.locator("form:has(button[value=already_sent])")
    twice = form.evaluate(
        """async (form) => {
            const body = () => { const data = new FormData(form); data.set("kind", "already_sent"); return data; };
            const send = () => fetch(form.action, { method: "POST", body: new URLSearchParams(body()) });
            return (await Promise.all([send(), send()])).map((answer) => answer.status);
        }"""
    )
    assert twice == [200, 200]
    assert len(answers(asked)) == 1
    page.goto(address_of(asked))
    page.locator("button[value=private]").dblclick()
    page.wait_for_url("**/cards/*/")
    assert len(answers(asked)) == 2


def test_a_file_that_is_none_is_refused_in_place_and_the_same_photo_is_known(devices, asked, words):
    page = page_at(devices, address_of(asked))
    choose = page.locator("input[data-take][multiple]")
    choose.set_input_files({"name": "factuur.pdf", "mimeType": "application/pdf", "buffer": b"PK\x03\x04" + bytes(600)})
    with devices.complaints.expecting(422):
        page.locator("form[action$='/papers/'] button.button--large").last.click()
        page.locator("#papers-refusal [role=alert]").wait_for()
    assert page.locator(".photo").count() == 1, "what was chosen stays"
    assert answers(asked) == []
    page.locator("[data-page-action=remove]").click()
    picture = {"name": "bon.jpg", "mimeType": "image/jpeg", "buffer": photo("bon")}
    for _card in range(2):
        before = page.url
        page.locator("input[data-take][multiple]").set_input_files(picture)
        page.locator("form[action$='/papers/'] button.button--large").last.click()
        page.wait_for_url(lambda url, before=before: url != before)
    known = words(
        "We already have “%(name)s”, since %(day)s. It is linked; you need not send it again.", name="bon.jpg", day="…"
    )
    assert known.partition("…")[0] in page.locator("[role=status]").first.inner_text()
    with asked.scope():
        assert Document.objects.filter(administration=asked.administration, source="link").count() == 1
    assert len(answers(asked)) == 2


def test_somebody_else_says_so_and_the_firm_gets_its_questions_back(devices, asked, words):
    page = page_at(devices, address_of(asked))
    page.get_by_role("link", name=words("Let us know")).press("Enter")
    page.get_by_role("button", name=words("This is not for me")).click()
    page.get_by_role("heading", name=words("Thank you for telling us")).wait_for()
    desk = devices.page(who="els")
    desk.goto(asked.address(f"bank/?line={asked.line(RUITER[1]).pk}"))
    assert "client" not in desk.locator("#thread .badge").first.get_attribute("class")


def test_later_keeps_quiet_and_skipping_comes_back(devices, asked, words):
    page = page_at(devices, address_of(asked))
    first = page.locator(".ask__amount").inner_text()
    page.get_by_role("link", name=words("Skip for now")).click()
    wait_until(lambda: page.locator(".ask__amount").inner_text() != first, "next card")
    page.locator("summary", has_text=words("Later")).click()
    before = page.url
    page.locator("button[name=until]").first.click()
    page.wait_for_url(lambda url: url != before)
    wait_until(lambda: page.locator("[role=status] .note").count(), "the promise said back")
    page.goto(address_of(asked))
    assert page.locator(".ask__amount").inner_text() == first, "what was skipped is first again"
