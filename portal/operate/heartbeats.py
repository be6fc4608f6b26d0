"""Signs of life of the worker and the clock, in Redis: one hash, a field per process and machine, the second as value.

Redis holds hints only: without it nobody knows whether they live, and what waits in the outbox says the rest.
"""

import socket
from functools import lru_cache

import redis
from django.conf import settings

from portal.kernel.clock import now

KEY = "samen:heartbeats"
PATIENCE = 60  # seconds; they beat every two to five


@lru_cache(maxsize=4)
def _server(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def server() -> "redis.Redis":
    """Redis, with the patience of a probe."""
    return _server(settings.REDIS_URL)


def beat(who: str) -> None:
    """Say that `who` ("worker" or "clock") lives on this machine; silent when Redis does not answer."""
    try:
        server().hset(KEY, f"{who}@{socket.gethostname()}", str(int(now().timestamp())))
    except redis.RedisError:
        return


def ages() -> dict[str, int]:
    """Seconds since the last sign of each kind, on whatever machine. Raises redis.RedisError."""
    moment = int(now().timestamp())
    found: dict[str, int] = {}
    kept: dict[bytes, bytes] = server().hgetall(KEY)  # type: ignore[assignment]  # not the asynchronous one
    for field, value in kept.items():
        who = field.decode().partition("@")[0]
        found[who] = min(found.get(who, 1 << 31), max(0, moment - int(value)))
    return found
