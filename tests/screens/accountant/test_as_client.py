"""“View as client”: the portal through a client person's eyes, read-only, for colleagues who may see the books."""

import re
from types import SimpleNamespace

import pytest
from django.db import InternalError, connection
from django.http import HttpResponse
from django.urls import resolve

from portal.accountant.as_client import switched_off
from portal.audit.models import Event
from portal.documents.models import Document
from portal.people.models import ClientAccess
from portal.tenancy.models import Administration
from portal.tenancy.scope import current_scope
from requests_app.actions.talk import comment
from tests.screens.stage import Stage, photo, plain

pytestmark = pytest.mark.django_db

PAGES = ("", "activiteiten/", "upload/", "documenten/", "bank/", "logboek/")


class Preview(Stage):
    """A stage at the bakery, looked at from the office."""

    def office(self, path=""):
        return f"/kantoor/van-damme/{self.books.pk}/{path}"

    def access(self, who):
        with self.world.scope():
            return ClientAccess.objects.get(administration=self.books, user=self.world.user(who))

    def start(self, browser, who=None):
        """Press the button; where it leads."""
        data = {"access": self.access(who).pk} if who else {}
        return browser.post(self.office("as-client/"), data)

    def looking(self, who="an", by="els"):
        """A browser that looks, and the address of the portal it sees."""
        browser = self.world.client(by)
        started = self.start(browser, who)
        assert started.status_code == 302
        return browser, started["Location"]

    def previews(self):
        with self.world.scope():
            return list(Event.objects.filter(what="access.previewed").values_list("actor_name", "facts"))


@pytest.fixture
def stage(world, clock):
    return Preview(world, clock, "bakery")


@pytest.mark.parametrize(
    ("by", "may"),
    [("els", True), ("tom", True), ("joke", True), ("ruben", False), ("mallory", False), ("an", False)],
)
def test_only_colleagues_who_may_see_the_books_look(stage, by, may):
    browser = stage.world.client(by)
    started = stage.start(browser, "an")
    assert started.status_code == (302 if may else 404)
    home = stage.office(f"as-client/{stage.access('an').pk}/")
    assert browser.get(home).status_code == (200 if may else 404)
    assert len(stage.previews()) == may


def test_a_portfolio_taken_away_ends_it_at_the_next_click(stage):
    browser, home = stage.looking(by="tom")
    assert browser.get(home).status_code == 200
    with connection.cursor() as cursor, stage.world.scope():
        cursor.execute("DELETE FROM people_portfolio WHERE administration_id = %s", [stage.books.pk])
    assert browser.get(home).status_code == 404


@pytest.mark.parametrize("who", ["an", "bilal", "chris", "rita"])
def test_every_page_is_what_that_person_sees_and_no_more(stage, who):
    stage.ask(2)
    browser, home = stage.looking(who)
    theirs = stage.world.client(who)
    for path in PAGES:
        own, seen = theirs.get(stage.mijn(path)), browser.get(home + path)
        assert seen.status_code == own.status_code, (who, path)
        if own.status_code == 200:
            assert main(seen, home, stage) == main(own, home, stage), (who, path)
            words = f"Je kijkt mee als {stage.world.user(who).name}."
            assert words in seen.content.decode()
            assert "Hier kun je niets wijzigen." in seen.content.decode()
            assert stage.office("as-client/end/") in seen.content.decode()


def main(response, home, stage):
    """The words of a page inside <main>, wherever its links lead."""
    inside = re.search(r"<main.*</main>", plain(response), re.DOTALL)[0].replace(home, stage.mijn())
    return " ".join(re.sub(r"<[^>]*>", " ", inside).split())


def test_an_employee_sees_only_her_own_question(world, clock):
    stage = Preview(world, clock, "bakery", to="an")
    asked = stage.ask(1)[0]
    browser, home = stage.looking("bilal")
    assert browser.get(f"{home}activiteiten/{asked.pk}/").status_code == 404
    assert browser.get(f"{home}bank/").status_code == 404
    browser, home = stage.looking("an")
    assert browser.get(f"{home}activiteiten/{asked.pk}/").status_code == 200


