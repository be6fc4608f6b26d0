"""A database full of canaries (`flock`), and a way to take the walls down (`above_the_law`)."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any

import pytest

from tests.tenancy.canaries import Flock, release

_numbers = count(900_000)


@pytest.fixture(scope="module")
def flock(template: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[Flock]:
    """Canaries in every table of every administration, in a database of this module's own."""
    from portal.runner.database import connect
    from tests.database import address, clone_name, cloned

    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(cloned(template, clone_name("main", next(_numbers))))
            handle = connect(address("owner"))
            stack.callback(handle.close)
            released = release(handle)
        yield released
        with django_db_blocker.unblock():
            stack.close()


@contextmanager
def _walls_down(blocker: Any) -> Iterator[None]:
    from django.conf import settings
    from django.db import connection
    from django.db.backends.signals import connection_created

    from portal.tenancy.checks import refuse_mighty_roles

    entry, mighty = settings.DATABASES["default"], settings.DATABASES["ops"]
    before = {key: entry[key] for key in ("USER", "PASSWORD")}
    with blocker.unblock():
        connection_created.disconnect(refuse_mighty_roles)
        connection.close()
        entry.update({key: mighty[key] for key in before})
    yield
    with blocker.unblock():
        connection.close()
        entry.update(before)
        connection_created.connect(refuse_mighty_roles)


@pytest.fixture
def above_the_law(flock: Flock, django_db_blocker: Any) -> Iterator[None]:
    """Serve as the role that bypasses every policy, so that only the app itself can keep firms apart."""
    with _walls_down(django_db_blocker):
        yield


@pytest.fixture(scope="module")
def lawless_module(flock: Flock, django_db_blocker: Any) -> Iterator[None]:
    """The same for a whole module."""
    with _walls_down(django_db_blocker):
        yield
