"""The one place that opens a tenant scope. Everything else fails closed.

A scope names one firm and, for clients, guests and staff with a portfolio, the administrations inside it.
It stands in two places at once: in a ContextVar, where the managers read it (and raise without it), and in
the database session (``set_config(..., true)``, gone at the end of the transaction), where the row-level
policies read it. Silence would be worse than an error: a forgotten scope must never look like "no rows".
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction


class NoScope(RuntimeError):
    """A tenant row was asked for without an open scope: an error of the programmer, never of the user."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen: one firm, and inside it these administrations (None: all of the firm)."""

    firm_id: uuid.UUID
    administration_ids: frozenset[uuid.UUID] | None = None

    def covers(self, administration_id: uuid.UUID) -> bool:
        """Say whether an administration of this firm lies within the scope."""
        return self.administration_ids is None or administration_id in self.administration_ids


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope:
    """Return the open scope. Raises NoScope when none is open."""
    scope_ = _current.get()
    if scope_ is None:
        raise NoScope("No tenant scope is open: wrap this in scope(firm_id=…).")
    return scope_


def has_scope() -> bool:
    """Say whether a scope is open, without raising."""
    return _current.get() is not None


def _tell_database(scope_: Scope | None) -> None:
    firm = str(scope_.firm_id) if scope_ else ""
    ids = scope_.administration_ids if scope_ else None
    # an empty set must match nothing, and unset must match everything of the firm: '{}' is not ''
    administrations = "" if ids is None else "{" + ",".join(sorted(map(str, ids))) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.firm_id', %s, true), set_config('app.administration_ids', %s, true)",
            [firm, administrations],
        )


@contextmanager
def scope(*, firm_id: uuid.UUID, administration_ids: Iterable[uuid.UUID] | None = None) -> Iterator[Scope]:
    """Open a scope and the transaction it lives in.

    Outside tests the transaction is durable: it refuses to nest, so a scope can never be opened inside
    somebody else's transaction and never changes half-way. Raises RuntimeError when a scope is already open.
    """
    if _current.get() is not None:
        raise RuntimeError("A tenant scope is already open; a scope never changes half-way.")
    opened = Scope(firm_id, None if administration_ids is None else frozenset(administration_ids))
    with transaction.atomic(durable=True):
        token = _current.set(opened)
        try:
            _tell_database(opened)
            yield opened
            if connection.in_atomic_block and len(connection.savepoint_ids) > 0 and not connection.needs_rollback:
                # inside a test's own transaction nothing commits: do here what the commit would have done
                connection.check_constraints()
                _tell_database(None)
        finally:
            # before the commit runs its callbacks: they open scopes of their own
            _current.reset(token)


def after_commit(act: Callable[[], None]) -> None:
    """Run `act` after the commit, in a fresh scope like the present one.

    Callbacks run after the transaction and so after the scope: without this they would see no rows.
    """
    opened = current_scope()

    def run() -> None:
        with scope(firm_id=opened.firm_id, administration_ids=opened.administration_ids):
            act()

    transaction.on_commit(run)
