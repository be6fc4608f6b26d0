"""Alive, ready, degraded or not; figures for whom they are meant."""

import json
from datetime import timedelta

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from portal.kernel.clock import now
from portal.operate import heartbeats, probes, tally
from portal.outbox.models import OutgoingMail

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "10.0.0.9"}


@pytest.fixture
def alive(monkeypatch):
    """Worker and clock have just given a sign; under a key of this test alone."""
    monkeypatch.setattr(heartbeats, "KEY", f"test:heartbeats:{now().timestamp()}")
    heartbeats.beat("worker")
    heartbeats.beat("clock")
    yield
    heartbeats.server().delete(heartbeats.KEY)


def ask(client, address="/ready/"):
    answer = client.get(address)
    return answer.status_code, json.loads(answer.content)


def test_health_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/", headers={"Host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert answer["Cache-Control"] == "no-store"
    assert client.post("/health/").status_code == 405


def test_ready_when_everything_answers(client, alive):
    code, said = ask(client)
    assert (code, said["status"]) == (200, "ready")
    assert said["parts"]["database"] == {"ok": True, "role": "portal_app"}
    assert said["parts"]["migrations"] == {"ok": True, "waiting": 0}
    assert set(said["parts"]) == {"database", "migrations", "redis", "worker", "clock", "outbox"}


def test_a_silent_worker_or_clock_is_degraded_and_strict_says_so(client, alive, monkeypatch):
    heartbeats.server().hdel(heartbeats.KEY, *heartbeats.server().hkeys(heartbeats.KEY))
    assert ask(client)[1]["parts"]["worker"] == {"ok": False, "seconds_ago": None}
    heartbeats.beat("worker")
    code, said = ask(client)
    assert (code, said["status"], said["parts"]["worker"]["ok"]) == (200, "degraded", True)
    assert ask(client, "/ready/?strict")[0] == 503
    heartbeats.server().hset(heartbeats.KEY, "clock@other-machine", str(int(now().timestamp()) - 61))
    assert ask(client)[1]["parts"]["clock"] == {"ok": False, "seconds_ago": 61}


def test_redis_away_is_said_and_no_reason_to_stop(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    code, said = ask(client)
    assert (code, said["status"], said["parts"]["redis"]) == (200, "degraded", {"ok": False})


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (OperationalError("no route to postgresql://u:secret@h"), "no answer"),
        (ImproperlyConfigured("x"), "the role is above row-level security"),
    ],
)
def test_without_a_database_nothing_is_served(client, alive, monkeypatch, failure, why):
    def refuse(*_a):
        raise failure

    monkeypatch.setattr(probes.connection, "cursor", refuse)
    code, said = ask(client)
    assert (code, said["status"], said["parts"]["database"]) == (503, "not ready", {"ok": False, "why": why})
    assert "secret" not in json.dumps(said)


def test_a_migration_that_waits_keeps_the_newcomer_out(client, alive, monkeypatch):
    monkeypatch.setattr(probes, "_on_disk", lambda: frozenset({("outbox", "0999_not_yet")}))
    code, said = ask(client)
    assert (code, said["parts"]["migrations"]) == (503, {"ok": False, "waiting": 1})


def test_a_mail_that_waits_too_long_shows(client, world, alive, clock):
    clock.let_go()
    with world.scope():
        send_one(world)
        OutgoingMail.objects.update(due_at=now() - timedelta(minutes=3))
    said = ask(client)[1]
    assert said["status"] == "degraded"
    assert said["parts"]["outbox"]["due"] == 1
    assert 180 <= said["parts"]["outbox"]["oldest_seconds"] < 200


def send_one(world):
    OutgoingMail.objects.create(
        firm_id=world.firm.pk,
        kind="probe",
        dedup_key="probe",
        to_email="a@b.example",
        from_name="Els",
        language="nl",
        subject="s",
        text="t",
        html="h",
        due_at=now(),
        created_at=now(),
    )


# --- figures ---------------------------------------------------------------------------------------------------------


def test_figures_are_for_this_machine_or_the_holder_of_the_token(client, counted, settings):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", **ELSEWHERE).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404
    settings.METRICS_TOKEN = "figures-for-prometheus"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer figures-for-prometheuS"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer figures-for-prometheus"}, **ELSEWHERE)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")


def test_requests_are_counted_by_route_and_status(client, counted, alive):
    client.get("/accounts/login/")
    client.get("/accounts/login/")
    client.get("/nowhere/")
    client.get("/health/")
    text = client.get("/metrics").content.decode()
    assert 'samen_requests_total{route="account_login",method="GET",status="200"} 2\n' in text
    assert 'samen_requests_total{route="",method="GET",status="404"} 1\n' in text
    assert 'samen_request_seconds_bucket{route="account_login",le="+Inf"} 2\n' in text
    assert 'samen_request_seconds_count{route="account_login"} 2\n' in text
    assert 'route="health"' not in text
    assert "# TYPE samen_request_seconds histogram\n" in text
    assert "samen_outbox_due 0\n" in text
    assert "samen_database_up 1\n" in text
    assert 'samen_heartbeat_seconds{who="worker"} ' in text
    for line in text.splitlines():
        assert line.startswith("# ") or line.rpartition(" ")[2].replace(".", "").replace("e-", "").isdigit(), line


def test_every_family_is_told_once_and_together(client, counted):
    client.get("/accounts/login/")
    client.get("/nowhere/")
    names = [
        line.split()[2] for line in client.get("/metrics").content.decode().splitlines() if line.startswith("# TYPE")
    ]
    assert len(names) == len(set(names))


def test_processes_add_up_and_those_that_are_gone_stay_counted(counted, tmp_path, monkeypatch):
    tally.tally.count("samen_tasks_total", task="a", state="SUCCESS")
    folder = tmp_path / "metrics"
    folder.mkdir(exist_ok=True)
    key = 'samen_tasks_total{task="a",state="SUCCESS"}'
    (folder / "other-1-aa.json").write_text(json.dumps({key: 4}))
    (folder / "broken.json").write_text("{")
    assert tally.total()[key] == 5
    monkeypatch.setattr(tally, "_is_gone", lambda path: path.name == "other-1-aa.json")
    assert tally.total()[key] == 5
    assert not (folder / "other-1-aa.json").exists()
    assert tally.total()[key] == 5
    assert not list(folder.glob(".*.json"))


def test_redis_and_database_away_are_figures_too(client, counted, monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    text = client.get("/metrics").content.decode()
    assert "samen_redis_up 0\n" in text
    assert issubclass(redis.ConnectionError, redis.RedisError)
