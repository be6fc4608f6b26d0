"""`python -m portal.operate.pulse web|worker|clock`: exit 0 when that process lives on this machine. For containers.

Reads a socket or Redis and nothing of Django, so that it costs a tenth of a second and not two.
"""

import os
import socket
import sys

from redis import Redis, RedisError

from portal.kernel.clock import now

KEY = "samen:heartbeats"  # as portal.operate.heartbeats writes it
PATIENCE = 60  # seconds
REQUEST = b"GET /health/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"


def web(port: int) -> bool:
    """Whether `/health/` answers 200 on this machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=3) as line:
            line.sendall(REQUEST)
            return b" 200 " in line.recv(64).split(b"\r\n", 1)[0] + b" "
    except OSError:
        return False


def process(who: str, url: str) -> bool:
    """Whether the worker or the clock of this machine gave a sign within a minute."""
    try:
        said = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2).hget(
            KEY, f"{who}@{socket.gethostname()}"
        )
    except RedisError:
        return False
    return said is not None and now().timestamp() - int(said) < PATIENCE


def main(arguments: list[str]) -> int:
    """Answer with the exit code."""
    if arguments == ["web"]:
        return 0 if web(int(os.environ.get("PORT", "8000"))) else 1
    if arguments in (["worker"], ["clock"]):
        return 0 if process(arguments[0], os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")) else 1
    sys.stderr.write("web, worker or clock?\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
