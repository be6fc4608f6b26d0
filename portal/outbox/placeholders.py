"""What stands in a mail until it leaves: `{{link:<id>:<seal>}}` becomes an address at the moment of sending.

A table full of mails would be a table full of working links otherwise. Apps a floor higher register how to fill
theirs in. The seal keeps words that people write (or that a bank delivers) from ever becoming a link.
"""

import re
import uuid
from collections.abc import Callable

from django.core.signing import BadSignature, Signer

PLACEHOLDER = re.compile(r"\{\{(?P<kind>[a-z_]+):(?P<id>[0-9a-f-]{36}):(?P<seal>[A-Za-z0-9_-]+)\}\}")
_SALT = "portal.outbox.placeholder"

_resolvers: dict[str, Callable[[str], str]] = {}


def register(kind: str, resolve: Callable[[str], str]) -> None:
    """Let `resolve(id)` give the address for a kind of placeholder; it runs inside the scope of the mail."""
    _resolvers[kind] = resolve


def make(kind: str, row_id: uuid.UUID) -> str:
    """The placeholder for a row, to be handed to a mail's template as its address."""
    return "{{" + Signer(salt=_SALT).sign(f"{kind}:{row_id}") + "}}"


def fill(text: str) -> str:
    """Return `text` with every sealed placeholder filled in. Raises KeyError for a kind nobody registered."""
    return PLACEHOLDER.sub(_address, text)


def emptied(text: str) -> str:
    """Return `text` with every placeholder replaced by a link that leads nowhere: to look at, never to send."""
    return PLACEHOLDER.sub("#", text)


def _address(match: re.Match[str]) -> str:
    try:
        Signer(salt=_SALT).unsign(match[0][2:-2])
    except BadSignature:
        return match[0]
    return _resolvers[match["kind"]](match["id"])
