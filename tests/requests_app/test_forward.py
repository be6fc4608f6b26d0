"""Passing on: a colleague sees that one question, the turn stays, and nobody mails the whole world."""

import pytest
from django.http import Http404

from portal.links.models import Link
from portal.links.redeem import guest_actor
from portal.outbox.models import OutgoingMail
from requests_app.actions.answer import answer_without
from requests_app.actions.close import close_request
from requests_app.actions.disown import not_for_me
from requests_app.actions.forward import forward
from requests_app.models import Forward
from requests_app.people import Recipient
from requests_app.queries.activities import activities_for
from requests_app.queries.thread import thread
from requests_app.refusals import AlreadyHandled, AlreadyTheirs, BadAddress, NoRecipient, TooManyForwards
from requests_app.rules import access_request_by_link
from requests_app.state import state_of

pytestmark = pytest.mark.django_db


def to(email="kok@newlogo.example"):
    return Recipient(email=email, name=email.partition("@")[0])


def test_a_colleague_sees_that_one_question_and_answers_it(world, clock, asked):
    with world.scope():
        sofie = world.actor("sofie")
        request, other = asked(), asked(name="Ander", words="A9")
        forward(request=request, recipient=to(), by=sofie, on=clock.today)
        assert state_of(request, clock.today).turn.value == "client"
        [mail] = OutgoingMail.objects.filter(kind="forward")
        assert "Sofie Lemmens" in mail.subject
        assert "169,69" in mail.text
        colleague = guest_actor(Link.objects.get(email="kok@newlogo.example"))
        assert [each.request.pk for each in activities_for(colleague, clock.today)] == [request.pk]
        with pytest.raises(Http404):
            access_request_by_link(colleague, other.pk)
        assert "forwarded" in {entry.event for entry in thread(request, world.actor("els"))}
        mine = access_request_by_link(colleague, request.pk)
        answer_without(request=mine, kind="private", by=colleague, on=clock.today)
        assert state_of(request, clock.today).turn.value == "firm"
        assert request.pk not in [each.request.pk for each in activities_for(sofie, clock.today)]


def test_it_goes_to_a_few_and_never_twice(world, clock, asked):
    with world.scope():
        request = asked()
        act = {"request": request, "by": world.actor("sofie"), "on": clock.today}
        with pytest.raises(AlreadyTheirs):
            forward(recipient=to("SOFIE@newlogo.example"), **act)
        with pytest.raises(NoRecipient):
            forward(recipient=None, **act)
        with pytest.raises(BadAddress):
            forward(recipient=to("kok"), **act)
        for number in range(3):
            forward(recipient=to(f"k{number}@newlogo.example"), **act)
        with pytest.raises(AlreadyTheirs):
            forward(recipient=to("k1@newlogo.example"), **act)
        with pytest.raises(TooManyForwards):
            forward(recipient=to(), **act)
        assert Forward.objects.count() == OutgoingMail.objects.filter(kind="forward").count() == 3
        close_request(request=request, outcome="not_needed", by=world.actor("els"), on=clock.today)
        with pytest.raises(AlreadyHandled):
            forward(recipient=to(), **act)


def test_not_for_the_colleague_leaves_the_question_where_it_was(world, clock, asked):
    with world.scope():
        request = asked()
        forward(request=request, recipient=to(), by=world.actor("sofie"), on=clock.today)
        colleague = guest_actor(Link.objects.get(email="kok@newlogo.example"))
        assert not_for_me(by=colleague, on=clock.today) == 1
        assert not_for_me(by=colleague, on=clock.today) == 0
        assert activities_for(colleague, clock.today) == []
        request.refresh_from_db()
        assert (request.escalated_on, state_of(request, clock.today).turn.value) == (None, "client")
        assert request.remind_on is not None
