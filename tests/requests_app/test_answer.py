"""Answering, promising, taking back, closing, reopening: each act once, and whose turn it is afterwards."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.http import Http404

from portal.links.issue import token_of
from portal.links.models import Link
from portal.links.redeem import guest_actor
from portal.outbox.models import OutgoingMail
from portal.people.access import Right
from requests_app.actions.answer import answer_with_document, answer_without, promise, withdraw_answer
from requests_app.actions.ask import Recipient, ask
from requests_app.actions.close import close_request, reopen_request
from requests_app.actions.recipient import change_recipient
from requests_app.actions.talk import comment
from requests_app.models import Answer, AnswerDocument, Message, Request, RequestLine
from requests_app.queries.activities import activities_for, answered_for, count_for
from requests_app.queries.thread import thread
from requests_app.refusals import (
    AlreadyAsked,
    AlreadyHandled,
    BadPromise,
    NoDocument,
    NotClosed,
    NoText,
    NothingToWithdraw,
    ReasonMissing,
)
from requests_app.rules import access_request, access_request_by_link
from requests_app.state import state_of
from requests_app.wording import event_words
from tests.requests_app.conftest import SOFIE, new_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def sofie(world):
    return world.actor("sofie")


def turn(request, clock):
    return state_of(Request.objects.get(pk=request.pk), clock.today).turn.value


def test_the_same_document_again_is_the_same_answer(world, clock, asked, sofie):
    with world.scope():
        request = asked()
        one, two = (new_document(world.newlogo, sofie, seed) for seed in "bc")
        first = answer_with_document(request=request, documents=[one], by=sofie, on=clock.today)
        again = answer_with_document(request=request, documents=[one], by=sofie, on=clock.today)
        more = answer_with_document(request=request, documents=[one, two], by=sofie, on=clock.today)
        assert first.pk == again.pk == more.pk
        assert AnswerDocument.objects.count() == 2
        assert turn(request, clock) == "firm"
        with pytest.raises(NoDocument):
            answer_with_document(request=request, documents=[], by=sofie, on=clock.today)


def test_an_answer_can_change_until_it_is_handled(world, clock, asked, sofie):
    with world.scope():
        request = asked()
        act = {"request": request, "by": sofie, "on": clock.today}
        with pytest.raises(ReasonMissing):
            answer_without(kind="does_not_exist", **act)
        first = answer_without(kind="private", **act)
        assert answer_without(kind="private", **act).pk == first.pk  # a double tap
        clock.forward(minutes=5)
        answer_without(kind="already_sent", text="per post", **act)
        assert Answer.objects.filter(withdrawn_at=None).count() == 1
        assert Answer.objects.count() == 2
        clock.forward(minutes=5)
        withdraw_answer(**act)
        assert turn(request, clock) == "client"
        assert Request.objects.get().remind_on is not None
        with pytest.raises(NothingToWithdraw):
            withdraw_answer(**act)
        close_request(request=request, outcome="not_needed", by=world.actor("els"), on=clock.today)
        for late in (
            lambda: answer_without(kind="private", **act),
            lambda: promise(until=clock.today + timedelta(days=2), **act),
            lambda: withdraw_answer(**act),
            lambda: comment(text="nog iets", **act),
        ):
            with pytest.raises(AlreadyHandled) as refusal:
                late()
            assert refusal.value.data["name"] == "Els Hermans"


def test_a_promise_keeps_it_open_and_quiet(world, clock, asked, sofie):
    with world.scope():
        request = asked()
        act = {"request": request, "by": sofie, "on": clock.today}
        for bad in (0, -1, 61):
            with pytest.raises(BadPromise):
                promise(until=clock.today + timedelta(days=bad), **act)
        promise(until=clock.today + timedelta(days=10), **act)
        state = state_of(Request.objects.get(), clock.today + timedelta(days=9))
        assert (state.turn.value, state.late, state.code) == ("client", False, "promised")
        state = state_of(Request.objects.get(), clock.today + timedelta(days=11))
        assert (state.turn.value, state.late, state.code) == ("client", True, "promise_broken")
        assert Request.objects.get().remind_on > clock.today + timedelta(days=10)


def test_a_remark_is_no_answer_but_whoever_writes_is_left_alone_for_a_while(world, clock, asked, sofie):
    clock.set(date(2026, 11, 23))
    with world.scope():
        request = asked()
        assert request.remind_on == date(2026, 11, 26)
        clock.set(date(2026, 11, 25))
        comment(request=request, text="Welke factuur bedoel je?", by=sofie, on=clock.today)
        state = state_of(Request.objects.get(), clock.today)
        assert (state.turn.value, state.code) == ("client", "asked")
        assert Request.objects.get().remind_on == date(2026, 11, 30)


def test_sending_passes_the_turn(world, clock, asked, sofie):
    with world.scope():
        request = asked(name="Proximus")
        els = world.actor("els")
        comment(request=request, text="Welke factuur bedoel je?", by=sofie, on=clock.today)
        assert turn(request, clock) == "client"
        assert not Answer.objects.exists()
        answer_without(request=request, kind="words", text="Ik weet het niet", by=sofie, on=clock.today)
        assert turn(request, clock) == "firm"
        clock.forward(minutes=1)
        comment(request=request, text="alleen kantoor: bellen", by=els, on=clock.today, internal=True)
        assert turn(request, clock) == "firm"
        comment(request=request, text="Die van maart.", by=els, on=clock.today)
        assert turn(request, clock) == "client"
        assert OutgoingMail.objects.filter(kind="message").count() == 1
        with pytest.raises(NoText):
            comment(request=request, text=" \u200b ", by=els, on=clock.today)
        with pytest.raises(NoText):
            comment(request=request, text="nota", by=sofie, on=clock.today, internal=True)
        shown = thread(request, sofie)
        assert [entry.text for entry in shown if entry.kind == "message"][1:] == [
            "Welke factuur bedoel je?",
            "Die van maart.",
        ]
        assert not any("kantoor" in entry.text for entry in shown)
        assert not any(entry.event.startswith("mail") for entry in shown)
        office = thread(request, els)
        assert any(entry.internal for entry in office)
        assert any(entry.event == "mail_queued" for entry in office)
        assert all(entry.words("nl") for entry in office)


def test_closing_thanks_once_nothing_is_left(world, clock, asked, sofie):
    with world.scope():
        els = world.actor("els")
        one, two = asked(), asked(amount="-50.00", name="Proximus")
        for request in (one, two):
            answer_without(request=request, kind="private", by=sofie, on=clock.today)
        three = asked(amount="-60.00", name="Luminus")
        close_request(request=one, outcome="booked", by=els, on=clock.today)
        assert not OutgoingMail.objects.filter(kind="thanks").exists()  # Els still needs the third
        answer_without(request=three, kind="private", by=sofie, on=clock.today)
        close_request(request=two, outcome="booked", by=els, on=clock.today)
        close_request(request=three, outcome="booked", by=els, on=clock.today)
        assert OutgoingMail.objects.filter(kind="thanks").count() == 1
        with pytest.raises(AlreadyHandled):
            close_request(request=one, outcome="booked", by=els, on=clock.today)


def test_reopening_takes_the_line_back_unless_it_was_asked_again(world, clock, asked, sofie):
    with world.scope():
        els = world.actor("els")
        request = asked()
        with pytest.raises(NotClosed):
            reopen_request(request=request, by=els, on=clock.today)
        close_request(request=request, outcome="not_needed", by=els, on=clock.today)
        assert not RequestLine.objects.filter(is_open=True).exists()
        reopen_request(request=request, by=els, on=clock.today)
        assert turn(request, clock) == "client"
        close_request(request=request, outcome="not_needed", by=els, on=clock.today)
        line = request.lines.get().line
        ask(administration=world.newlogo, lines=[line], recipient=SOFIE, by=els, on=clock.today)
        with pytest.raises(AlreadyAsked):
            reopen_request(request=request, by=els, on=clock.today)


def test_another_recipient(world, clock, asked):
    with world.scope():
        els = world.actor("els")
        request = asked()
        other = Recipient(email="boekhouding@newlogo.example", name="Boekhouding", language="fr")
        change_recipient(request=request, recipient=other, by=els, on=clock.today)
        request = Request.objects.select_related("link").get()
        assert request.link.email == other.email
        assert turn(request, clock) == "client"
        assert OutgoingMail.objects.filter(to_email=other.email, language="fr").count() == 1
        assert Message.objects.get(event="recipient_changed").facts["before"] == SOFIE.email


def test_lists_and_doors(world, clock, asked, sofie):
    with world.scope():
        request, other = asked(), asked(amount="-50.00", name="Proximus")
        link = Link.objects.get()
        assert token_of(link)
        guest = guest_actor(link)
        assert [each.request.pk for each in activities_for(sofie, clock.today)] == [request.pk, other.pk]
        assert count_for(guest, clock.today) == 2
        answer_without(request=request, kind="private", by=guest, on=clock.today)
        assert [each.request.pk for each in answered_for(guest, clock.today)] == [request.pk]
        assert access_request_by_link(guest, request.pk).pk == request.pk
        with pytest.raises(Http404):
            access_request_by_link(world.actor("els"), request.pk)
        with pytest.raises(Http404):
            access_request(guest, request.pk, to=Right.CLOSE)
        change_recipient(request=other, recipient=Recipient(email="x@y.example"), by=world.actor("els"), on=clock.today)
        with pytest.raises(Http404):
            access_request_by_link(guest, other.pk)


def test_every_event_has_words():
    """Whatever a verb notes in a thread, requests_app.wording can say."""
    noted = set()
    for source in Path("requests_app").rglob("*.py"):
        noted |= set(re.findall(r'note_event\([^"]*?"(\w+)"', source.read_text(encoding="utf-8")))
    assert noted >= {"escalated", "recipient_changed", "line_joined", "answer_withdrawn", "reopened"}
    facts = dict.fromkeys(("name", "to", "before", "day", "until", "answer", "outcome", "reason"), "x")
    for event in noted:
        assert event_words(event, facts, "nl")
