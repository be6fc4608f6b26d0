"""The log as a server writes it, and counters of this test alone."""

import io
import json
import logging

import pytest

from portal.operate import tally
from portal.operate.lines import JsonLines


@pytest.fixture
def lines():
    """Everything any logger says, as a server writes it."""
    stream, loggers = io.StringIO(), ("portal.requests", "portal.tasks", "django.request")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in loggers]
    root = logging.getLogger()
    root.addHandler(handler)
    for logger, _level in before:
        logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


@pytest.fixture
def counted(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    tally.tally.begin()
    yield tally.total
    tally.tally.begin()
