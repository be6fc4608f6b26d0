"""The card stack: each answer saved at once, changeable until handled, to go on with anywhere; nothing else shows."""

from decimal import Decimal
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from invoicing.actions.receive import receive
from invoicing.models import PurchaseDocument
from requests_app.actions.close import close_request
from requests_app.actions.talk import comment
from requests_app.models import Answer, Message, Promise
from requests_app.queries.thread import thread
from requests_app.state import state_of
from tests.requests_app.conftest import new_document
from tests.screens.stage import Stage, invoice, photo, sent_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(world, clock):
    return Stage(world, clock)


def test_one_card_with_its_question_and_whom_to_call(stage):
    stage.ask(3)
    page = stage.guest().get(stage.deck()).content.decode()
    assert "100,50" in page
    assert "101,50" not in page  # one question at a time
    assert "Winkel 0" in page
    assert "Els Hermans" in page
    assert "tel:" in page
    assert "23 december 2026" in page  # how long the link works
    for word in ("BE70", "550001", "saldo", "580900"):
        assert word not in page


@pytest.mark.parametrize(
    ("act", "sent", "kind"),
    [
        ("answer/", {"kind": "already_sent"}, "already_sent"),
        ("answer/", {"kind": "private"}, "private"),
        ("answer/", {"kind": "does_not_exist", "text": "verloren"}, "does_not_exist"),
        ("answer/", {"kind": "words", "own": "voor de wagen"}, "words"),
    ],
)
def test_an_answer_is_saved_at_once_and_twice_is_once(stage, act, sent, kind):
    stage.ask(2)
    browser = stage.guest()
    for _ in range(2):
        response = browser.post(stage.card(0, act), sent)
        assert response.status_code == 302
        assert response["Location"] == stage.card(1)
    with stage.world.scope():
        [answer] = Answer.objects.all()
        assert answer.kind == kind
        assert answer.actor_name == stage.person.name
        assert answer.actor_kind == "guest"


def test_no_reason_is_a_sentence_and_what_was_typed_stays(stage):
    stage.ask(1)
    browser = stage.guest()
    response = browser.post(stage.card(0, "answer/"), {"kind": "does_not_exist", "own": "  "})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    late = browser.post(stage.card(0, "promise/"), {"own": "2027-12-31"})
    assert late.status_code == 422
    assert 'value="2027-12-31"' in late.content.decode()
    with stage.world.scope():
        assert not Answer.objects.exists()
        assert not Promise.objects.exists()


def test_photos_become_one_document(stage):
    stage.ask(2)
    browser = stage.guest()
    sent = {"pages": [photo(10), photo(90)], "turn": ["90", "0"], "text": "de bon"}
    response = browser.post(stage.card(0, "papers/"), sent)
    assert (response.status_code, response["Location"]) == (302, stage.card(1))
    with stage.world.scope():
        [document] = sent_in()
        assert document.kind == "pdf"
        assert document.parts.count() == 2
        assert document.purchase.state == "uploaded"
        [answer] = Answer.objects.all()
        assert answer.text == "de bon"
    # the same tap again: the same document, the same answer, the same page
    again = browser.post(stage.card(0, "papers/"), {**sent, "pages": [photo(10), photo(90)]})
    assert again["Location"] == stage.card(1)
    with stage.world.scope():
        assert sent_in().count() == 1
        assert Answer.objects.count() == 1


def test_an_e_invoice_is_read_at_once(stage):
    stage.ask(1)
    stage.guest().post(stage.card(0, "papers/"), {"pages": [invoice()]})
    with stage.world.scope():
        [purchase] = PurchaseDocument.objects.all()
        assert purchase.state == "proposed"
        assert purchase.supplier_name


def test_a_file_that_was_here_is_said_kindly(stage):
    stage.ask(2)
    browser = stage.guest()
    browser.post(stage.card(0, "papers/"), {"pages": [photo(7)]})
    page = browser.post(stage.card(1, "papers/"), {"pages": [photo(7)]}, follow=True).content.decode()
    assert "“bon.jpg”" in page
    with stage.world.scope():
        assert sent_in().count() == 1
        assert Answer.objects.count() == 2


