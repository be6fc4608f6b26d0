"""A line, a count and a sign of life for every task: signals of Celery, so that no task needs to think of it."""

import logging
import time
from typing import Any

from celery import signals
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from portal.operate import heartbeats
from portal.operate.early import meet_database
from portal.operate.lines import about, present
from portal.operate.tally import tally

log = logging.getLogger("portal.tasks")
HEADER = "request_id"


class Queries:
    """Counts what is sent to the database while it is wrapped around the connection."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Count one statement and let it through."""
        self.number += 1
        return execute(sql, params, many, context)


class _Run:
    """One task being carried out."""

    def __init__(self, facts: dict[str, str]) -> None:
        self.began, self.queries, self.context = time.perf_counter(), Queries(), about(**facts)


_running: dict[str, _Run] = {}
_clock = {"here": False, "last": 0.0}


@signals.before_task_publish.connect
def _sent(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Let the id of the request travel with the bell; in the clock's process, a bell is a sign of life."""
    if headers is not None and HEADER in present():
        headers[HEADER] = present()[HEADER]
    if _clock["here"] and time.monotonic() - _clock["last"] > 2:
        _clock["last"] = time.monotonic()
        heartbeats.beat("clock")


@signals.beat_init.connect
def _clock_starts(**_: Any) -> None:
    _clock["here"] = True
    heartbeats.beat("clock")


@signals.worker_init.connect
def _worker_starts(**_: Any) -> None:
    try:
        meet_database()
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from None  # Celery would log any other exception and go on


@signals.heartbeat_sent.connect
def _worker_lives(**_: Any) -> None:
    heartbeats.beat("worker")


@signals.task_prerun.connect
def _begins(task_id: str = "", task: Any = None, kwargs: dict[str, Any] | None = None, **_: Any) -> None:
    ids = kwargs or {}
    facts = {
        "request_id": str(getattr(task.request, HEADER, None) or present().get(HEADER) or task_id),
        "firm": str(ids.get("firm_id", "")),
        "administration": str(ids.get("administration_id", "")),
    }
    run = _running[task_id] = _Run(facts)
    run.context.__enter__()
    connection.execute_wrappers.append(run.queries)


@signals.task_postrun.connect
def _ended(task_id: str = "", task: Any = None, retval: Any = None, state: str | None = None, **_: Any) -> None:
    run = _running.pop(task_id, None)
    if run is None:
        return
    if run.queries in connection.execute_wrappers:
        connection.execute_wrappers.remove(run.queries)
    seconds, state = time.perf_counter() - run.began, state or "FAILURE"  # none: it raised through an eager call
    tally.count("samen_tasks_total", task=task.name, state=state)
    tally.observe("samen_task_seconds", seconds, task=task.name)
    # rounds that found nothing to do come every five seconds: not worth a line
    level = logging.DEBUG if state == "SUCCESS" and not retval else logging.INFO
    result = retval if isinstance(retval, int | str) and state == "SUCCESS" else ""
    facts = {
        "task": task.name,
        "state": state,
        "result": result,
        "ms": round(seconds * 1000),
        "queries": run.queries.number,
    }
    log.log(level, "task", extra={"facts": facts})
    run.context.__exit__(None, None, None)
