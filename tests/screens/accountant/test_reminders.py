"""Ticking clients in the cockpit and reminding them: what would go out, what went out, and for whom never."""

import pytest

from portal.outbox.models import OutgoingMail
from portal.tenancy.models import Administration
from requests_app.actions.ask import Recipient, ask
from requests_app.models import Request
from tests.bankfeeds.conftest import TODAY
from tests.requests_app.conftest import Bank
from tests.screens.accountant.conftest import words
from tests.screens.accountant.test_counts import count

pytestmark = pytest.mark.django_db


def ask_about(office, administration, number):
    """One question to somebody of this client."""
    with office.scope():
        line = Bank(administration, office.actor).line(f"-{100 + number}.00")
        person = Recipient(email=f"klant{number}@x.example", name=f"Persoon {number}")
        ask(administration=administration, lines=[line], recipient=person, by=office.actor, on=TODAY)


def mails(office):
    with office.scope():
        return OutgoingMail.objects.filter(kind="reminder").count()


@pytest.fixture
def asked(office):
    """Three clients with a question each."""
    office.clients(60)
    with office.scope():
        found = list(Administration.objects.filter(name__startswith="Klant").order_by("name")[:3])
    for number, administration in enumerate(found):
        ask_about(office, administration, number)
    return found


def test_the_cockpit_lets_clients_be_ticked_without_a_script(office, asked):
    page = office.firm().content.decode()
    assert page.count('name="client"') == 50
    assert f'action="{office.firm_url}reminders/"' in page
    assert 'value="1" data-shortcut' not in page
    assert "<noscript>" in page


def test_first_who_gets_a_mail_then_the_mails(office, asked, world):
    ticked = "&".join(f"client={one.pk}" for one in [*asked[:2], world.newlogo])
    page = office.firm(f"reminders/?{ticked}&of=view%3Dclient")
    assert (len(page.context["plan"].people), page.context["plan"].questions) == (2, 2)
    assert [(one.pk, why) for one, why in page.context["left"]] == [
        (world.newlogo.pk, "er wacht geen vraag op de klant")
    ]
    assert "Verstuur 2 herinneringen" in words(page)
    assert mails(office) == 0
    chosen = {"client": [str(one.pk) for one in [*asked[:2], world.newlogo]], "of": "view=client"}
    after = office.browser.post(f"{office.firm_url}reminders/", chosen, follow=True)
    assert mails(office) == 2
    told = "2 herinneringen onderweg, 1 klant overgeslagen: er wacht geen vraag op de klant (1)."
    assert told in words(after)
    # what was done, client by client, also when the page is read again; the way back is the view they came from
    address = after.redirect_chain[-1][0]
    for read in (after, office.browser.get(address)):
        said = words(read)
        assert "Er is een mail onderweg naar 2 mensen, over 2 open vragen." in said
        assert [(one.email, one.companies, len(one.requests)) for one in read.context["plan"].people] == [
            (f"klant{number}@x.example", [asked[number].name], 1) for number in (0, 1)
        ]
        assert all(text in said for number in (0, 1) for text in (f"Persoon {number}", asked[number].name))
        assert [(one.pk, why) for one, why in read.context["left"]] == [
            (world.newlogo.pk, "er wacht geen vraag op de klant")
        ]
        assert "minder dan 3 dagen geleden" not in said
        assert "Verstuur" not in said
        assert read.context["back"] == f"{office.firm_url}?view=client"
    assert "2 herinneringen onderweg" not in said
    # to anybody else the same address is the plan
    other = world.client("joke").get(address)
    assert [why for _one, why in other.context["left"]] == [
        "er wacht geen vraag op de klant",
        "minder dan 3 dagen geleden herinnerd",
        "minder dan 3 dagen geleden herinnerd",
    ]
    again = office.browser.post(f"{office.firm_url}reminders/", chosen, follow=True)
    assert "Er is nu niemand om te herinneren." in words(again)
    assert mails(office) == 2


def test_all_in_the_view_reaches_beyond_the_page(office, asked):
    page = office.firm("reminders/?all=1&of=view%3Dclient")
    assert len(page.context["chosen"]) == 3
    assert len(office.firm("reminders/?all=1&of=").context["chosen"]) > 50
    # what was ticked besides does not matter: the view says it
    office.browser.post(f"{office.firm_url}reminders/", {"all": "1", "of": "view=client&q=Klant"})
    assert mails(office) == 3


def test_nothing_ticked_is_a_sentence(office):
    assert "Vink eerst in de cockpit de klanten aan" in words(office.firm("reminders/"))


def test_what_is_not_theirs_does_not_exist(office, world):
    for wanted in (world.bikes.pk, "not-an-id"):
        assert office.firm(f"reminders/?client={wanted}").status_code == 404
        assert office.browser.post(f"{office.firm_url}reminders/", {"client": str(wanted)}).status_code == 404
    tom = world.client("tom")
    outside = f"client={world.newlogo.pk}&client={world.garage.pk}"
    assert tom.get(f"{office.firm_url}reminders/?client={world.newlogo.pk}").status_code == 200
    assert tom.get(f"{office.firm_url}reminders/?{outside}").status_code == 404


def test_the_page_asks_the_same_of_one_client_and_of_many(office, asked):
    few = count(office, f"{office.firm_url}reminders/?client={asked[0].pk}")
    many = count(office, f"{office.firm_url}reminders/?" + "&".join(f"client={one.pk}" for one in asked))
    assert few == many <= 8
    assert count(office, f"{office.firm_url}reminders/?all=1") == many


def test_what_was_done_costs_the_same_of_one_client_and_of_many(office, asked):
    counts = []
    for ticked in (asked[:1], asked[1:]):
        chosen = {"client": [str(one.pk) for one in ticked]}
        address = office.browser.post(f"{office.firm_url}reminders/", chosen).url
        counts.append(count(office, address))
        assert office.browser.get(address).context["sent"] is True
    assert counts[0] == counts[1] <= count(office, f"{office.firm_url}reminders/?client={asked[0].pk}")


def test_what_was_done_stays_so_whoever_is_asked_since(office, asked, world):
    chosen = {"client": [str(one.pk) for one in asked]}
    address = office.browser.post(f"{office.firm_url}reminders/", chosen).url
    with office.scope():
        [first] = Request.objects.filter(administration=asked[0])
        line = Bank(asked[0], office.actor).line("-999.00")
        person = Recipient(email="nieuw@x.example", name="Nieuw")
        [second] = ask(administration=asked[0], lines=[line], recipient=person, by=office.actor, on=TODAY)
        Request.objects.filter(pk=first.pk).update(link=second.link)
    people = office.browser.get(address).context["plan"].people
    assert [(one.name, len(one.requests)) for one in people] == [(f"Persoon {number}", 1) for number in range(3)]
    # a name that is not of the last sending is no result
    assert office.browser.get(f"{address}x").context["sent"] is False