def test_nothing_changes_and_nothing_can_be_sent(stage):
    asked = stage.ask(2)[0]
    browser, home = stage.looking()
    document = sent(stage)
    before = stage.rows()
    with stage.world.scope():
        events = Event.objects.count()
    pages_seen = [*PAGES, f"activiteiten/{asked.pk}/", f"documenten/{document.pk}/original/"]
    for path in pages_seen:
        answer = browser.get(home + path)
        assert answer.status_code == 200, path
        html = answer.content.decode() if "html" in answer["Content-Type"] else ""
        assert 'method="post"' not in html, path
        assert "hx-post" not in html
        assert f"/mijn/{stage.books.pk}" not in html
        for method in (browser.post, browser.put, browser.patch, browser.delete):
            assert method(home + path).status_code == 405, path
    for act in ("papers", "answer", "promise", "forwards", "withdrawal", "messages"):
        assert browser.post(f"{home}activiteiten/{asked.pk}/{act}/", {"kind": "private"}).status_code == 404
    assert browser.post(f"{home}upload/", {"file": photo()}).status_code == 405
    assert stage.rows() == before
    with stage.world.scope():
        assert Event.objects.count() == events


def sent(stage):
    """A document the client sent."""
    assert stage.world.client("an").post(stage.mijn("upload/"), {"file": photo()}).status_code == 200
    with stage.world.scope():
        return Document.objects.get(source="client", part_of=None)


def test_a_page_that_would_write_is_stopped_by_the_database(stage, monkeypatch):
    def writing(request, administration):
        Administration.objects.filter(pk=administration).update(name="Anders")
        return HttpResponse("written")

    browser, home = stage.looking()
    match = resolve(stage.mijn())
    monkeypatch.setattr(
        "portal.accountant.as_client.resolve",
        lambda address: SimpleNamespace(func=writing, args=(), kwargs=match.kwargs, url_name="home"),
    )
    with pytest.raises(InternalError, match="read-only"):
        browser.get(home)
    with stage.world.scope():
        assert Administration.objects.get(pk=stage.books.pk).name == stage.books.name


@pytest.mark.parametrize("by", ["els", "tom"])
def test_the_scope_is_that_one_administration(stage, by, monkeypatch):
    def naming(request, administration):
        return HttpResponse(" ".join(str(each) for each in current_scope().administration_ids or ("everything",)))

    browser, home = stage.looking(by=by)
    match = SimpleNamespace(func=naming, args=(), kwargs={"administration": stage.books.pk}, url_name="home")
    monkeypatch.setattr("portal.accountant.as_client.resolve", lambda address: match)
    assert browser.get(home).content.decode() == str(stage.books.pk)


def test_internal_notes_stay_internal(stage):
    asked = stage.ask(1)[0]
    with stage.world.scope():
        comment(
            request=asked, text="NOTITIE-ONDER-ONS", by=stage.world.actor("els"), on=stage.clock.today, internal=True
        )
    browser, home = stage.looking()
    for path in (*PAGES, f"activiteiten/{asked.pk}/"):
        assert b"NOTITIE-ONDER-ONS" not in browser.get(home + path).content


def test_each_start_is_in_the_log_once_and_the_client_does_not_read_it(stage):
    browser, home = stage.looking("an")
    for path in PAGES:
        browser.get(home + path)
    els = stage.world.user("els").name
    assert stage.previews() == [(els, {"name": stage.world.user("an").name})]
    stage.start(browser, "bilal")
    assert len(stage.previews()) == 2
    assert "bekeek het portaal als" in browser.get(stage.office("log/")).content.decode()
    assert "bekeek het portaal als" not in stage.world.client("an").get(stage.mijn("logboek/")).content.decode()


def test_without_a_start_and_after_leaving_the_pages_lead_back(stage):
    browser, home = stage.looking("an")
    client_page = stage.office("client/")
    other = stage.office(f"as-client/{stage.access('bilal').pk}/")
    assert browser.get(other)["Location"] == client_page, "started as somebody else"
    assert browser.get(stage.office("as-client/end/"))["Location"] == client_page
    for path in PAGES:
        assert browser.get(home + path)["Location"] == client_page
    assert stage.world.client("els").get(home)["Location"] == client_page
    assert len(stage.previews()) == 1


