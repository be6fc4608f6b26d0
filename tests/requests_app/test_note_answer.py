"""An answer heard by phone or on paper: whose it is, what it does to the turn, and how it is taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.audit.models import Event
from requests_app.actions.answer import HeardWords, answer_without, note_answer, promise, take_note_back
from requests_app.actions.close import close_request
from requests_app.models import Answer, Request
from requests_app.queries.thread import thread
from requests_app.refusals import AlreadyHandled, AnsweredAlready, BadHeardDay, NothingToWithdraw, ReasonMissing
from requests_app.state import state_of

pytestmark = pytest.mark.django_db


def heard(clock, how="phone", whom="Sofie Lemmens", days=0):
    return HeardWords(how, whom, clock.today - timedelta(days=days))


def test_it_counts_as_the_answer_and_says_who_heard_it(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        request = asked()
        clock.forward(days=2)
        before = Event.objects.count()
        answer = note_answer(request=request, kind="private", heard=heard(clock, days=1), by=els, on=clock.today)
        assert Event.objects.count() == before + 1
        assert (answer.heard_how, answer.heard_from, answer.actor_name) == ("phone", "Sofie Lemmens", els.name)
        request.refresh_from_db()
        assert request.remind_on is None
        assert (state_of(request, clock.today).turn, state_of(request, clock.today).code) == ("firm", "answered")
        for viewer in (els, world.actor("sofie")):
            entry = thread(request, viewer)[-1]
            words = entry.words("nl")
            assert entry.noted
            assert words.startswith(f"Genoteerd door {els.name} na telefoon met Sofie Lemmens op ")
            assert words.endswith("Sofie Lemmens zegt dat het privé is")


def test_taking_it_back_gives_the_client_the_turn_again(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        request = asked()
        note_answer(request=request, kind="private", heard=heard(clock), by=els, on=clock.today)
        take_note_back(request=request, by=els, on=clock.today)
        request.refresh_from_db()
        assert state_of(request, clock.today).code == "asked"
        assert request.remind_on is not None
        assert not any(entry.noted for entry in thread(request, els))
        with pytest.raises(NothingToWithdraw):
            take_note_back(request=request, by=els, on=clock.today)


def test_what_the_client_wrote_is_neither_written_over_nor_taken_back(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        request = asked()
        answer_without(request=request, kind="private", by=world.actor("sofie"), on=clock.today)
        with pytest.raises(AnsweredAlready):
            note_answer(request=request, kind="private", heard=heard(clock), by=els, on=clock.today)
        with pytest.raises(NothingToWithdraw):
            take_note_back(request=request, by=els, on=clock.today)


def test_a_promise_by_phone_keeps_the_question_with_the_client(world, clock, asked):
    els, until = world.actor("els"), clock.today + timedelta(days=5)
    with world.scope():
        request = asked()
        note_answer(request=request, kind="later", until=until, heard=heard(clock), by=els, on=clock.today)
        state = state_of(request, clock.today)
        assert (state.code, state.until) == ("promised", until)
        [noted] = [entry for entry in thread(request, els) if entry.noted]
        assert "Sofie Lemmens zorgt ervoor tegen" in noted.words("nl")
        take_note_back(request=request, by=els, on=clock.today)
        assert state_of(request, clock.today).code == "asked"
        promise(request=request, until=until, by=world.actor("sofie"), on=clock.today)
        with pytest.raises(NothingToWithdraw):
            take_note_back(request=request, by=els, on=clock.today)


def test_refusals_change_nothing(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        request = asked()
        for wrong, more in (
            (BadHeardDay, {"kind": "private", "heard": heard(clock, days=1)}),
            (BadHeardDay, {"kind": "private", "heard": heard(clock, days=-1)}),
            (ReasonMissing, {"kind": "words", "heard": heard(clock)}),
        ):
            with pytest.raises(wrong):
                note_answer(request=request, by=els, on=clock.today, **more)
        assert not Answer.objects.exists()
        close_request(request=request, outcome="not_needed", by=els, on=clock.today)
        with pytest.raises(AlreadyHandled):
            note_answer(request=request, kind="private", heard=heard(clock), by=els, on=clock.today)


def test_the_person_who_was_asked_said_it_when_nobody_is_named(world, clock, asked):
    with world.scope():
        request = asked()
        words = heard(clock, whom="  ")
        answer = note_answer(request=request, kind="private", heard=words, by=world.actor("els"), on=clock.today)
        assert answer.heard_from == request.link.name


def test_the_database_wants_who_and_when_with_every_how(world, clock, asked):
    with world.scope():
        request = Request.objects.get(pk=asked().pk)
        answer = answer_without(request=request, kind="private", by=world.actor("sofie"), on=clock.today)
        with pytest.raises(IntegrityError), transaction.atomic():
            Answer.objects.filter(pk=answer.pk).update(heard_how="phone")