def test_a_refused_file_is_a_sentence_and_nothing_is_lost(stage):
    stage.ask(1)
    browser = stage.guest()
    bad = photo(name="bon.pdf")
    page = browser.post(stage.card(0, "papers/"), {"pages": [bad], "text": "mijn opmerking"})
    assert page.status_code == 422
    assert "bon.pdf" in page.content.decode()
    assert "mijn opmerking" in page.content.decode()
    part = browser.post(stage.card(0, "papers/"), {"pages": [photo(3, "x.pdf")]}, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert "<html" not in part.content.decode()
    assert browser.post(stage.card(0, "papers/"), {}).status_code == 422
    with stage.world.scope():
        assert not sent_in().exists()


def test_htmx_is_led_on(stage):
    stage.ask(2)
    response = stage.guest().post(stage.card(0, "papers/"), {"pages": [photo()]}, headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == stage.card(1)


def test_going_on_elsewhere(stage):
    stage.ask(3)
    stage.guest().post(stage.card(0, "answer/"), {"kind": "private"})
    page = stage.guest().get(stage.deck()).content.decode()  # another device
    assert "Winkel 1" in page
    assert 'max="3" value="2"' in page
    assert "Winkel 2" not in page


def test_how_far_counts_from_the_last_time_something_was_asked(stage):
    stage.ask(2)
    browser = stage.guest()
    browser.post(stage.card(0, "answer/"), {"kind": "private"})
    browser.post(stage.card(1, "promise/"), {"until": "2026-11-26"})
    stage.clock.forward(days=1)
    stage.ask(2)
    assert 'max="2" value="1"' in browser.get(stage.deck()).content.decode()
    browser.post(stage.card(2, "promise/"), {"until": "2026-11-30"})
    assert 'max="2" value="2"' in browser.get(stage.deck()).content.decode()


def test_skipping_keeps_the_question_open(stage):
    stage.ask(2)
    browser = stage.guest()
    page = browser.get(stage.deck()).content.decode()
    assert stage.card(1) in page  # the way past it
    response = browser.post(stage.card(1, "answer/"), {"kind": "private"})
    assert response["Location"] == f"{stage.deck()}done/"
    done = browser.get(response["Location"]).content.decode()
    assert "Winkel 0" in done
    assert stage.card(0) in done


def test_later_keeps_it_open_and_out_of_the_stack(stage):
    stage.ask(2)
    browser = stage.guest()
    for _ in range(2):
        assert browser.post(stage.card(0, "promise/"), {"until": "2026-11-26"}).status_code == 302
    assert "Winkel 1" in browser.get(stage.deck()).content.decode()
    with stage.world.scope():
        assert Promise.objects.count() == 1
        assert state_of(stage.requests[0], stage.clock.today).code == "promised"
    browser.post(stage.card(1, "answer/"), {"kind": "private"})
    assert stage.card(0) in browser.get(stage.deck()).content.decode()


def test_already_sent_shows_what_comes_near_of_their_own_papers_and_no_others(stage):
    stage.ask(3)
    browser = stage.guest()
    browser.post(stage.card(0, "papers/"), {"pages": [photo(name="eigen bon.jpg")], "turn": ["0"]})
    with stage.world.scope():
        [own] = sent_in()
        own.purchase.total, own.purchase.supplier_name = Decimal("101.50"), "Winkel 1"
        own.purchase.save()
        foreign = new_document(stage.books, stage.world.actor("els"), "f")
        receive(document=foreign, by=stage.world.actor("els"), on=stage.clock.today)
        PurchaseDocument.objects.filter(document=foreign).update(total=Decimal("101.50"), supplier_name="Winkel 1")
    saved = browser.post(stage.card(1, "answer/"), {"kind": "already_sent"})
    assert saved["Location"] == stage.card(1)  # the answer is in, and one more question comes
    page = browser.get(stage.card(1)).content.decode()
    assert "eigen bon.jpg" in page
    assert str(foreign.pk) not in page
    refused = browser.post(stage.card(1, "answer/"), {"kind": "already_sent", "paper": str(foreign.pk)})
    assert refused.status_code == 404
    done = browser.post(stage.card(1, "answer/"), {"kind": "already_sent", "paper": str(own.pk)})
    assert done["Location"] == stage.card(2)
    with stage.world.scope():
        answer = Answer.objects.get(request=stage.requests[1], withdrawn_at=None)
        assert (answer.kind, [each.document_id for each in answer.documents.all()]) == ("document", [own.pk])
    # nothing comes near: the answer is saved and the next card follows as before
    with stage.world.scope():
        PurchaseDocument.objects.update(total=Decimal("1.00"), supplier_name="Heel anders")
    assert browser.post(stage.card(2, "answer/"), {"kind": "already_sent"})["Location"] == f"{stage.deck()}done/"


def test_taking_back_and_changing_until_it_is_handled(stage):
    stage.ask(1)
    browser = stage.guest()
    browser.post(stage.card(0, "answer/"), {"kind": "private"})
    assert stage.card(0) in browser.get(f"{stage.deck()}done/").content.decode()
    assert browser.post(stage.card(0, "withdrawal/"))["Location"] == stage.card(0)
    assert browser.post(stage.card(0, "withdrawal/")).status_code == 422
    browser.post(stage.card(0, "answer/"), {"kind": "already_sent"})
    with stage.world.scope():
        close_request(request=stage.requests[0], outcome="answered", by=stage.world.actor("els"), on=stage.clock.today)
    late = browser.post(stage.card(0, "answer/"), {"kind": "private"})
    assert late.status_code == 422
    assert "Els Hermans" in late.content.decode()
    with stage.world.scope():
        assert Answer.objects.get(withdrawn_at=None).kind == "already_sent"


def test_the_conversation_without_what_is_not_for_them(stage):
    stage.ask(1)
    els = stage.world.actor("els")
    with stage.world.scope():
        comment(request=stage.requests[0], text="ZEER GEHEIM", internal=True, by=els, on=stage.clock.today)
        comment(request=stage.requests[0], text="Het gaat om de bon van maart", by=els, on=stage.clock.today)
    browser = stage.guest()
    page = browser.get(stage.card(0)).content.decode()
    assert "de bon van maart" in page
    assert "GEHEIM" not in page
    for _ in range(2):  # a double tap says it once
        assert browser.post(stage.card(0, "messages/"), {"text": "Ik zoek hem"})["Location"] == stage.card(0)
    assert browser.post(stage.card(0, "messages/"), {"text": " "}).status_code == 422
    with stage.world.scope():
        assert Message.objects.filter(text="Ik zoek hem").count() == 1


def test_not_for_me_gives_it_back_to_the_firm(stage):
    stage.ask(2)
    browser = stage.guest()
    for _ in range(2):
        assert browser.post(f"{stage.deck()}not-mine/").status_code == 302
    with stage.world.scope():
        for request in stage.requests:
            request.refresh_from_db()
            assert state_of(request, stage.clock.today).turn == "firm"
            assert request.remind_on is None
            told = [entry for entry in thread(request, stage.world.actor("els")) if entry.event == "not_for_me"]
            assert len(told) == 1
    # an answer is welcome all the same
    assert "Winkel 0" in browser.get(stage.deck()).content.decode()


def test_a_use_is_noted_by_an_act_only(stage):
    stage.ask(1)
    browser = stage.guest()
    browser.get(stage.deck())
    assert stage.link.uses == 0
    browser.post(stage.card(0, "answer/"), {"kind": "does_not_exist"})  # refused: nothing happened
    assert stage.link.uses == 0
    browser.post(stage.card(0, "answer/"), {"kind": "private"})
    assert stage.link.uses == 1


def test_as_many_queries_for_three_cards_as_for_one(world, clock):
    one, three = Stage(world, clock), Stage(world, clock, "bakery")
    one.ask(1)
    three.ask(3)
    counts = []
    for stage in (one, three):
        browser = stage.guest()
        browser.get(stage.deck())
        with CaptureQueriesContext(connection) as seen:
            browser.get(stage.deck())
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 34  # half of them open and close the scope


@pytest.mark.parametrize("language", ["nl", "fr", "en-gb"])
def test_in_every_language(world, clock, language):
    stage = Stage(world, clock, language=language)
    stage.ask(1)
    stage.ask(1, kind="question")
    browser = stage.guest()
    for path in (stage.deck(), stage.card(1), f"{stage.deck()}done/", f"{stage.deck()}not-mine/"):
        page = browser.get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.content.decode()
    browser.post("/taal/", {"language": "fr", "next": stage.deck()})
    assert '<html lang="fr"' in browser.get(stage.deck()).content.decode()
    translation.activate("nl")


def test_a_saved_mail_is_answered_with_the_papers_in_it(stage):
    stage.ask(1)
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "leverancier@winkel.example", "Uw factuur"
    mail.set_content("Zie bijlage.")
    mail.add_attachment(invoice().read(), maintype="application", subtype="xml", filename="factuur.xml")
    file = SimpleUploadedFile("bericht.eml", bytes(mail), "message/rfc822")
    assert stage.guest().post(stage.card(0, "papers/"), {"pages": [file]}).status_code == 302
    with stage.world.scope():
        [paper] = sent_in()
        assert (paper.name, paper.kind) == ("factuur.xml", "ubl")
        assert PurchaseDocument.objects.get(document=paper).state == "proposed"
