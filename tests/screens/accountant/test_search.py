"""Search over all clients: what a person remembers finds it; nobody finds what they may not see; three statements."""

import pytest

from accounting.actions.parties import create_party
from tests.bankfeeds.conftest import TODAY
from tests.screens.accountant.conftest import Office
from tests.screens.accountant.test_counts import count

pytestmark = pytest.mark.django_db


def found(browser, url, q):
    groups = browser.get(f"{url}search/", {"q": q}).context["groups"]
    return {group["name"]: [hit.name for hit in group["hits"]] for group in groups}


@pytest.fixture
def busy(office):
    office.lines("-169.69", "-20.00", name="EXACT SOFTWARE", iban="BE68539007547034")
    with office.scope():
        create_party(
            administration=office.administration, name="Exact Software", kind="supplier",
            vat_number="BE0403170701", ibans=("BE68539007547034",), by=office.actor, on=TODAY,
        )  # fmt: skip
    return office


@pytest.mark.parametrize(
    ("q", "group", "name"),
    [
        ("consult", "Klanten", "New Logo"),
        ("10001", "Klanten", "New Logo"),
        ("exact", "Klanten en leveranciers", "Exact Software"),
        ("BE68 5390 0754 7034", "Klanten en leveranciers", "Exact Software"),
        ("BE0403170701", "Klanten en leveranciers", "Exact Software"),
        ("169,69", "Bankregels", "169,69"),
        ("-169,69", "Bankregels", "169,69"),
        ("exact 169,69", "Bankregels", "169,69"),
        ("BE68539007547034", "Bankregels", "EXACT"),
    ],
)
def test_what_is_remembered_is_found(busy, q, group, name):
    names = found(busy.browser, busy.firm_url, q)
    assert any(name in each for each in names.get(group, [])), names


def test_every_hit_opens(busy):
    for group in busy.browser.get(f"{busy.firm_url}search/", {"q": "exact"}).context["groups"]:
        for hit in group["hits"]:
            page = busy.browser.get(hit.url)
            assert page.status_code == 200
            assert "EXACT" in page.content.decode().upper()


def test_nobody_finds_what_they_may_not_see(busy, world):
    Office(world, "bakery")
    for who, firm in (("tom", "van-damme"), ("mallory", "de-wit")):
        browser = world.client(who)
        allowed = {row.name for row in browser.get(f"/kantoor/{firm}/").context["page"].rows}
        for q in ("exact", "169,69", "10001", "BE68539007547034", "consult"):
            if "Consultancy New Logo" not in allowed:
                assert found(browser, f"/kantoor/{firm}/", q) == {}, (who, q)


def test_three_statements_whatever_is_found(busy):
    few = count(busy, busy.firm_url + "search/?q=exact")
    busy.clients(30)
    assert count(busy, busy.firm_url + "search/?q=klant") == few == 3
    assert count(busy, busy.firm_url + "search/?q=e") == 0


def test_the_palette_gets_rows_and_the_page_is_whole(busy):
    rows = busy.firm("search/?q=exact", htmx="palette-list").content.decode()
    assert 'role="option"' in rows
    assert "<html" not in rows
    page = busy.firm("search/?q=exact").content.decode()
    assert 'role="option"' not in page.split("<main")[1].split("</main>")[0]
    assert 'id="palette"' in page
    assert "niets" in busy.firm("search/?q=zzzz").content.decode().lower()
