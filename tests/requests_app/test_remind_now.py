"""Reminding by hand: one mail per person, once a day, and why a client is left out."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.audit.models import Event
from portal.links.issue import revoke
from portal.links.models import Link
from portal.outbox.models import OutgoingMail
from requests_app.actions import remind
from requests_app.actions.answer import answer_without, promise
from requests_app.actions.ask import Recipient, ask
from requests_app.actions.remind import remind_due, remind_now
from requests_app.models import Request
from requests_app.queries.to_remind import keys_of, plan_of, to_remind
from requests_app.refusals import NothingToRemind, TooManyToRemind
from tests.requests_app.conftest import Bank

pytestmark = pytest.mark.django_db
BOTH = Recipient(email="boekhouder@groep.example", name="Boekhouder")


def ask_of(world, clock, administration, recipient, amount="-100.00"):
    line = Bank(administration, world.actor("els")).line(amount, name=f"Leverancier {administration.code}")
    [request] = ask(
        administration=administration, lines=[line], recipient=recipient, by=world.actor("els"), on=clock.today
    )
    return request


def why(plan):
    return {left.administration.pk: left.reason for left in plan.left}


def reminders():
    return OutgoingMail.objects.filter(kind="reminder")


def test_one_mail_per_person_about_all_their_administrations(world, clock):
    els = world.actor("els")
    with world.scope():
        for administration in (world.newlogo, world.bakery):
            ask_of(world, clock, administration, BOTH)
        # only one of the two was chosen: the person still reads of both, in one mail
        plan = to_remind([world.newlogo], clock.today)
        assert (len(plan.people), plan.questions, plan.left) == (1, 2, ())
        done = remind_now(administrations=[world.newlogo, world.bakery], by=els, on=clock.today)
        assert [person.companies for person in done.people] == [sorted([world.newlogo.name, world.bakery.name])]
        mail = reminders().get()
        assert "Leverancier 10001" in mail.text
        assert "Leverancier 10002" in mail.text
        assert set(Request.objects.values_list("reminders", flat=True)) == {1}
        events = Event.objects.filter(what="request.reminded_by_hand")
        assert {event.administration_id for event in events} == {world.newlogo.pk, world.bakery.pk}
        assert events.count() == 2
        assert events[0].facts == {"to": BOTH.email, "questions": 1}


def test_twice_on_a_day_is_once_and_the_third_day_is_free(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        asked()
        remind_now(administrations=[world.newlogo], by=els, on=clock.today)
        for days in (0, 1, 1):
            clock.forward(days=days)
            assert why(to_remind([world.newlogo], clock.today)) == {world.newlogo.pk: "recent"}
            with pytest.raises(NothingToRemind):
                remind_now(administrations=[world.newlogo], by=els, on=clock.today)
        assert reminders().count() == 1
        clock.forward(days=1)
        remind_now(administrations=[world.newlogo], by=els, on=clock.today)
        assert reminders().count() == 2


def test_a_plan_made_before_the_first_click_sends_nothing_more(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        asked()
        stale = to_remind([world.newlogo], clock.today)
        remind_now(administrations=[world.newlogo], by=els, on=clock.today)
        assert not remind._remind_person(stale.people[0], els, clock.today)
        assert Request.objects.get().reminders == 1


def test_the_ladder_and_the_hand_know_of_each_other(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        asked()
        clock.forward(days=3)
        assert remind_due(clock.now) == 1
        assert why(to_remind([world.newlogo], clock.today)) == {world.newlogo.pk: "recent"}
        clock.forward(days=3)
        remind_now(administrations=[world.newlogo], by=els, on=clock.today)
        assert remind_due(clock.now) == 0
        request = Request.objects.get()
        assert (request.reminders, request.remind_on > clock.today) == (2, True)


def test_who_is_left_out_and_why(world, clock):
    els, sofie = world.actor("els"), world.actor("sofie")
    with world.scope():
        answered = ask_of(world, clock, world.newlogo, Recipient(email="sofie@newlogo.example", name="Sofie"))
        answer_without(request=answered, kind="private", by=sofie, on=clock.today)
        assert why(to_remind([world.newlogo], clock.today)) == {world.newlogo.pk: "nothing"}

        later = ask_of(world, clock, world.newlogo, Recipient(email="later@newlogo.example", name="Later"), "-7.00")
        promise(request=later, until=clock.today + timedelta(days=4), by=sofie, on=clock.today)
        assert why(to_remind([world.newlogo], clock.today)) == {world.newlogo.pk: "promised"}

        gone = ask_of(world, clock, world.bakery, Recipient(email="gone@bakery.example", name="Gone"))
        revoke(link=Link.objects.get(pk=gone.link_id), by=els, on=clock.today)
        assert why(to_remind([world.bakery], clock.today)) == {world.bakery.pk: "no_address"}

        ask_of(world, clock, world.garage, Recipient(email="bad@garage.example", name="Bad"))
        clock.forward(minutes=5)
        OutgoingMail.objects.filter(to_email="bad@garage.example").update(state="dead", bounced_at=clock.now)
        assert why(to_remind([world.garage], clock.today)) == {world.garage.pk: "refused"}
        remind.stop_refused(by=els, on=clock.today)  # the same once the ladder has given up on it
        assert why(to_remind([world.garage], clock.today)) == {world.garage.pk: "refused"}

        everything = [world.newlogo, world.bakery, world.garage]
        with pytest.raises(NothingToRemind):
            remind_now(administrations=everything, by=els, on=clock.today)
        assert not reminders().exists()
        # somebody else of a client that was left out may be reminded all the same
        ask_of(world, clock, world.bakery, BOTH, "-8.00")
        done = remind_now(administrations=everything, by=els, on=clock.today)
        assert [person.email for person in done.people] == [BOTH.email]
        assert set(why(done)) == {world.newlogo.pk, world.garage.pk}
        assert reminders().get().to_email == BOTH.email


def test_a_portfolio_bounds_what_is_said_and_still_sends_once(world, clock):
    mine, other = world.newlogo, world.garage
    assert mine.pk in world.door("tom").administration_ids
    with world.scope():
        for administration in (mine, other):
            ask_of(world, clock, administration, BOTH)
    covers_other = other.pk in world.door("tom").administration_ids
    assert not covers_other
    with world.scope("tom"):
        done = remind_now(administrations=[mine], by=world.actor("tom"), on=clock.today)
        assert done.people[0].companies == [mine.name]
        assert other.name not in reminders().get().text
    with world.scope():
        assert why(to_remind([mine, other], clock.today)) == {mine.pk: "recent", other.pk: "recent"}


def test_what_was_done_is_told_as_far_as_its_reader_may_see(world, clock):
    with world.scope():
        for administration in (world.newlogo, world.garage):
            ask_of(world, clock, administration, BOTH)
        chosen = [world.newlogo, world.garage, world.bakery]
        done = remind_now(administrations=chosen, by=world.actor("els"), on=clock.today)
        assert plan_of(keys_of(done)) == done
    with world.scope("tom"):
        told = plan_of(keys_of(done))
        assert [(person.email, person.companies) for person in told.people] == [(BOTH.email, [world.newlogo.name])]
        assert {left.administration.pk for left in told.left} <= set(world.door("tom").administration_ids)


def test_a_mail_a_portfolio_does_not_show_is_still_today_s_mail(world, clock):
    with world.scope():
        for administration in (world.newlogo, world.garage):
            ask_of(world, clock, administration, BOTH)
        remind_now(administrations=[world.garage], by=world.actor("els"), on=clock.today)
        assert reminders().get().administration_id is None
    with world.scope("tom"):
        assert why(to_remind([world.newlogo], clock.today)) == {world.newlogo.pk: "recent"}
    with world.scope():
        # as if the mail had been about the other administration alone, and the log said nothing here
        Request.objects.filter(administration=world.newlogo).update(reminders=0)
        reminders().update(administration=world.garage)
    with world.scope("tom"):
        plan = remind.Person(
            BOTH.email, BOTH.name, tuple(Request.objects.select_related("link", "administration__firm"))
        )
        assert not remind._remind_person(plan, world.actor("tom"), clock.today)
        assert Request.objects.get().reminders == 0


def test_several_administrations_of_a_portfolio_are_one_mail(world, clock):
    ids = world.door("tom").administration_ids
    with world.scope():
        books = [one for one in (world.newlogo, world.bakery, world.garage, world.bikes) if one.pk in ids]
        for administration in books:
            ask_of(world, clock, administration, BOTH)
    with world.scope("tom"):
        remind_now(administrations=books, by=world.actor("tom"), on=clock.today)
        assert len(reminders().get().about) == len(books)


def test_more_people_than_a_page_can_write_to(world, clock, asked, monkeypatch):
    monkeypatch.setattr(remind, "MOST_PEOPLE", 0)
    with world.scope():
        asked()
        with pytest.raises(TooManyToRemind):
            remind_now(administrations=[world.newlogo], by=world.actor("els"), on=clock.today)


def test_planning_costs_the_same_for_one_and_for_many(world, clock):
    books = [world.newlogo, world.bakery, world.garage]
    with world.scope():
        counts = []
        for chosen in (books[:1], books):
            for number, administration in enumerate(chosen):
                person = Recipient(email=f"p{len(counts)}{number}@x.example", name="P")
                ask_of(world, clock, administration, person, f"-{10 + number}.0{len(counts)}")
            with CaptureQueriesContext(connection) as found:
                assert len(to_remind(chosen, clock.today).people) >= len(chosen)
            counts.append(len(found))
    assert counts[0] == counts[1] <= 6
