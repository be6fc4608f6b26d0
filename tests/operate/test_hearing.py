"""A worker that hears its queues no more ends itself; one that is busy, idle or without its broker does not."""

import os
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from celery import Celery
from django.conf import settings

from portal.operate.hearing import EXIT, Ear
from portal.runner.bootstrap import PYTHON

QUEUES = ("mail", "pdf", "feeds", "ledger")


def judged(*looks):
    """The judgement at each look: (waiting, accepted, at work, second)."""
    ear = Ear(idle=40, busy=340)
    return [ear.is_deaf(waiting=w, accepted=a, at_work=b, at=float(s)) for w, a, b, s in looks]


def test_bells_that_wait_at_idle_hands():
    assert judged((3, 7, False, 0), (3, 7, False, 5), (3, 7, False, 45), (4, 7, False, 46)) == [
        False,
        False,
        False,
        True,
    ]


def test_a_bell_that_is_taken_begins_the_wait_anew():
    assert (
        judged((3, 7, False, 0), (3, 7, False, 5), (3, 8, False, 44), (3, 8, False, 50), (3, 8, False, 89))
        == [False] * 5
    )


def test_silence_is_no_deafness():
    assert judged((0, 7, False, 0), (0, 7, False, 900), (1, 7, False, 905)) == [False] * 3


def test_busy_hands_may_take_as_long_as_a_task_may():
    assert judged((9, 7, True, 0), (9, 7, True, 5), (9, 7, True, 300), (9, 7, True, 350)) == [False, False, False, True]


@pytest.fixture
def broker():
    """A numbered database of Redis of this test's own."""
    url = urlsplit(settings.REDIS_URL)._replace(path="/13").geturl()
    found = redis.Redis.from_url(url)
    found.flushdb()
    yield url, found
    found.flushdb()
    found.close()


def test_a_deaf_worker_ends_itself(broker, tmp_path):
    url, store = broker
    variables = os.environ | {"REDIS_URL": url, "WORKER_DEAF_AFTER": "4", "STATE_DIR": str(tmp_path)}
    variables["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    words = ["-m", "celery", "--quiet", "-A", "portal", "worker", "-c", "1", "-l", "WARNING", "--without-gossip"]
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        worker = subprocess.Popen(
            [str(PYTHON), *words], cwd=Path(__file__).parents[2], env=variables, stdout=out, stderr=out
        )
    try:
        office = Celery("ear", broker=url)
        control = office.control
        _until(lambda: control.ping(timeout=1), worker, log)
        office.send_task("tests.nobody_knows_it", queue="mail")  # it hears, and throws away what it does not know
        _until(lambda: not store.llen("mail"), worker, log)
        for queue in QUEUES:
            control.cancel_consumer(queue, reply=True)
        office.send_task("tests.nobody_comes", queue="mail")
        assert worker.wait(60) == EXIT
        assert "hears its queues no more" in log.read_text()
    finally:
        if worker.poll() is None:
            worker.kill()
        worker.wait(10)


def _until(true, worker, log):
    deadline = time.monotonic() + 60
    while not true():
        assert worker.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
