"""A person's own page, their places and language, a firm's settings, new clients and colleagues."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounting.models import Account
from portal.people.models import Invitation, User
from portal.tenancy.models import Administration, Firm
from tests.documents import made
from tests.screens.accountant.conftest import words
from tests.screens.stage import photo

pytestmark = pytest.mark.django_db


def test_a_profile_is_kept_and_its_refusal_keeps_what_was_typed(world):
    browser = world.client("els")
    assert browser.get("/profiel/").status_code == 200
    typed = {"name": "Els H.", "phone": "03 123", "language": "fr"}
    assert browser.post("/profiel/", typed).status_code == 302
    user = User.objects.get(pk=world.user("els").pk)
    assert (user.name, user.phone, user.language, user.single_keys) == ("Els H.", "03 123", "fr", False)
    assert 'lang="fr"' in browser.get("/profiel/").content.decode()
    refused = browser.post("/profiel/", {**typed, "name": "", "phone": "TYPED-7"})
    assert (refused.status_code, b"TYPED-7" in refused.content) == (422, True)


def test_who_works_at_a_firm_decides_about_the_list_of_whom_to_call(world):
    for who, asked in (("els", True), ("sofie", False)):
        browser = world.client(who)
        assert (b'name="call_list"' in browser.get("/profiel/").content) == asked
        typed = {"name": world.user(who).name, "language": "nl"}
        for more, kept in (({}, not asked), ({"call_list": "on"}, True)):
            assert browser.post("/profiel/", typed | more).status_code == 302
            assert User.objects.get(pk=world.user(who).pk).call_list == kept, (who, more)


def test_a_stranger_has_no_profile(world):
    assert world.client().get("/profiel/").status_code == 302


@pytest.mark.parametrize("back", ["/kantoor/van-damme/?view=late", "//evil.example/x", "https://evil.example/x", ""])
def test_the_language_switch_stays_here(world, back):
    browser = world.client("els")
    answer = browser.post("/taal/", {"language": "fr", "next": back})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")
    assert "evil.example" not in answer["Location"].split("/")[0]
    assert User.objects.get(pk=world.user("els").pk).language == "fr"
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"


def test_an_unknown_language_changes_nothing(world):
    answer = world.client("els").post("/taal/", {"language": "xx", "next": "/profiel/"})
    assert (answer["Location"], dict(answer.cookies)) == ("/profiel/", {})
    assert User.objects.get(pk=world.user("els").pk).language == "nl"


def test_the_front_door(world):
    assert world.client().get("/")["Location"].startswith("/accounts/login/")
    assert world.client("els").get("/")["Location"] == "/kantoor/van-damme/"
    assert world.client("sofie").get("/")["Location"] == f"/mijn/{world.newlogo.pk}/"
    nowhere = world.client("zoe").get("/")
    assert nowhere.status_code == 200
    assert "uitnodiging" in words(nowhere)


def test_one_person_with_several_doors(world):
    browser = world.client("dina")
    for page in ("/", "/plaatsen/"):
        text = browser.get(page).content.decode()
        for door in ("/kantoor/van-damme/", "/kantoor/de-wit/", f"/mijn/{world.newlogo.pk}/"):
            assert f'href="{door}"' in text
            assert browser.get(door).status_code == 200
    assert "/plaatsen/" in browser.get("/kantoor/de-wit/").content.decode()
    assert "/plaatsen/" not in world.client("els").get("/kantoor/van-damme/").content.decode()


# ── The firm ──


def facts(**changes):
    return {
        "name": "Van Damme & Co",
        "mark": "VC",
        "brand_color": "#FFEE00",
        "email": "post@van-damme.example",
        **changes,
    }


def test_a_logo_goes_again_and_a_new_one_beats_the_tick(office):
    url = office.firm_url + "settings/"

    def page():
        return office.firm("settings/").content.decode()

    def kept():
        with office.scope():
            return bytes(Firm.all_firms.get(pk=office.world.firm.pk).logo)

    assert 'name="without_logo"' not in page()
    office.browser.post(url, facts(logo=photo(10, "logo.jpg")))
    assert 'name="without_logo"' in page()
    office.browser.post(url, facts(logo=photo(11, "logo.jpg"), without_logo="on"))
    assert kept()
    assert '<img class="brand__logo"' in page()
    assert office.browser.post(url, facts(without_logo="on")).status_code == 302
    assert kept() == b""
    assert '<img class="brand__logo"' not in page()
    assert office.browser.get(f"/huisstijl/{office.world.firm.slug}.png").status_code == 404


def test_a_changed_colour_has_an_address_of_its_own_for_who_changed_it(office):
    def sheet():
        return re.search(r'href="(/huisstijl/[^"]+)"', office.firm("settings/").content.decode())[1]

    before = sheet()
    office.browser.post(office.firm_url + "settings/", facts(brand_color="#7A1F5C"))
    first = sheet()
    office.browser.post(office.firm_url + "settings/", facts(brand_color="#123456"))
    assert len({before, first, sheet()}) == 3
    assert b"#123456" in office.browser.get(sheet()).content


def test_settings_of_the_firm_and_its_colour(office):
    assert office.browser.post(office.firm_url + "settings/", facts()).status_code == 302
    with office.scope():
        assert Firm.all_firms.get(pk=office.world.firm.pk).name == "Van Damme & Co"
    css = office.browser.get("/huisstijl/van-damme.css")
    assert css["Content-Type"] == "text/css"
    assert "--accent" in css.content.decode()
    for bad in ({"brand_color": "red"}, {"email": "x"}, {"name": ""}):
        refused = office.browser.post(office.firm_url + "settings/", facts(mark="T7", **bad))
        assert (refused.status_code, b"T7" in refused.content) == (422, True)


def test_a_logo_is_drawn_anew(office):
    answer = office.browser.post(office.firm_url + "settings/", facts(logo=photo(10, "logo.jpg")))
    assert answer.status_code == 302
    logo = office.browser.get("/huisstijl/van-damme.png")
    assert (logo.status_code, logo["Content-Type"], logo.content[:4]) == (200, "image/png", b"\x89PNG")
    assert b"SecretCamera" not in logo.content
    for bad in (b"no picture", made.pdf(), made.corner_photo()[:200]):
        refused = office.browser.post(office.firm_url + "settings/", facts(logo=SimpleUploadedFile("logo.png", bad)))
        assert refused.status_code == 422


# ── Clients and colleagues ──


def new_client(**changes):
    return {
        "name": "Nieuwe Klant",
        "code": "30001",
        "enterprise_number": "BE 0712.345.630",
        "vat_rhythm": "quarterly",
        "language": "nl",
        "scenario": "1",
        **changes,
    }


def test_a_new_client_has_books_at_once(office):
    answer = office.browser.post(office.firm_url + "clients/new/", new_client())
    with office.scope():
        made_client = Administration.objects.get(code="30001")
        assert Account.objects.filter(administration=made_client).exists()
    assert answer["Location"] == f"{office.firm_url}{made_client.pk}/client/"
    row = next(row for row in office.firm("?q=30001").context["page"].rows)
    assert (row.owner_name, row.turn) == ("Els Hermans", "nobody")


def test_a_dutch_client_has_dutch_books(office):
    dutch = {"country": "NL", "enterprise_number": "KVK 61204471", "vat_number": "NL 856312046 B01"}
    assert office.browser.post(office.firm_url + "clients/new/", new_client(**dutch)).status_code == 302
    with office.scope():
        made_client = Administration.objects.get(code="30001")
        assert (made_client.country, made_client.enterprise_number) == ("NL", "61204471")
        assert made_client.vat_number == "NL856312046B01"
        assert Account.objects.get(administration=made_client, role="suspense").code == "2010"
    assert b"KVK 61204471" in office.firm("?q=30001").content
    page = office.browser.get(f"{office.firm_url}{made_client.pk}/periods/", headers={"accept-language": "nl"})
    assert b"ICP-opgaaf" in page.content
    assert b"IC-opgave" not in page.content


@pytest.mark.parametrize(
    "change",
    [
        {"enterprise_number": "0712345631"},
        {"code": "10001"},
        {"name": ""},
        {"scenario": "9"},
        {"country": "DE"},
        {"country": "NL"},  # a Belgian number
        {"country": "NL", "enterprise_number": "61204471", "vat_number": "NL856312045B01"},
    ],
)
def test_a_new_client_that_is_refused_keeps_what_was_typed(office, change):
    refused = office.browser.post(office.firm_url + "clients/new/", new_client(**{"name": "TYPED-7", **change}))
    assert refused.status_code == 422
    assert (b"TYPED-7" in refused.content) == ("name" not in change)
    with office.scope():
        assert not Administration.objects.filter(code="30001").exists()


def test_people_of_a_client_are_invited(office):
    typed = {"name": "Nieuw Iemand", "email": "nieuw@newlogo.example", "role": "employee", "language": "fr"}
    assert office.post("client/invitations/", typed).status_code == 302
    with office.scope():
        assert Invitation.objects.get(email=typed["email"]).role == "employee"
    assert typed["email"] in office.get("client/").content.decode()
    refused = office.post("client/invitations/", {**typed, "email": "TYPED-7"})
    assert (refused.status_code, b"TYPED-7" in refused.content) == (422, True)


def test_the_switcher_finds_by_code_name_and_number(office):
    for q, name in (("10002", "Bakkerij"), ("korenaar", "Bakkerij"), ("0403170701", "Bakkerij"), ("garage", "Garage")):
        text = words(office.firm(f"switcher/?q={q}"))
        assert name in text
        assert "New Logo" not in text
    assert "Fietsen" not in words(office.firm("switcher/"))
