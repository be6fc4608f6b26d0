"""The portal as `./run` starts it, for the journeys: real processes, on a clone of the test template."""

import json
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from psycopg2 import sql

from portal.runner.console import tail
from portal.runner.database import connect
from portal.runner.ports import free_port
from portal.runner.processes import Children, end_group
from portal.runner.start import SETTINGS, environment, launch, whereabouts
from tests.database import address

REDIS_NUMBER = 7  # a numbered database of the same Redis: the tests without a browser use 0
PATIENCE = 20.0
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def wait_until(found: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Ask again and again until the answer is something; returns it."""
    deadline = time.monotonic() + seconds
    while True:
        answer = found()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"After {seconds:.0f} s still no {what}.")
        time.sleep(0.1)


@dataclass(frozen=True)
class Serving:
    """A running portal: where it answers, and what one may ask about it from outside."""

    url: str
    state: Path
    children: Children

    def mails(self, to: str) -> list[dict[str, Any]]:
        """The mails that left to an address, newest first, as the mailbox of the sandbox shows them; no invitations."""
        with direct.open(f"{self.url}/sandbox/mail/?format=json&to={to}", timeout=20) as answer:
            found: list[dict[str, Any]] = json.load(answer)["mails"]
        return [mail for mail in found if "/uitnodiging/" not in mail["text"]]

    def mail(self, to: str, *, number: int = 1) -> dict[str, Any]:
        """The newest mail to an address, once there are (at least) so many."""
        return wait_until(lambda: len(found := self.mails(to)) >= number and found[0], f"mail {number} to {to}")

    def logs(self) -> str:
        """The end of every log, for a journey that failed."""
        found = [(path.name, tail(path, 25).strip()) for path in sorted((self.state / "log").glob("*.log"))]
        return "\n\n".join(f"--- {name}\n{text}" for name, text in found if text)


def redis_url() -> str:
    """The Redis of the tests, in a numbered database of the journeys' own."""
    return urlsplit(settings.REDIS_URL)._replace(path=f"/{REDIS_NUMBER}").geturl()


@contextmanager
def serving(state: Path) -> Iterator[Serving]:
    """Start the five processes on the database that is pointed at; stop them, and forget their files, afterwards."""
    (state / "log").mkdir(parents=True)
    port = free_port()
    own = {**whereabouts(state, port, free_port()), "REDIS_URL": redis_url(), "SECRET_KEY": settings.SECRET_KEY}
    own["DOCUMENT_ROOT"] = str(state / "documents")
    redis.Redis.from_url(redis_url()).flushdb()
    children = Children(state, environment(own, SETTINGS))
    found = Serving(own["BASE_URL"], state, children)
    before = settings.BASE_URL
    settings.BASE_URL = found.url
    try:
        launch(children, state, port)
        yield found
    finally:
        settings.BASE_URL = before
        for child in children.running:  # nothing here is worth a polite good-bye
            end_group(child.process.pid)
        children.stop()
        redis.Redis.from_url(redis_url()).flushdb()
        shutil.rmtree(state, ignore_errors=True)


TABLES = """
SELECT c.relname FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'firm_id' AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
# a Postgres from the packages is built without XML, so each table is asked by itself, not all through query_to_xml
CONTENT = "SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {} AS t"


def contents() -> dict[str, str]:
    """The number of rows and a hash of their content for every table with tenants in it, seen over all walls."""
    handle = connect(address("ops"))
    found = {}
    try:
        with handle.cursor() as cursor:
            cursor.execute(TABLES)
            for (table,) in cursor.fetchall():
                cursor.execute(sql.SQL(CONTENT).format(sql.Identifier(table)))
                found[table] = cursor.fetchone()[0]
        return found
    finally:
        handle.close()


def ask_ops(question: str, *values: Any) -> list[Any]:
    """Rows, seen over all walls."""
    handle = connect(address("ops"))
    try:
        with handle.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchall()
    finally:
        handle.close()


def still() -> None:
    """Wait until the portal has nothing left to do by itself: no mail on its way, no preview to make."""
    questions = (
        "SELECT count(*) FROM outbox_outgoingmail WHERE state IN ('queued', 'inflight')",
        "SELECT count(*) FROM documents_document WHERE preview = 'waiting'",
    )
    wait_until(lambda: all(ask_ops(question)[0][0] == 0 for question in questions), "rest", 30)
