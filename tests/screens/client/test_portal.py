"""The client portal: who sees what, to-do first, the answers of a link, uploads, the bank in plain words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounting.actions.obligations import ensure_obligations
from invoicing.models import PurchaseDocument
from requests_app.actions.ask import Recipient, ask
from requests_app.models import Answer
from tests.screens.stage import Stage, invoice, photo, sent_in

pytestmark = pytest.mark.django_db

PAGES = ("", "activiteiten/", "upload/", "documenten/", "bank/")


@pytest.fixture
def stage(world, clock):
    return Stage(world, clock)


@pytest.fixture
def bakery(world, clock):
    return Stage(world, clock, "bakery")


@pytest.mark.parametrize(
    ("who", "open_pages"),
    [
        ("an", ("", "activiteiten/", "upload/", "documenten/", "bank/")),  # entrepreneur
        ("chris", ("", "activiteiten/", "upload/", "documenten/", "bank/")),  # approver
        ("bilal", ("", "activiteiten/", "upload/", "documenten/")),  # employee: no figures
        ("rita", ("", "documenten/", "bank/")),  # reader: figures only
        ("roland", ()),  # revoked
        ("sofie", ()),  # a client of another company
        ("zoe", ()),
        ("els", ()),  # the office has its own side
    ],
)
def test_who_may_enter(bakery, who, open_pages):
    bakery.ask(1)
    browser = bakery.world.client(who)
    for page in PAGES:
        expected = 200 if page in open_pages else 404
        assert browser.get(bakery.mijn(page)).status_code == expected, (who, page)


def test_nobody_is_sent_to_the_login(bakery):
    response = bakery.world.client().get(bakery.mijn())
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_home_says_what_to_do_first(stage):
    stage.ask(2)
    page = stage.world.client("sofie").get(stage.mijn()).content.decode()
    assert "Sofie" in page
    assert page.index("Winkel 0") < page.index("keeper")
    assert "100,50" in page
    assert "Els Hermans" in page
    assert stage.card(0) not in page  # her own addresses, not the link's
    assert stage.mijn(f"activiteiten/{stage.requests[0].pk}/") in page
    assert "550001" not in page


def test_home_without_anything_to_do_names_the_next_deadline(stage):
    with stage.world.scope():
        ensure_obligations(administration=stage.books, today=stage.clock.today)
    page = stage.world.client("sofie").get(stage.mijn()).content.decode()
    assert "25 januari" in page
    assert 'class="empty"' in page


def test_an_employee_sees_no_figures_and_only_their_own_questions(bakery):
    bakery.ask(1)  # asked of An
    with bakery.world.scope():
        bilal = bakery.world.user("bilal")
        [own] = ask(
            administration=bakery.books,
            lines=[bakery.bank.line("-12.00", name="Frituur")],
            recipient=Recipient(bilal.email, bilal.name, bilal.pk, "nl"),
            by=bakery.world.actor("els"),
            on=bakery.clock.today,
        )
    browser = bakery.world.client("bilal")
    for page in ("", "activiteiten/"):
        text = browser.get(bakery.mijn(page)).content.decode()
        assert "Frituur" in text
        assert "Winkel 0" not in text
        assert "BE70" not in text
    assert browser.get(bakery.mijn(f"activiteiten/{own.pk}/")).status_code == 200
    other = bakery.mijn(f"activiteiten/{bakery.requests[0].pk}/")
    assert browser.get(other).status_code == 404
    assert browser.post(f"{other}answer/", {"kind": "private"}).status_code == 404
    assert "Winkel 0" in bakery.world.client("an").get(bakery.mijn()).content.decode()


def test_a_reader_answers_nothing(bakery):
    bakery.ask(1)
    card = bakery.mijn(f"activiteiten/{bakery.requests[0].pk}/")
    browser = bakery.world.client("rita")
    assert browser.get(card).status_code == 404
    for act in ("papers/", "answer/", "promise/", "withdrawal/", "messages/"):
        assert browser.post(f"{card}{act}", {"kind": "private", "text": "x"}).status_code == 404
    assert browser.post(bakery.mijn("upload/"), {"file": photo()}).status_code == 404
    with bakery.world.scope():
        assert not Answer.objects.exists()


def test_an_answer_goes_home_and_twice_is_once(stage):
    stage.ask(1)
    card = stage.mijn(f"activiteiten/{stage.requests[0].pk}/")
    browser = stage.world.client("sofie")
    assert browser.get(card).status_code == 200
    for _ in range(2):
        response = browser.post(f"{card}papers/", {"pages": [photo(3)], "turn": ["0"]})
        assert (response.status_code, response["Location"]) == (302, stage.mijn())
    with stage.world.scope():
        [answer] = Answer.objects.all()
        assert answer.actor_name == "Sofie Lemmens"
    assert "bon.jpg" in browser.get(stage.mijn("activiteiten/")).content.decode()
    assert browser.post(f"{card}answer/", {"kind": "does_not_exist"}).status_code == 422
    assert browser.post(f"{card}answer/", {"kind": "anders"}).status_code == 404


def test_get_changes_nothing(stage):
    stage.ask(2)
    before = stage.rows()
    browser = stage.world.client("sofie")
    for page in (*PAGES, f"activiteiten/{stage.requests[0].pk}/"):
        assert browser.get(stage.mijn(page)).status_code == 200
        assert browser.head(stage.mijn(page)).status_code == 200
    assert stage.rows() == before


def test_each_file_has_its_own_answer(stage):
    browser = stage.world.client("sofie")
    sent = browser.post(stage.mijn("upload/"), {"file": invoice()}, headers={"Accept": "application/json"})
    assert sent.json()["state"] == "done"
    again = browser.post(stage.mijn("upload/"), {"file": invoice()})
    assert again.json()["state"] == "known"
    assert again.json()["id"] == sent.json()["id"]
    bad = browser.post(stage.mijn("upload/"), {"file": photo(name="x.pdf")})
    assert bad.status_code == 422
    assert bad.json()["state"] == "failed"
    assert "x.pdf" in bad.json()["message"]
    with stage.world.scope():
        assert sent_in().count() == 1
        assert PurchaseDocument.objects.get().state == "proposed"


def test_pages_sent_together_are_one_document(stage):
    browser = stage.world.client("sofie")
    response = browser.post(stage.mijn("upload/"), {"pages": [photo(1), photo(2)], "turn": ["0", "180"]})
    assert response["Location"] == stage.mijn("documenten/")
    assert "bon.pdf" in browser.get(stage.mijn("documenten/")).content.decode()
    assert browser.post(stage.mijn("upload/"), {}).status_code == 422
    with stage.world.scope():
        assert sent_in().get().parts.count() == 2


def test_originals_are_for_those_who_see_figures(bakery):
    bilal = bakery.world.client("bilal")
    sent = bilal.post(bakery.mijn("upload/"), {"file": photo(9)}).json()["id"]
    original = bakery.mijn(f"documenten/{sent}/original/")
    assert bilal.get(original).status_code == 404
    assert "bon.jpg" in bilal.get(bakery.mijn("documenten/")).content.decode()
    response = bakery.world.client("an").get(original)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert bakery.world.client("sofie").get(original).status_code == 404


def test_the_bank_in_plain_words(stage):
    stage.ask(1)
    with stage.world.scope():
        stage.bank.line("-33.00", name="EXACT SOFTWARE BELGIUM NV", words="FACTUUR 9", transaction_code="00150000")
    browser = stage.world.client("sofie")
    page = browser.get(stage.mijn("bank/")).content.decode()
    assert "Exact Software Belgium NV" in page
    for code in ("00150000", "550001", "580900"):
        assert code not in page
    found = browser.get(stage.mijn("bank/"), {"q": "100,50"}).content.decode()
    assert "Winkel 0" in found
    assert "Exact" not in found


def test_as_many_queries_for_three_tasks_as_for_one(world, clock):
    one, three = Stage(world, clock), Stage(world, clock, "garage")
    one.ask(1)
    three.ask(3)
    counts = []
    for stage, who in ((one, "sofie"), (three, "gust")):
        browser = world.client(who)
        browser.get(stage.mijn())
        with CaptureQueriesContext(connection) as seen:
            browser.get(stage.mijn())
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 30


@pytest.mark.parametrize("language", ["nl", "fr", "en-gb"])
def test_in_every_language(stage, language):
    stage.ask(1)
    stage.ask(1, kind="question")
    user = stage.world.user("sofie")
    user.language = language
    user.save(update_fields=["language"])
    browser = stage.world.client("sofie")
    for page in (*PAGES, *(f"activiteiten/{request.pk}/" for request in stage.requests)):
        response = browser.get(stage.mijn(page))
        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.content.decode()
