"""A line and a count per task, under the id of the request that rang for it."""

import json

import pytest
from celery import shared_task

from portal.operate import heartbeats, jobs
from portal.operate.lines import about
from portal.outbox.tasks import deliver, pump

pytestmark = pytest.mark.django_db


def test_a_task_says_whose_it_was_and_how_it_ended(world, lines, counted):
    ids = {"firm_id": str(world.firm.pk), "mail_id": "019ff000-0000-7000-8000-000000000000"}
    with about(request_id="from-the-web-1"):
        deliver.apply_async(kwargs=ids)
    [line] = [line for line in lines() if line["message"] == "task"]
    assert line["task"] == "portal.outbox.tasks.deliver"
    assert (line["state"], line["result"], line["firm"]) == ("SUCCESS", "not waiting", str(world.firm.pk))
    assert line["request_id"] == "from-the-web-1"
    assert line["queries"] >= 1
    assert counted()['samen_tasks_total{task="portal.outbox.tasks.deliver",state="SUCCESS"}'] == 1


def test_a_round_that_found_nothing_is_counted_and_not_told(lines, counted):
    pump.apply_async()
    assert [line for line in lines() if line["message"] == "task"] == []
    assert counted()['samen_tasks_total{task="portal.outbox.tasks.pump",state="SUCCESS"}'] == 1


def test_a_failure_is_counted_and_leaves_nothing_behind(lines, counted):
    @shared_task(name="tests.break_down")
    def break_down(**_):
        raise ValueError("for sofie@newlogo.example")

    with pytest.raises(ValueError, match="for"):
        break_down.apply_async()
    assert counted()['samen_tasks_total{task="tests.break_down",state="FAILURE"}'] == 1
    assert "sofie@" not in json.dumps(lines())
    assert jobs._running == {}


def test_the_id_of_the_request_travels_with_the_bell():
    headers = {}
    with about(request_id="from-the-web-2"):
        jobs._sent(headers=headers)
    assert headers == {"request_id": "from-the-web-2"}


def test_only_the_clock_gives_the_clocks_sign(monkeypatch):
    said = []
    monkeypatch.setattr(heartbeats, "beat", said.append)
    jobs._sent(headers={})
    assert said == []
    monkeypatch.setattr(jobs, "_clock", {"here": True, "last": 0.0})
    jobs._sent(headers={})
    jobs._sent(headers={})
    jobs._worker_lives()
    assert said == ["clock", "worker"]


def test_a_broken_redis_stops_nobody(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    heartbeats.beat("worker")
