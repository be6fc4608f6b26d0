"""Celery as a doorbell: ring after the commit, by name, and lose nothing when the bell itself is broken.

The row is the queue. A bell that cannot ring (Redis is gone) changes nothing: the beat comes by within seconds.
"""

from functools import partial
from importlib import import_module
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError


def ring(task: str, **ids: Any) -> None:
    """Send the task now; a broker that does not answer is no error of the caller."""
    if task not in current_app.tasks:
        import_module(task.rpartition(".")[0])  # only a worker has read every tasks.py by itself
    try:
        current_app.tasks[task].apply_async(kwargs={key: str(value) for key, value in ids.items()}, retry=False)
    except OperationalError:
        return


def ring_after_commit(task: str, **ids: Any) -> None:
    """Ring once the present transaction is committed: no worker looks for a row that is not there yet."""
    transaction.on_commit(partial(ring, task, **ids))
