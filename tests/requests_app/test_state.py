"""The rule of whose turn it is: in Python, in SQL, and in what screens may offer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.actions.answer import answer_with_document, answer_without, promise, withdraw_answer
from requests_app.actions.close import close_request, reopen_request
from requests_app.actions.talk import comment
from requests_app.ladder import STEPS, next_step
from requests_app.models import Request
from requests_app.queries.cockpit import cockpit_counts
from requests_app.queries.requests import RequestFilter, request_count, request_list
from requests_app.queries.state import annotated_state, with_state
from requests_app.refusals import AlreadyHandled, BadPromise, NotClosed, NothingToWithdraw
from requests_app.state import Act, Facts, Turn, compute, offers, state_of
from tests.requests_app.conftest import new_document

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
MOMENTS = st.builds(lambda day, hour: datetime.combine(day, hour, UTC), DAYS, st.times())
FACTS = st.builds(
    Facts,
    asked_at=MOMENTS,
    turn_returned_at=st.none() | MOMENTS,
    answered_at=st.none() | MOMENTS,
    promised_at=MOMENTS,
    promised_until=st.none() | DAYS,
    escalated_on=st.none() | DAYS,
    closed_at=st.none() | MOMENTS,
)


@given(FACTS, DAYS)
def test_nothing_is_offered_that_is_done(facts, today):
    state = compute(facts, today)
    client, firm = offers(state, "client"), offers(state, "firm")
    if facts.closed_at:
        assert state.turn is Turn.NOBODY
        assert not state.late
        assert client == frozenset()
        assert firm == {Act.REOPEN, Act.NOTE}
    else:
        assert Act.CLOSE in firm
        assert Act.REOPEN not in firm
        assert (Act.ANSWER in client) != (facts.answered_at is not None)
        assert (Act.WITHDRAW_ANSWER in client) == (facts.answered_at is not None)
        assert Act.ANSWER not in firm or facts.answered_at is None
        assert Act.NOTE not in client
    if facts.answered_at and not facts.closed_at:
        assert state.turn is Turn.FIRM


@given(DAYS, st.integers(0, 3), st.integers(0, 40), st.sampled_from(["BE", "NL"]))
def test_the_ladder_climbs_forward_on_working_days(base, sent, passed, country):
    on = base + timedelta(days=passed)
    day = next_step(base, sent, on, country)
    if sent == len(STEPS):
        assert day is None
    else:
        assert day > on
        assert day.weekday() < 5
        assert day >= base + timedelta(days=STEPS[sent])


ACTS = ("document", "private", "words", "promise", "withdraw", "comment", "note", "close", "reopen", "wait")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_sql_says_the_same_as_python_along_any_road(world, clock, asked, seed):
    import random

    rng = random.Random(seed)
    sofie, els = world.actor("sofie"), world.actor("els")
    with world.scope():
        requests = [asked(name=f"Leverancier {number}", words=f"R{number}") for number in range(4)]
        document = new_document(world.newlogo, sofie, f"d{seed}")
        for step in range(60):
            request, what = rng.choice(requests), rng.choice(ACTS)
            clock.forward(minutes=1)
            act = {"request": request, "on": clock.today}
            try:
                if what == "document":
                    answer_with_document(documents=[document], by=sofie, **act)
                elif what in ("private", "words"):
                    answer_without(kind=what, text=f"{step}", by=sofie, **act)
                elif what == "promise":
                    promise(until=clock.today + timedelta(days=rng.randint(-1, 20)), by=sofie, **act)
                elif what == "withdraw":
                    withdraw_answer(by=sofie, **act)
                elif what in ("comment", "note"):
                    comment(
                        text=f"{step}",
                        by=rng.choice([sofie, els]) if what == "comment" else els,
                        internal=what == "note",
                        **act,
                    )
                elif what == "close":
                    close_request(outcome=rng.choice(["booked", "not_needed"]), by=els, **act)
                elif what == "reopen":
                    reopen_request(by=els, **act)
                else:
                    clock.forward(days=rng.randint(1, 9))
            except (AlreadyHandled, BadPromise, NotClosed, NothingToWithdraw):
                pass
            for row in with_state(Request.objects.all(), clock.today):
                assert annotated_state(row) == state_of(row, clock.today)
        columns = next(iter(cockpit_counts(clock.today).filter(administration=world.newlogo.pk)), {})
        for turn in ("client", "firm"):
            number = columns.get(f"questions_{turn}", 0)
            wanted = RequestFilter(turn=turn, administration_id=world.newlogo.pk)
            assert request_count(wanted, clock.today) == number == len(request_list(wanted, clock.today).rows)
        assert request_count(RequestFilter(late=True), clock.today) == columns.get("questions_late", 0)


@pytest.mark.django_db
def test_pages_of_requests_neither_skip_nor_repeat(world, clock, asked, django_assert_max_num_queries):
    with world.scope():
        made = [asked(name=f"L{number}", words=f"R{number}").pk for number in range(7)]
        seen, before = [], ""
        while True:
            with django_assert_max_num_queries(2):
                page = request_list(RequestFilter(before=before), clock.today, size=3)
            seen += [row.pk for row in page.rows]
            if not page.next:
                break
            before = page.next
        assert seen == made[::-1]
        assert len(request_list(RequestFilter(before="bent_cursor"), clock.today).rows) == 7
