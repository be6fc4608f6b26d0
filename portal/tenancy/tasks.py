"""ScopedTask: the base of every task that touches tenant rows. Ids in, scope open, enqueue after commit."""

import uuid
from functools import partial
from typing import Any

from celery import Task, shared_task
from django.db import connection, transaction

from portal.tenancy.scope import scope


class ScopedTask(Task[Any, Any]):
    """Opens the scope named by `firm_id` (and `administration_id`) around the task; refuses to run without."""

    abstract = True
    acks_late = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task inside its scope. Raises TypeError when no firm came along."""
        firm_id = kwargs.get("firm_id")
        if firm_id is None:
            raise TypeError(f"{self.name}: a task needs its tenant, pass firm_id=…")
        administration_id = kwargs.get("administration_id")
        ids = None if administration_id is None else [uuid.UUID(str(administration_id))]
        with scope(firm_id=uuid.UUID(str(firm_id)), administration_ids=ids):
            return super().__call__(*args, **kwargs)

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        """Ring only after the commit: a worker must never look for a row that is not there yet."""
        send = partial(super().apply_async, args, kwargs, *more, **options)
        if transaction.get_connection().in_atomic_block:
            transaction.on_commit(send)
            return None
        return send()


REFERENCES = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE contype = 'f' AND NOT convalidated AND connamespace = 'public'::regnamespace
"""


@shared_task(queue="ledger")
def sweep_references(**_: Any) -> list[tuple[str, str]]:
    """Nightly: list foreign keys the database no longer vouches for (always none, or doctor shows them)."""
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        return list(cursor.fetchall())
