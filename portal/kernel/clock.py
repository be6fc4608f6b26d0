"""The only place that reads the system clock. Verbs get their date passed in; screens and tasks ask
here.

Tests and the demo set the time for their own thread or task with :func:`frozen`; nothing else
moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = {"BE": BRUSSELS, "NL": AMSTERDAM}

_frozen_at: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen_at.get() or datetime.now(UTC)


def zone(country: str = "BE") -> ZoneInfo:
    """The time zone people of `country` (ISO 3166, "BE" or "NL") live in; Brussels for any other
    country."""
    return ZONES.get(country, BRUSSELS)


def local_now(country: str = "BE") -> datetime:
    """The present moment on the wall clock of `country`, aware."""
    return now().astimezone(zone(country))


def today(country: str = "BE") -> date:
    """Today's date on the wall calendar of `country`."""
    return local_now(country).date()


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Let `now()` be `at` (aware, else ValueError) inside the block, for this thread or async task
    only."""
    if at.tzinfo is None:
        raise ValueError("frozen() needs an aware datetime")
    moment = at.astimezone(UTC)
    token = _frozen_at.set(moment)
    try:
        yield moment
    finally:
        _frozen_at.reset(token)
