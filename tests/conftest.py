"""Fixtures of every test. Read tests/cast.py for who is who; docs/tenancy.md for why the tests run as portal_app.

- ``db`` / ``@pytest.mark.django_db``: one transaction per test, rolled back. The cast is always there.
- ``real_db`` (or ``django_db(transaction=True)``, ``transactional_db``, ``live_server``): a database of its own,
  for commits, threads, kills and child processes. Nothing is ever truncated: the clone is dropped.
- ``world``: the cast, ready to act. ``clock``: the time stands still until moved.
- ``together``: threads that start at once, each with connections of its own.
- ``as_role("owner" | "ops" | "default")``: a plain psycopg2 connection to the database of the test.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import TransactionTestCase

from portal.kernel import clock as kernel_clock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=kernel_clock.BRUSSELS)  # a Monday
REAL = ("transactional_db", "live_server", "django_db_reset_sequences")
_numbers = count(1)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the cache of this process apart, and forbid TRUNCATE: portal_app may not, so nobody tries."""
    for entry in settings.CACHES.values():
        entry["KEY_PREFIX"] = f"test:{_worker()}:{os.getpid()}"
    TransactionTestCase._fixture_teardown = lambda self: None
    # tests serve static files from where they are written; nothing is collected
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give whoever needs real commits a database of its own, before anything else is set up."""
    names = getattr(item, "fixturenames", None)
    if names is None:
        return
    marker = item.get_closest_marker("django_db")
    transactional = marker is not None and bool(marker.kwargs.get("transaction") or (marker.args and marker.args[0]))
    if "real_db" in names:
        item.add_marker(pytest.mark.django_db(transaction=True, databases=["default", "owner", "ops"]), append=False)
    elif transactional or any(name in names for name in REAL):
        names.insert(0, "real_db")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the campaigns to `./run test --long`."""
    if os.environ.get("LONG") == "1":
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


# --- the network ---------------------------------------------------------------------------------------------------

LOCAL = ("127.0.0.1", "localhost", "::1", "0.0.0.0", "", None)
_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


class NetworkUsed(AssertionError):
    """A test tried to leave this machine."""


def _only_local(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in LOCAL and not str(name).startswith("127."):
        raise NetworkUsed(f"A test tried to reach {name}; tests stay on 127.0.0.1.")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Block every connection that leaves the machine, and every look-up of a name."""

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(self: socket.socket, target: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _only_local(target[0])
            return real(self, target)

        return act

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        _only_local(host)
        return _getaddrinfo(host, *rest, **more)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded(_connect))
    patch.setattr(socket.socket, "connect_ex", guarded(_connect_ex))
    patch.setattr(socket, "getaddrinfo", look_up)
    yield
    patch.undo()


# --- the database --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any) -> str:
    """The name of the migrated database with the cast in it, from which all others are copied."""
    from tests.database import ensure_template, sweep_orphans
    from tests.world import put_cast_on_stage

    with django_db_blocker.unblock():
        sweep_orphans()
        return ensure_template(put_cast_on_stage, again=request.config.getvalue("create_db"))


@pytest.fixture(scope="session")
def django_db_setup(template: str, django_db_blocker: Any) -> Iterator[None]:
    """Point every alias at a clone of this worker's own: made by portal_owner, entered as portal_app."""
    from tests.database import clone_name, cloned

    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(cloned(template, clone_name(_worker())))
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture
def real_db(template: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, with the cast in it; returns its name. Commits, threads and kills are welcome."""
    from tests.database import clone_name, cloned

    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(cloned(template, clone_name(_worker(), next(_numbers))))
        yield settings.DATABASES["default"]["NAME"]
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture
def as_role(django_db_setup: None) -> Iterator[Callable[[str], Any]]:
    """Open plain autocommit connections: as_role("ops").cursor() sees over every wall, outside Django."""
    from portal.runner.database import connect
    from tests.database import address

    opened: list[Any] = []

    def act(alias: str) -> Any:
        opened.append(connect(address(alias)))
        return opened[-1]

    yield act
    for handle in opened:
        handle.close()


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Leave nothing in Redis for the next test (only keys of this process; only when the cache was used)."""
    yield
    for cache in caches.all(initialized_only=True):
        backend = getattr(cache, "_cache", None)
        if backend is None or not hasattr(backend, "get_client"):
            cache.clear()
            continue
        server = backend.get_client(None, write=True)
        keys = list(server.scan_iter(match=f"{cache.key_prefix}:*", count=1000))
        if keys:
            server.delete(*keys)


# --- people and time -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def cast_snapshot(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The cast as it stands in every clone, read once."""
    from tests.world import Snapshot

    with django_db_blocker.unblock():
        return Snapshot()


@pytest.fixture
def world(cast_snapshot: Any, db: None) -> Any:
    """The cast: two firms, four administrations, everybody with a door or without one."""
    from tests.world import World

    return World(cast_snapshot)


class Clock:
    """The time of a test: stands still until moved. Only for this thread."""

    def __init__(self, at: datetime) -> None:
        self._stack = ExitStack()
        self.set(at)

    @property
    def now(self) -> datetime:
        """The moment it stands at, aware."""
        return kernel_clock.now()

    @property
    def today(self) -> date:
        """The day in Brussels."""
        return kernel_clock.today()

    def set(self, at: datetime | date) -> None:
        """Move to a moment, or to nine in the morning of a day (Brussels)."""
        moment = at if isinstance(at, datetime) else datetime.combine(at, time(9), kernel_clock.BRUSSELS)
        self._stack.close()
        self._stack.enter_context(kernel_clock.frozen(moment))

    def forward(self, **spans: float) -> None:
        """Move on: clock.forward(days=3, hours=2)."""
        self.set(self.now + timedelta(**spans))

    def let_go(self) -> None:
        """Give the real time back."""
        self._stack.close()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stop the time on Monday 23 November 2026, 9:00 in Brussels."""
    held = Clock(NOW)
    yield held
    held.let_go()


@pytest.fixture
def together(real_db: str, django_db_blocker: Any) -> Callable[..., list[Any]]:
    """Run `act(i)` in n threads that start at once; returns each result or the exception it raised."""

    def run(act: Callable[[int], Any], times: int) -> list[Any]:
        barrier = threading.Barrier(times)

        def one(number: int) -> Any:
            try:
                barrier.wait(30)
                return act(number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(times) as pool:
            futures = [pool.submit(one, number) for number in range(times)]
            return [future.exception(120) or future.result() for future in futures]

    return run
