"""A worker that is alive but hears nothing any more ends itself, so that whoever watches over it starts it again.

After its connection with Redis was lost a worker may come back without listening to its queues (celery/celery #8030,
#8091, #9054, mended upstream more than once). Mails then wait although everything looks alive. The sign: bells lie in
one of its queues and it takes none of them, longer than a busy worker would need.
"""

import logging
import os
import signal
import threading
import time
from dataclasses import dataclass
from typing import Any

import redis
from billiard.process import active_children
from celery import signals
from celery.worker import state as worker_state
from django.conf import settings

log = logging.getLogger("portal.tasks")
EVERY = 5.0  # seconds between two looks
EXIT = 75  # sysexits.h EX_TEMPFAIL: try again


@dataclass
class Ear:
    """Judges from what it is told whether a worker is deaf. Times in seconds, of a clock that only goes forward."""

    idle: float
    busy: float
    accepted: int = 0
    since: float | None = None

    def is_deaf(self, *, waiting: int, accepted: int, at_work: bool, at: float) -> bool:
        """Say whether bells have been waiting too long while none was accepted.

        `waiting` are the bells in its queues, `accepted` those it ever took. At work (`at_work`) it may take none for
        as long as a task may last (`busy`), with empty hands only for `idle`.
        """
        if not waiting or accepted != self.accepted:
            self.accepted, self.since = accepted, None
            return False
        self.since = at if self.since is None else self.since
        return at - self.since > (self.busy if at_work else self.idle)


@signals.worker_ready.connect
def _listen(sender: Any = None, **_: Any) -> None:
    queues = list(sender.app.amqp.queues.consume_from)
    threading.Thread(target=_watch, args=(queues,), name="hearing", daemon=True).start()


def _watch(queues: list[str]) -> None:
    ear = Ear(idle=settings.WORKER_DEAF_AFTER, busy=settings.CELERY_TASK_TIME_LIMIT + settings.WORKER_DEAF_AFTER)
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=5, socket_connect_timeout=5)
    while True:
        time.sleep(EVERY)
        try:
            waiting = sum(int(broker.llen(name)) for name in queues)
        except redis.RedisError:
            ear.since = None  # nobody hears a broker that is away; the worker itself keeps calling
            continue
        accepted, at_work = worker_state.all_total_count[0], bool(worker_state.active_requests)
        if ear.is_deaf(waiting=waiting, accepted=accepted, at_work=at_work, at=time.monotonic()):
            _end(waiting)


def _end(waiting: int) -> None:
    log.critical("This worker hears its queues no more: %d bells wait. It ends, to be started again.", waiting)
    for child in active_children():
        if child.pid:
            os.kill(child.pid, signal.SIGKILL)
    os._exit(EXIT)  # the thread that would end it properly is the one that no longer listens
