"""kombu's transport for Redis, but a channel whose connection was closed says so as a lost connection.

kombu 5.7 looks up the address of a closed connection in nothing and raises AttributeError. Celery gives a bell back a
moment after taking it; when Redis goes away in that moment it expects a lost connection, and the whole worker ended
with "Unrecoverable error" instead of calling Redis again.
"""

from typing import Any

from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as Lost


class Channel(kombu_redis.Channel):
    """A channel that knows when its connection is gone."""

    def _connparams(self, asynchronous: bool = False) -> Any:
        if (
            getattr(self.connection, "client", None) is None
        ):  # a closed channel has no connection, a closed connection no client
            raise Lost("The connection of this channel was closed.")
        return super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]  # the stubs leave it out


class Transport(kombu_redis.Transport):
    """Redis with that channel."""

    Channel = Channel
