"""The ladder: 3, 7 and 14 days, working days, 08:00; one mail per person; then it is the firm's turn."""

from datetime import date, datetime, timedelta

import pytest

from portal.kernel.clock import BRUSSELS
from portal.links.models import Link
from portal.outbox.models import OutgoingMail
from requests_app.actions.answer import answer_without, promise
from requests_app.actions.ask import Recipient, ask
from requests_app.actions.close import close_request
from requests_app.actions.recipient import change_recipient
from requests_app.actions.remind import remind_due
from requests_app.models import Request
from requests_app.queries.thread import mail_trouble, thread
from requests_app.state import state_of
from requests_app.tasks import remind_due as ring_all_firms
from tests.requests_app.conftest import Bank

pytestmark = pytest.mark.django_db


def at(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)


def reminded_days(clock, days):
    """Live through so many days, ringing often; return the days on which a reminder was queued."""
    found, before = [], OutgoingMail.objects.filter(kind="reminder").count()
    for _ in range(days):
        for hour in (7, 8, 12, 19):
            clock.set(at(clock.today, hour))
            remind_due(clock.now)
        after = OutgoingMail.objects.filter(kind="reminder").count()
        if after > before:
            found.append(clock.today)
        before = after
        clock.set(clock.today + timedelta(days=1))
    return found


def test_three_reminders_and_then_a_call(world, clock, asked):
    clock.set(date(2026, 11, 25))  # a Wednesday
    with world.scope():
        request = asked()
        # day 3 is a Saturday: Monday; day 7 is a Wednesday; day 14 too
        assert reminded_days(clock, 25) == [date(2026, 11, 30), date(2026, 12, 2), date(2026, 12, 9)]
        request.refresh_from_db()
        assert request.escalated_on == date(2026, 12, 9)
        state = state_of(request, clock.today)
        assert (state.turn.value, state.code, state.late) == ("firm", "escalated", True)
        # the client may still answer
        answer_without(request=request, kind="private", by=world.actor("sofie"), on=clock.today)
        assert state_of(request, clock.today).code == "answered"


def test_holidays_are_quiet(world, clock, asked):
    clock.set(date(2026, 12, 22))
    with world.scope():
        asked()
        # day 3 is Christmas, a Friday; day 7 a Tuesday; day 14 a Tuesday
        assert reminded_days(clock, 20) == [date(2026, 12, 28), date(2026, 12, 29), date(2027, 1, 5)]


def test_one_mail_for_all_administrations_of_a_person(world, clock):
    els = world.actor("els")
    both = Recipient(email="boekhouder@groep.example", name="Boekhouder")
    with world.scope():
        for administration in (world.newlogo, world.bakery):
            line = Bank(administration, els).line(name=f"Leverancier {administration.code}")
            ask(administration=administration, lines=[line], recipient=both, by=els, on=clock.today)
        clock.forward(days=3)
        assert remind_due(clock.now) == 1
        assert remind_due(clock.now) == 0
        mail = OutgoingMail.objects.get(kind="reminder")
        assert mail.administration_id is None
        assert not mail.resend_when_uncertain
        assert "Leverancier 10001" in mail.text
        assert "Leverancier 10002" in mail.text
        assert len(mail.about) == 2
        assert all(str(link.pk) in mail.text for link in Link.objects.all())
        assert set(Request.objects.values_list("reminders", flat=True)) == {1}


def test_it_stops_when_answered_closed_or_promised(world, clock, asked):
    sofie, els = world.actor("sofie"), world.actor("els")
    with world.scope():
        requests = [asked(name=f"L{number}", words=f"R{number}") for number in range(3)]
        answer_without(request=requests[0], kind="private", by=sofie, on=clock.today)
        close_request(request=requests[1], outcome="not_needed", by=els, on=clock.today)
        promise(request=requests[2], until=date(2026, 12, 4), by=sofie, on=clock.today)
        # promised for a Friday: the Monday after
        assert reminded_days(clock, 15)[:1] == [date(2026, 12, 7)]
        assert OutgoingMail.objects.filter(kind="reminder").first().about == [str(requests[2].pk)]


