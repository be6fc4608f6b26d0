"""What must be filed by when, and what the cockpit says of it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounting import tasks
from accounting.actions.administrations import NewAdministration, start_administration
from accounting.actions.obligations import ensure_obligations, mark_all_done, mark_done, undo_done
from accounting.deadlines import deadlines_around, last_known_period
from accounting.models import Obligation
from accounting.queries.obligations import obligation_state, obligations_of, open_obligations
from portal.accountant.cockpit_rows import rows
from portal.audit.models import Event
from portal.tenancy.models import Administration

TODAY = date(2026, 11, 23)


def listed(country: str, rhythm: str, day: date = TODAY) -> list[tuple[str, str, str]]:
    return [(one.kind, one.period, one.due_on.isoformat()) for one in deadlines_around(day, country, rhythm)]


def test_quarterly_in_belgium():
    returns = [one for one in listed("BE", "quarterly") if one[0] == "vat_return"]
    assert returns == [
        ("vat_return", "2026-Q2", "2026-07-25"),
        ("vat_return", "2026-Q3", "2026-10-25"),
        ("vat_return", "2026-Q4", "2027-01-25"),
        ("vat_return", "2027-Q1", "2027-04-25"),
        ("vat_return", "2027-Q2", "2027-07-25"),
    ]
    others = [one for one in listed("BE", "quarterly") if one[0] != "vat_return"]
    assert ("ec_sales_list", "2026-Q4", "2027-01-25") in others
    assert [one for one in others if one[0] == "customer_listing"] == [
        ("customer_listing", "2025", "2026-03-31"),
        ("customer_listing", "2026", "2027-03-31"),
    ]


def test_monthly_takes_the_shifted_day():
    found = listed("BE", "monthly")
    assert ("vat_return", "2026-11", "2026-12-21") in found, "20 December 2026 is a Sunday"
    assert [one[1] for one in found if one[0] == "vat_return"] == [
        "2026-09", "2026-10", "2026-11", "2026-12", "2027-01",
    ]  # fmt: skip


def test_the_exempt_and_the_dutch():
    assert {one[0] for one in listed("BE", "exempt")} == {"customer_listing"}
    assert listed("NL", "exempt") == []
    assert ("vat_return", "2026-Q4", "2027-01-31") in listed("NL", "quarterly")
    assert ("ec_sales_list", "2026-Q4", "2027-01-31") in listed("NL", "quarterly")


def test_the_table_reaches_beyond_next_year():
    """Fails a year before the dates run out: extend accounting/data/vat_deadlines.csv then."""
    assert last_known_period() >= f"{date.today().year + 1}-01"  # noqa: DTZ011  (the real calendar is meant)


def test_ensuring_twice_adds_nothing(world):
    with world.scope(world.newlogo):
        assert ensure_obligations(administration=world.newlogo, today=TODAY) == 12
        assert ensure_obligations(administration=world.newlogo, today=TODAY) == 0
        assert ensure_obligations(administration=world.newlogo, today=date(2027, 1, 4)) == 3
        with pytest.raises(IntegrityError), transaction.atomic():
            Obligation.objects.create(
                firm_id=world.newlogo.firm_id, administration=world.newlogo, kind="vat_return", period="2026-Q4",
                due_on=TODAY,
            )  # fmt: skip


def test_what_was_due_before_a_client_came_is_not_ours(world, clock):
    clock.set(TODAY)
    new = NewAdministration(name="Nieuw", code="90001", enterprise_number="", country="BE", vat_rhythm="quarterly")
    with world.scope(world.firm):
        books = start_administration(firm=world.firm, new=new, first_year=2026, by=world.actor("els"), on=TODAY)
        Administration.objects.filter(pk=books.pk).update(created_at=clock.now)
        assert Obligation.objects.filter(administration=books).count() == 7
    tasks.ensure_obligations()
    with world.scope(books):
        assert not Obligation.objects.filter(administration=books, due_on__lt=TODAY).exists()
        assert obligations_of(books).first().period == "2026-Q4"


def test_done_is_said_by_a_person_and_can_be_taken_back(world):
    els = world.actor("els")
    with world.scope(world.newlogo):
        ensure_obligations(administration=world.newlogo, today=TODAY)
        obligation = Obligation.objects.get(kind="vat_return", period="2026-Q3")
        assert obligation_state(obligation, TODAY) == "late"
        assert obligation_state(obligation, date(2026, 10, 25)) == "due_soon"
        assert obligation_state(obligation, date(2026, 10, 11)) == "due_soon"
        assert obligation_state(obligation, date(2026, 10, 10)) == "on_track"
        done = mark_done(obligation=obligation, by=els, on=TODAY)
        assert mark_done(obligation=obligation, by=world.actor("system"), on=TODAY).done_by_id == els.user_id
        assert obligation_state(done, TODAY) == "done"
        assert done not in open_obligations(world.newlogo)
        assert done in obligations_of(world.newlogo)
        undo_done(obligation=done, by=els, on=TODAY)
        assert undo_done(obligation=done, by=els, on=TODAY).done_at is None
        assert Event.objects.filter(what__startswith="obligation.").count() == 2


def test_a_batch_of_filings_is_done_in_one_event_and_only_its_own(world):
    els, joke = world.actor("els"), world.actor("joke")
    with world.scope(world.firm):
        for administration in (world.newlogo, world.bakery):
            ensure_obligations(administration=administration, today=TODAY)
        mine = list(Obligation.objects.filter(administration=world.newlogo, due_on__lt=TODAY))
        foreign = Obligation.objects.filter(administration=world.bakery).first()
        mark_done(obligation=mine[0], by=joke, on=TODAY)
        wanted = [one.pk for one in (*mine, foreign)]
        done = mark_all_done(administration=world.newlogo, obligations=wanted, by=els, on=TODAY)
        assert done == len(mine) - 1
        assert mark_all_done(administration=world.newlogo, obligations=wanted, by=els, on=TODAY) == 0
        assert Event.objects.filter(what="obligations.done").count() == 1
        said = {one.done_by_id for one in Obligation.objects.filter(pk__in=[one.pk for one in mine])}
        assert said == {els.user_id, joke.user_id}
        foreign.refresh_from_db()
        assert foreign.done_at is None


def test_the_cockpit_speaks_of_the_filing_that_asks_for_work(world):
    def row(day: date = TODAY) -> tuple[object, ...]:
        one = rows(day).get(pk=world.newlogo.pk)
        return (one.vat_period, one.vat_due_on, one.vat_done)

    with world.scope(world.firm):
        assert row() == (None, None, None)
        ensure_obligations(administration=world.newlogo, today=TODAY)
        returns = {one.period: one for one in Obligation.objects.filter(kind="vat_return")}
        assert row() == ("2026-Q2", date(2026, 7, 25), False)
        mark_done(obligation=returns["2026-Q2"], by=world.actor("els"), on=TODAY)
        assert row() == ("2026-Q3", date(2026, 10, 25), False)
        mark_done(obligation=returns["2026-Q3"], by=world.actor("els"), on=TODAY)
        assert row() == ("2026-Q3", date(2026, 10, 25), True)
        assert row(date(2027, 1, 2)) == ("2026-Q4", date(2027, 1, 25), False)


def test_the_nightly_task_serves_every_firm(world, clock):
    assert set(tasks.every_firm()) == {world.firm.pk, world.other_firm.pk}
    assert tasks.ensure_obligations() > 12
    assert tasks.ensure_obligations() == 0
    with world.scope(world.newlogo):
        assert Obligation.objects.exists()
    with world.scope(world.bikes):
        assert Obligation.objects.exists()
