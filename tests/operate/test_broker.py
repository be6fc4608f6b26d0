"""A bell that is given back after its connection was lost costs a line in the log, not the worker."""

import logging
from urllib.parse import urlsplit

import kombu
import pytest
from django.conf import settings
from kombu.transport.redis import Transport as Theirs

from portal.celery import app
from portal.operate.broker import Transport

BELLS = logging.getLogger("bells")


def given_back_too_late(transport):
    """Take a bell, lose the connection, give the bell back."""
    url = urlsplit(settings.REDIS_URL)._replace(path="/13").geturl()
    taken = []
    with kombu.Connection(url, transport=transport) as connection:
        queue = connection.SimpleQueue("late")
        queue.put("ring")
        taken.append(queue.get(timeout=5))
        errors = connection.connection_errors
        connection.collect()  # what a worker does with a connection it lost
        taken[0].channel._disconnect_pools()
    taken[0].ack_log_error(BELLS, errors)


def test_it_is_a_lost_connection(caplog):
    given_back_too_late(Transport)
    assert "Couldn't ack" in caplog.text


def test_theirs_still_needs_it():
    with pytest.raises(AttributeError):
        given_back_too_late(Theirs)


def test_the_portal_speaks_through_it():
    for connection in (app.connection_for_read("redis://x"), app.connection_for_write("rediss://x")):
        assert type(connection.transport) is Transport
