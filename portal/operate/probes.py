"""Is it alive, can it serve, and how much: three addresses for machines, answered before hosts and https are judged.

A probe comes over plain http and by an address of its own, so these cannot stand behind the usual middleware. They
say numbers and words of ours only.
"""

import hmac
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from portal.kernel.clock import now
from portal.operate import heartbeats, tally

LATE = 120  # seconds a mail may be due before that is worth a look: the clock comes by every five
Part = dict[str, Any]
HELP = {
    "samen_requests_total": ("counter", "Requests by route, method and status."),
    "samen_request_seconds": ("histogram", "Time to answer by route."),
    "samen_tasks_total": ("counter", "Tasks by name and how they ended (FAILURE: look in the log)."),
    "samen_task_seconds": ("histogram", "Time a task took."),
    "samen_outbox_due": ("gauge", "Mails due and not yet taken."),
    "samen_outbox_oldest_seconds": ("gauge", "Age of the mail that is due longest."),
    "samen_outbox_inflight": ("gauge", "Mails being handed to the mail server."),
    "samen_statements": ("gauge", "Imported bank statements by state."),
    "samen_heartbeat_seconds": ("gauge", "Seconds since the last sign of life."),
    "samen_database_up": ("gauge", "1: the database answers."),
    "samen_redis_up": ("gauge", "1: Redis answers."),
}


class Probes:
    """Answers the three addresses itself, whatever host was named."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass the request on."""
        view = VIEWS.get(request.path_info)
        if view is None:
            return self.get_response(request)
        response = view(request)
        response["Cache-Control"] = "no-store"
        return response


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process lives. Looks at nothing else: a database that is away is no reason to kill it."""
    return JsonResponse({"status": "alive"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve: 503 without a database of the right shape.

    What only delays (Redis, worker, clock, mails that wait) makes it "degraded", still 200: taking every web server
    out because a worker died would turn a delay into a failure. A monitor asks `/ready/?strict`: 503 for that too.
    """
    parts = {"database": _database(), "redis": {"ok": True}}
    if parts["database"]["ok"]:
        parts |= {"migrations": _migrations(), "outbox": _outbox()}
    try:
        ages = heartbeats.ages()
    except (redis.RedisError, ValueError):
        ages, parts["redis"] = {}, {"ok": False}
    for who in ("worker", "clock"):
        age = ages.get(who)
        parts[who] = {"ok": age is not None and age <= heartbeats.PATIENCE, "seconds_ago": age}
    can_serve = parts["database"]["ok"] and parts["migrations"]["ok"]
    status = "not ready" if not can_serve else "ready" if all(part["ok"] for part in parts.values()) else "degraded"
    refused = not can_serve or (status != "ready" and "strict" in request.GET)
    return JsonResponse({"status": status, "parts": parts}, status=503 if refused else 200)


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user::text")
            row = cursor.fetchone()
    except ImproperlyConfigured:
        connection.close()
        return {"ok": False, "why": "the role is above row-level security"}
    except DatabaseError:
        connection.close()
        return {"ok": False, "why": "no answer"}
    return {"ok": True, "role": row[0] if row else ""}


@lru_cache(maxsize=1)
def _on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _migrations() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            waiting = len(_on_disk() - set(cursor.fetchall()))
    except DatabaseError:
        return {"ok": False, "why": "no table of migrations"}
    return {"ok": waiting == 0, "waiting": waiting}


def _outbox() -> Part:
    try:
        due, oldest, inflight = _depth()
    except DatabaseError:
        return {"ok": False, "why": "not migrated"}
    return {"ok": oldest <= LATE, "due": due, "oldest_seconds": oldest, "inflight": inflight}


def _depth() -> tuple[int, int, int]:
    """Mails due, the age of the oldest in seconds, mails being sent. Raises DatabaseError."""
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT due, oldest, inflight FROM outbox_depth(%s)", [moment])
        due, oldest, inflight = cursor.fetchone()
    since: datetime = oldest or moment
    return due, int((moment - since).total_seconds()), inflight


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in the text format of Prometheus; for the holder of METRICS_TOKEN, else for this machine alone."""
    if not _may_read(request):
        return HttpResponse(status=404)
    found = {**tally.total(), **_measured()}
    text, last = [], ""
    for key in sorted(found, key=_place):
        family = _family(key)
        if family != last and family in HELP:
            kind, says = HELP[family]
            text += [f"# HELP {family} {says}", f"# TYPE {family} {kind}"]
        last = family
        text.append(f"{key} {found[key]:.12g}")
    return HttpResponse("\n".join(text) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # behind a proxy everybody comes from this machine: what was forwarded is from outside
    forwarded = request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded")
    return not forwarded and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")


def _place(key: str) -> tuple[str, str]:
    return _family(key), key


def _family(key: str) -> str:
    name = key.partition("{")[0]
    for ending in ("_bucket", "_count", "_sum"):
        if name.removesuffix(ending) in HELP:
            return name.removesuffix(ending)
    return name


def _measured() -> dict[str, float]:
    """What is asked at the moment itself; a part that does not answer is left out and says 0 up."""
    found: dict[str, float] = {"samen_database_up": 0, "samen_redis_up": 0}
    try:
        due, oldest, inflight = _depth()
        with connection.cursor() as cursor:
            cursor.execute("SELECT state, number FROM statements_counted()")
            states = cursor.fetchall()
        found |= {
            "samen_database_up": 1,
            "samen_outbox_due": due,
            "samen_outbox_oldest_seconds": oldest,
            "samen_outbox_inflight": inflight,
        }
        found |= {tally.series("samen_statements", state=state): number for state, number in states}
    except (DatabaseError, ImproperlyConfigured):
        connection.close()
    try:
        for who, age in heartbeats.ages().items():
            found[tally.series("samen_heartbeat_seconds", who=who)] = age
        found["samen_redis_up"] = 1
    except (redis.RedisError, ValueError):
        pass
    return found


VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/health/": health, "/ready/": ready, "/metrics": metrics}