def test_the_session_stays_the_colleagues_own(stage):
    browser, home = stage.looking("an")
    browser.get(home)
    assert browser.session["_auth_user_id"] == str(stage.world.user("els").pk)
    assert browser.get(stage.mijn()).status_code == 404, "the portal itself is not theirs"
    page = browser.get(stage.office("client/")).content.decode()
    assert stage.world.user("els").name in page
    assert "Je kijkt mee" not in page
    profile = browser.get(home).content.decode()
    assert "/profiel/" not in profile
    assert "/accounts/logout/" not in profile


def test_somebody_elses_person_or_a_revoked_one_is_not_there(stage):
    browser = stage.world.client("els")
    with stage.world.scope():
        sofie = ClientAccess.objects.get(user=stage.world.user("sofie"))
    for wrong in (sofie.pk, stage.access("roland").pk, "x"):
        assert browser.post(stage.office("as-client/"), {"access": wrong}).status_code == 404
    browser, home = stage.looking("bilal")
    bilal = stage.access("bilal").pk
    with stage.world.scope():
        ClientAccess.objects.filter(pk=bilal).update(revoked_at="2026-11-02T08:00Z")
    assert browser.get(home).status_code == 404
    assert browser.get(stage.office(f"as-client/{sofie.pk}/")).status_code == 404


def test_the_general_button_is_the_contact_and_without_people_a_plain_entrepreneur(stage):
    stage.ask(1)
    with stage.world.scope():
        contact = ClientAccess.objects.get(administration=stage.books, is_contact=True)
    browser, home = stage.looking(None)
    assert str(contact.pk) in home
    with stage.world.scope():
        ClientAccess.objects.filter(administration=stage.books).update(revoked_at="2026-11-02T08:00Z", is_contact=False)
    browser, home = stage.looking(None)
    page = browser.get(home).content.decode()
    assert f"Je kijkt mee als {stage.books.name}." in page
    assert "Winkel 0" in page
    assert browser.get(f"{home}bank/").status_code == 200


def test_the_page_speaks_as_the_client_reads_it_and_the_bar_as_the_colleague(stage):
    for who, language in (("an", "fr"), ("els", "nl")):
        user = stage.world.user(who)
        user.language = language
        user.save(update_fields=["language"])
    browser, home = stage.looking("an")
    page = browser.get(home).content.decode()
    assert '<html lang="fr"' in page
    assert "Bonjour" in page
    assert re.search(r'<aside class="notice notice--asked" lang="nl"[^>]*>.*Terug naar kantoor', page, re.DOTALL)


def test_the_client_page_offers_it_for_each_person(stage):
    page = stage.world.client("els").get(stage.office("client/")).content.decode()
    people = 4  # an, bilal, chris, rita; not roland
    assert page.count(f'action="{stage.office("as-client/")}"') == people + 1
    assert f"Bekijk als klant: {stage.world.user('an').name}" in page


def test_forms_that_send_are_switched_off_and_forms_that_ask_work():
    html = (
        '<form method="get" action="/mijn/1/bank/"><input name="q"></form>'
        '<form class="stack" method="post" action="/mijn/1/" hx-post="/x/"><input type="file"><b>S</b></form>'
        '<a href="/mijn/1/">x</a>'
    )
    assert switched_off(html, mijn="/mijn/1/", here="/here/") == (
        '<form method="get" action="/here/bank/"><input name="q"></form>'
        '<form><fieldset class="stack" disabled><input type="file" disabled><b>S</b></fieldset></form>'
        '<a href="/here/">x</a>'
    )


def test_a_button_that_would_take_a_photo_says_that_it_is_off():
    html = (
        '<label class="button drop__camera">Foto<input type="file"></label>'
        '<label class="button">Tekst</label><label class="button">Kies<input class="x" type="file"></label>'
    )
    seen = switched_off(html, mijn="/mijn/1/", here="/here/")
    assert seen.count('aria-disabled="true"') == seen.count('type="file" disabled') == 2
    assert '<label class="button">Tekst</label>' in seen
