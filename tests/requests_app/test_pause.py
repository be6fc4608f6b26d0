"""Letting reminders rest, and what goes out next."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.audit.models import Event
from portal.kernel.clock import BRUSSELS
from portal.outbox.models import OutgoingMail
from portal.people.access import system_actor
from requests_app.actions.answer import promise
from requests_app.actions.ask import Recipient, ask
from requests_app.actions.pause import pause_reminders, resume_reminders
from requests_app.actions.remind import remind_due
from requests_app.letters import preview_reminder
from requests_app.models import Pause
from requests_app.queries.pauses import pauses_of
from requests_app.queries.to_remind import to_remind
from requests_app.queries.upcoming import upcoming_of, upcoming_reminders
from requests_app.refusals import BadPauseDay, NothingPaused, PauseWithoutReason
from tests.requests_app.conftest import SOFIE, Bank

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 10, 5)


def at(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)


def reminded_on(clock, days):
    """Live through so many days; return those on which a reminder was queued."""
    found = []
    for _ in range(days):
        clock.set(at(clock.today))
        if remind_due(clock.now):
            found.append(clock.today)
        clock.set(clock.today + timedelta(days=1))
    return found


def test_a_paused_question_is_left_alone_and_goes_on_by_itself(world, clock, asked):
    els = world.actor("els")
    clock.set(MONDAY)
    with world.scope():
        request = asked()
        pause = {"administration": world.newlogo, "request": request, "by": els, "on": MONDAY}
        pause_reminders(until=date(2026, 10, 15), reason="Met verlof", **pause)
        # the first reminder would have been on Thursday 8
        assert reminded_on(clock, 12) == [date(2026, 10, 15)]
        request.refresh_from_db()
        assert request.reminders == 1


def test_a_paused_client_is_left_alone_until_somebody_resumes(world, clock, asked):
    els = world.actor("els")
    clock.set(MONDAY)
    with world.scope():
        asked()
        pause_reminders(administration=world.newlogo, until=None, reason="Overgenomen", by=els, on=MONDAY)
        assert reminded_on(clock, 30) == []
        resume_reminders(administration=world.newlogo, by=els, on=clock.today)
        assert len(reminded_on(clock, 3)) == 1


def test_another_client_of_the_same_reader_is_reminded_all_the_same(world, clock):
    els, both = world.actor("els"), Recipient(email="boekhouder@groep.example", name="Boekhouder")
    clock.set(MONDAY)
    with world.scope():
        for administration in (world.newlogo, world.bakery):
            line = Bank(administration, els).line(name=f"Leverancier {administration.code}")
            ask(administration=administration, lines=[line], recipient=both, by=els, on=MONDAY)
        pause_reminders(administration=world.newlogo, until=None, reason="Rustig", by=els, on=MONDAY)
        clock.set(at(MONDAY + timedelta(days=3)))
        assert remind_due(clock.now) == 1
        mail = OutgoingMail.objects.get(kind="reminder")
        assert "Leverancier 10002" in mail.text
        assert "Leverancier 10001" not in mail.text
        assert to_remind([world.newlogo], clock.today).left[0].reason == "paused"


def test_a_newer_pause_replaces_the_older_and_each_is_one_event(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        request = asked()
        before = Event.objects.count()
        pause = {"administration": world.newlogo, "request": request, "by": els, "on": clock.today}
        pause_reminders(until=None, reason="Een", **pause)
        day = clock.today + timedelta(days=9)
        pause_reminders(until=day, reason="Twee", **pause)
        assert Event.objects.count() == before + 2
        assert [(one.reason, one.until) for one in pauses_of([request], clock.today).values()] == [("Twee", day)]
        assert pauses_of([request], day) == {}
        resume_reminders(**pause)
        with pytest.raises(NothingPaused):
            resume_reminders(**pause)


def test_refusals(world, clock, asked):
    els = world.actor("els")
    with world.scope():
        pause = {"administration": world.newlogo, "request": asked(), "by": els, "on": clock.today}
        with pytest.raises(PauseWithoutReason):
            pause_reminders(until=None, reason=" ", **pause)
        for day in (clock.today, clock.today + timedelta(days=400)):
            with pytest.raises(BadPauseDay):
                pause_reminders(until=day, reason="Verlof", **pause)
        assert not Pause.objects.exists()
        made = pause_reminders(until=None, reason="Verlof", **pause)
        made.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            Pause.objects.bulk_create([Pause(**{**fields(made), "reason": "Nog eens"})])


def fields(row):
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields if each.name != "id"}


def test_the_preview_is_what_goes_out(world, clock, asked):
    """Day, people, questions and words of the preview against the mail of the ladder itself."""
    clock.set(at(MONDAY))
    with world.scope():
        first = asked(name="Exact Software")
        second = asked(name="Proximus", amount="-20.00")
        promise(request=second, until=date(2026, 10, 20), by=world.actor("sofie"), on=MONDAY)
        [following] = upcoming_reminders(clock.now)
        assert (following.day, following.number, following.requests) == (date(2026, 10, 8), 1, (first,))
        assert upcoming_of(SOFIE.email.upper(), clock.now) == following
        system = system_actor(world.firm.pk)
        clock.set(at(following.day))
        subject, text, html = preview_reminder(requests=following.requests, by=system, on=following.day)
        assert not OutgoingMail.objects.filter(kind="reminder").exists()
        assert remind_due(clock.now) == 1
        mail = OutgoingMail.objects.get(kind="reminder")
        link = mail.text[mail.text.index("{{") : mail.text.index("}}") + 2]
        assert (subject, text, html) == (mail.subject, mail.text.replace(link, "#"), mail.html.replace(link, "#"))
        assert "{{" not in text + html
        # after today's mail comes the next step, never a second one today
        assert upcoming_reminders(clock.now)[0].day == date(2026, 10, 12)


def test_what_rests_is_planned_for_its_day_or_not_at_all(world, clock, asked):
    els = world.actor("els")
    clock.set(at(MONDAY))
    with world.scope():
        request = asked()
        pause = {"administration": world.newlogo, "request": request, "by": els, "on": MONDAY}
        pause_reminders(until=date(2026, 10, 17), reason="Verlof", **pause)
        # a Saturday: the Monday after
        assert [one.day for one in upcoming_reminders(clock.now, world.newlogo)] == [date(2026, 10, 19)]
        pause_reminders(until=None, reason="Verlof", **pause)
        assert upcoming_reminders(clock.now) == []


def test_too_late_for_today_is_tomorrow(world, clock, asked):
    clock.set(at(MONDAY))
    with world.scope():
        asked()
        clock.set(at(date(2026, 10, 8), 19))
        assert [one.day for one in upcoming_reminders(clock.now)] == [date(2026, 10, 9)]
