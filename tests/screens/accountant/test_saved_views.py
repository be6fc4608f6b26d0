"""Views of the list of clients that people keep: counted with the rest, private unless shared, changed by the maker."""

import pytest

from portal.links.saved_views import MOST, access_saved_view, remove_view, rename_view, save_view, views_for
from portal.people.models import SavedView
from portal.people.refusals import NameTaken, TooManyViews
from portal.tenancy.models import Administration
from tests.bankfeeds.conftest import TODAY
from tests.screens.accountant.test_counts import count, table_rows

pytestmark = pytest.mark.django_db


def tabs(page):
    return {tab["label"]: tab for tab in page.context["saved"]}


def test_a_view_is_kept_found_renamed_and_forgotten(office):
    page = office.firm("?view=all&rhythm=monthly&sort=-name&after=x")
    assert "views/?rhythm=monthly&amp;sort=-name" in page.content.decode()
    saved = office.browser.post(f"{office.firm_url}views/?rhythm=monthly&sort=-name", {"name": "Maandaangevers"})
    assert saved["Location"] == f"{office.firm_url}?rhythm=monthly&sort=-name"
    page = office.browser.get(saved["Location"])
    assert tabs(page)["Maandaangevers"]["current"]
    assert not any(tab["current"] for tab in page.context["views"])
    pk = tabs(page)["Maandaangevers"]["pk"]
    assert f"views/{pk}/" in page.content.decode()
    office.browser.post(f"{office.firm_url}views/{pk}/", {"name": "Elke maand", "shared": "on"})
    assert set(tabs(office.firm())) == {"Elke maand"}
    office.browser.post(f"{office.firm_url}views/{pk}/removal/")
    assert tabs(office.firm()) == {}


def test_every_saved_view_counts_what_it_opens(office):
    office.lines("-10.00", "-20.00")
    office.clients(3)
    with office.scope():
        Administration.objects.filter(code__startswith="Y").update(vat_rhythm="monthly")
        wanted = {
            "a": "rhythm=monthly",
            "b": "view=firm",
            "c": "q=klant&view=mine",
            "d": "q=FACTUUR",
            "e": "owner=Els+Hermans",
            "f": "",
            "g": "rhythm=nonsense&view=nonsense",
        }
        for name, query in wanted.items():
            save_view(name=name, query=query, shared=False, by=office.actor, on=TODAY)
    page = office.firm()
    counted = {}
    for name, tab in tabs(page).items():
        opened = office.firm(tab["url"])
        assert tab["count"] == len(table_rows(opened)) == opened.context["page"].total, name
        counted[name] = tab["count"]
    assert counted["a"] == 3
    assert counted["b"] == 1
    assert counted["f"] == counted["g"] == page.context["page"].total
    assert counted["c"] == 0


def test_views_cost_one_question_however_many(office):
    before = count(office, office.firm_url)
    with office.scope():
        for number in range(MOST):
            save_view(name=f"v{number}", query="rhythm=monthly", shared=True, by=office.actor, on=TODAY)
        with pytest.raises(TooManyViews):
            save_view(name="one more", query="", shared=True, by=office.actor, on=TODAY)
    office.clients(30)
    assert count(office, office.firm_url) == before <= 6


def test_a_colleague_sees_what_is_shared_and_changes_nothing(office, world):
    tom = world.actor("tom")
    with office.scope():
        mine = save_view(name="Van mij", query="view=late", shared=False, by=office.actor, on=TODAY)
        ours = save_view(name="Van ons", query="view=firm", shared=True, by=office.actor, on=TODAY)
        assert [one.pk for one in views_for(tom)] == [ours.pk]
        assert [one.pk for one in views_for(office.actor)] == [mine.pk, ours.pk]
    browser = world.client("tom")
    page = browser.get(office.firm_url)
    assert set(tabs(page)) == {"Van ons"}
    assert f"views/{ours.pk}/" not in page.content.decode()
    for url in (f"views/{ours.pk}/", f"views/{mine.pk}/"):
        assert browser.get(office.firm_url + url).status_code == 404
        assert browser.post(office.firm_url + url, {"name": "x"}).status_code == 404
        assert browser.post(f"{office.firm_url}{url}removal/").status_code == 404
    with office.scope():
        assert SavedView.objects.count() == 2


def test_a_name_is_taken_once_per_person(office, world):
    with office.scope():
        first = save_view(name="Laat", query="view=late", shared=False, by=office.actor, on=TODAY)
        save_view(name="Laat", query="view=late", shared=False, by=world.actor("tom"), on=TODAY)
        second = save_view(name="Kantoor", query="view=firm", shared=False, by=office.actor, on=TODAY)
        with pytest.raises(NameTaken):
            rename_view(view=second, name="Laat", shared=False, by=office.actor, on=TODAY)
        remove_view(view=first, by=office.actor, on=TODAY)
        rename_view(
            view=access_saved_view(office.actor, second.pk), name="Laat", shared=True, by=office.actor, on=TODAY
        )
    answer = office.browser.post(f"{office.firm_url}views/?view=late", {"name": "Laat"})
    assert answer.status_code == 422
    assert "Laat" in answer.content.decode()