def test_a_missed_day_is_made_up_once(world, clock, asked):
    with world.scope():
        asked()
        clock.set(date(2026, 12, 8))  # nothing ran for two weeks
        assert remind_due(clock.now) == 1
        assert remind_due(clock.now) == 0
        assert Request.objects.get().remind_on > clock.today


def test_the_accountant_hears_once_a_day_whom_to_call(world, clock, asked):
    clock.set(date(2026, 11, 25))
    with world.scope():
        first, second = asked(name="Alfa", words="A1"), asked(name="Beta", words="B1")
        reminded_days(clock, 20)
        [mail] = OutgoingMail.objects.filter(kind="escalated")
        assert mail.to_email == "els@van-damme.example"
        assert set(mail.about) == {str(first.pk), str(second.pk)}
        for words in ("Alfa", "Sofie Lemmens", world.newlogo.name, f"/requests/{first.pk}/"):
            assert words in mail.text, words
            assert words in mail.html, words
        assert mail not in [entry.mail for entry in thread(first, world.actor("els"))]
        # nothing new: no second mail; something new: a list of all
        clock.set(at(clock.today + timedelta(days=1)))
        remind_due(clock.now)
        assert OutgoingMail.objects.filter(kind="escalated").count() == 1
        third = asked(name="Gamma", words="C1")
        reminded_days(clock, 20)
        assert OutgoingMail.objects.filter(kind="escalated").count() == 2
        latest = OutgoingMail.objects.filter(kind="escalated").latest("created_at")
        assert set(latest.about) == {str(first.pk), str(second.pk), str(third.pk)}


def test_who_wants_no_list_gets_none_and_later_all_of_it(world, clock, asked):
    clock.set(date(2026, 11, 25))
    els = world.user("els")
    els.call_list = False
    els.save(update_fields=["call_list"])
    with world.scope():
        waiting = asked(name="Alfa", words="A1")
        reminded_days(clock, 20)
        waiting.refresh_from_db()
        assert waiting.escalated_on == date(2026, 12, 9)
        assert not OutgoingMail.objects.filter(kind="escalated").exists()
        els.call_list = True
        els.save(update_fields=["call_list"])
        clock.set(at(clock.today + timedelta(days=1)))
        remind_due(clock.now)
        assert OutgoingMail.objects.get(kind="escalated").about == [str(waiting.pk)]


def test_a_refused_address_ends_the_ladder_for_that_person(world, clock, asked):
    clock.set(date(2026, 11, 25))
    els = world.actor("els")
    with world.scope():
        requests = [asked(name="Alfa", words="A1"), asked(name="Beta", words="B1")]
        mail = OutgoingMail.objects.filter(kind="request").latest("created_at")
        clock.forward(minutes=5)
        OutgoingMail.objects.filter(pk=mail.pk).update(state="dead", bounced_at=clock.now)
        clock.set(at(clock.today, 21))  # the evening: nobody is reminded, and the refusal is seen all the same
        assert remind_due(clock.now) == 0
        for request in requests:
            request.refresh_from_db()
            assert request.remind_on is None
            assert state_of(request, clock.today).turn.value == "firm"
            assert "undeliverable" in {entry.event for entry in thread(request, els)}
        assert mail_trouble(requests)[requests[1].pk].pk == mail.pk
        assert remind_due(clock.now) == 0
        assert reminded_days(clock, 10) == []
        # another recipient: the ladder begins anew, also while the old refusal is still seen
        change_recipient(
            request=requests[1], recipient=Recipient(email="an@newlogo.example", name="An"), by=els, on=clock.today
        )
        remind_due(clock.now)
        requests[1].refresh_from_db()
        assert state_of(requests[1], clock.today).turn.value == "client"
        assert mail_trouble([requests[1]]) == {}


def test_the_bell_reaches_every_firm(real_db, world, clock):
    els = world.actor("els")
    with world.scope():
        line = Bank(world.newlogo, els).line()
        person = Recipient(email="sofie@newlogo.example", name="Sofie")
        ask(administration=world.newlogo, lines=[line], recipient=person, by=els, on=clock.today)
    clock.forward(days=3)
    assert ring_all_firms() == 2
    assert ring_all_firms() == 2
    with world.scope():
        assert OutgoingMail.objects.filter(kind="reminder").count() == 1
