"""Whoever loses access loses the questions, and so does whoever had them from that person."""

import pytest
from django.http import Http404
from django.urls import reverse

from portal.links.issue import token_of
from portal.links.models import Link
from portal.links.redeem import guest_actor, open_door
from portal.people.models import ClientAccess
from requests_app.actions.answer import answer_without, promise, withdraw_answer
from requests_app.actions.ask import Recipient
from requests_app.actions.forward import forward
from requests_app.actions.leave import end_access
from requests_app.actions.recipient import change_recipient
from requests_app.actions.talk import comment
from requests_app.models import Forward, Request
from requests_app.people import Recipient as Person
from requests_app.queries.activities import activities_for
from requests_app.queries.mine import of_actor
from requests_app.refusals import LostAccess
from requests_app.rules import access_request_by_link
from requests_app.state import state_of
from tests.requests_app.conftest import SOFIE

pytestmark = pytest.mark.django_db
KOK = Person(email="kok@elders.example", name="Kok")


def leave(world, clock, email="sofie@newlogo.example"):
    access = ClientAccess.objects.select_related("user").get(user__email=email, administration=world.newlogo)
    end_access(access=access, by=world.actor("els"), on=clock.today)


def guest(email):
    return guest_actor(Link.objects.get(email=email))


def test_the_questions_go_back_to_the_firm_and_a_later_link_shows_only_new_ones(world, clock, asked):
    with world.scope():
        els, old, later = world.actor("els"), asked(), asked(name="Ander", words="A9")
        promise(request=later, until=clock.today.replace(day=27), by=world.actor("sofie"), on=clock.today)
        leave(world, clock)
        for request in (old, later):
            request.refresh_from_db()
            assert state_of(request, clock.today).code == "escalated"
            assert request.remind_on is None
        with pytest.raises(LostAccess):
            comment(request=old, text="Nog altijd?", by=els, on=clock.today)
        fresh = asked(name="Nieuw", words="N1")
        sofie = guest(SOFIE.email)
        assert [each.request.pk for each in activities_for(sofie, clock.today)] == [fresh.pk]
        with pytest.raises(Http404):
            access_request_by_link(sofie, old.pk)
        change_recipient(request=old, recipient=SOFIE, by=els, on=clock.today)
        assert access_request_by_link(sofie, old.pk).pk == old.pk
        assert state_of(Request.objects.get(pk=old.pk), clock.today).code == "asked"


def test_an_answer_taken_back_reminds_nobody_who_left(world, clock, asked):
    with world.scope():
        request = asked()
        answer_without(request=request, kind="private", by=world.actor("sofie"), on=clock.today)
        leave(world, clock)
        withdraw_answer(request=request, by=world.actor("els"), on=clock.today)
        request.refresh_from_db()
        assert (request.remind_on, state_of(request, clock.today).code) == (None, "escalated")


def test_nobody_of_the_client_lets_a_person_in_again(world, clock, asked):
    with world.scope():
        request = asked()
        leave(world, clock)
        other = Recipient(email="boekhouder@groep.example", name="Boekhouder")
        change_recipient(request=request, recipient=other, by=world.actor("els"), on=clock.today)
        with pytest.raises(LostAccess):
            forward(request=request, recipient=SOFIE, by=guest(other.email), on=clock.today)
        assert Link.objects.get(email=SOFIE.email).revoked_at is not None


def test_what_they_passed_on_ends_and_so_does_what_went_further(world, clock, asked):
    with world.scope():
        request = asked()
        forward(request=request, recipient=KOK, by=world.actor("sofie"), on=clock.today)
        further = Person(email="neef@elders.example", name="Neef")
        forward(request=request, recipient=further, by=guest(KOK.email), on=clock.today)
        tokens = [token_of(Link.objects.get(email=who.email)) for who in (KOK, further)]
        leave(world, clock)
        assert not Forward.objects.filter(withdrawn_at=None).exists()
        for who in (KOK, further):
            assert not of_actor(Request.objects.all(), guest(who.email)).exists()
    assert [open_door(token).state for token in tokens] == ["revoked", "revoked"]


def test_the_screen_takes_all_of_it_away(world, clock, asked):
    with world.scope():
        request = asked()
        forward(request=request, recipient=KOK, by=world.actor("sofie"), on=clock.today)
        access = ClientAccess.objects.get(user__email=SOFIE.email, administration=world.newlogo)
    address = reverse("kantoor:access_revocation", args=["van-damme", world.newlogo.pk, access.pk])
    assert world.client("els").post(address).status_code == 302
    with world.scope():
        assert not Forward.objects.filter(withdrawn_at=None).exists()
        request.refresh_from_db()
        assert request.returned_at is not None
