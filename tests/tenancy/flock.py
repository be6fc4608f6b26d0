"""The fixture `flock`: a database full of canaries, for the tests that look for leaks."""

from collections.abc import Iterator
from contextlib import ExitStack
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
