"""One line per happening: JSON on a server, readable in development. What opens a door never stands in one.

Masking is the last step, over the finished line with its trace, so nothing can pass beside it: tokens in addresses,
mail addresses, passwords inside URLs. Bodies are never logged at all.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from portal.web.headers import TOKEN

MAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
SECRET_IN_URL = re.compile(r"(://)[^\s/@\"']*@")
SIGNED = re.compile(r"[A-Za-z0-9_-]{16,}:[A-Za-z0-9_-]{4,}:[A-Za-z0-9_-]{16,}")  # a signed cookie or value

_facts: ContextVar[dict[str, Any] | None] = ContextVar("log_facts", default=None)


@contextmanager
def about(**facts: Any) -> Iterator[None]:
    """Add these facts (a request id, a task) to every line that is logged inside."""
    token = _facts.set({**present(), **facts})
    try:
        yield
    finally:
        _facts.reset(token)


def present() -> dict[str, Any]:
    """The facts of what is going on here."""
    return _facts.get() or {}


def mask(text: str) -> str:
    """The text without link tokens, mail addresses, signed values and passwords in addresses."""
    text = SECRET_IN_URL.sub(r"\1•••@", TOKEN.sub(r"/\1/•••", text))
    return SIGNED.sub("•••", MAIL.sub("•••@•••", text))


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record with the facts around it; the trace of an exception goes into the same line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **present(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return mask(json.dumps({key: value for key, value in line.items() if value != ""}, default=str))


class PlainLines(logging.Formatter):
    """The same for people: time, level, message and the facts as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; an exception keeps its trace on the lines below."""
        facts = {**present(), **getattr(record, "facts", {})}
        said = " ".join(f"{key}={value}" for key, value in facts.items() if value != "")
        line = super().format(record)
        head, newline, trace = line.partition("\n")
        return mask(f"{head}  {said}{newline}{trace}" if said else line)
