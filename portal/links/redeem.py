"""Opening links, before any scope is known. Opening changes nothing: mail scanners open links too.

Unknown, altered, revoked and expired tokens take the same road and end in the same page. Guessing is pointless
(256 bits); more than 20 unknown tokens a minute from one address are told to the log. A token that exists always
opens: whole companies share an address, and a stranger there must not close the door of a guest.
"""

import hmac
import logging
import uuid
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from portal.kernel.clock import now
from portal.links.models import Link, Purpose
from portal.people.access import Actor
from portal.people.tokens import token_hash
from portal.tenancy.scope import scope

COOKIE = "door"
COOKIE_SALT = "portal.links.cookie"
COOKIE_AGE = 30 * 24 * 3600
MOST_UNKNOWN_PER_MINUTE = 20
LONGEST_TOKEN = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that exists: where it leads, and whether it still works (ok, expired or revoked)."""

    link_id: uuid.UUID
    firm_id: uuid.UUID
    administration_id: uuid.UUID
    state: str

    @property
    def works(self) -> bool:
        """Say whether the guest may come in."""
        return self.state == "ok"


def open_door(token: str, *, purpose: str = Purpose.REQUESTS, ip: str = "") -> Opened | None:
    """Find the link of a token, before any scope is open. None: unknown or altered, which is counted for `ip`."""
    found = find_by_token(token, purpose=purpose, ip=ip)
    return None if found is None else _opened(*found)


def from_cookie(link_id: uuid.UUID | str, cookie: str | None) -> Opened | None:
    """Find the link a guest's cookie opens, before any scope is open. None when the cookie is not of this link."""
    found = find_by_cookie(link_id, cookie)
    return None if found is None else _opened(*found)


def find_by_token(
    token: str, *, purpose: str = Purpose.REQUESTS, ip: str = ""
) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID] | None:
    """Return (link, firm, administration) of a token, or None."""
    row = _look_up("SELECT * FROM link_by_hash(%s, %s)", [token_hash(token[:LONGEST_TOKEN]), str(purpose)])
    if row is None:
        _count_unknown(ip)
        return None
    return row[0], row[1], row[2]


def find_by_cookie(link_id: uuid.UUID | str, cookie: str | None) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID] | None:
    """Return (link, firm, administration) when the cookie was given for this link and its present token, or None."""
    try:
        kept = signing.loads(cookie or "", salt=COOKIE_SALT, max_age=COOKIE_AGE)
        wanted = uuid.UUID(str(link_id))
    except (signing.BadSignature, ValueError):
        return None
    row = _look_up("SELECT * FROM link_by_id(%s)", [wanted])
    if row is None or not isinstance(kept, dict) or kept.get("link") != str(wanted):
        return None
    # a link whose token was replaced (revoked, mailed anew) closes the doors opened with the old one
    return (row[0], row[1], row[2]) if hmac.compare_digest(str(kept.get("hash")), row[3]) else None


def cookie_value(token: str, link_id: uuid.UUID) -> str:
    """What the guest's browser keeps: signed, and without the token itself."""
    return signing.dumps({"link": str(link_id), "hash": token_hash(token)}, salt=COOKIE_SALT)


def cookie_settings(link_id: uuid.UUID, *, secure: bool) -> dict[str, Any]:
    """Arguments for response.set_cookie(COOKIE, cookie_value(…), **…): of this link's pages alone, not for scripts."""
    return {
        "max_age": COOKIE_AGE,
        "path": f"/l/v/{link_id}/",
        "httponly": True,
        "samesite": "Lax",
        "secure": secure,
    }


def link_in_scope(opened: Opened) -> Link:
    """The row behind an opened door, inside its scope."""
    link: Link = Link.objects.select_related("administration", "firm").get(pk=opened.link_id)
    return link


def guest_actor(link: Link) -> Actor:
    """The person the link was mailed to, with the rights of a guest in that one administration."""
    return Actor(
        kind="guest",
        role="guest",
        firm_id=link.firm_id,
        name=link.name,
        user_id=link.user_id,
        email=link.email,
        language=link.language,
        administration_ids=frozenset([link.administration_id]),
        link_id=link.pk,
    )


def note_use(link: Link) -> None:
    """Remember that the guest did something (called by acts, never by opening a page)."""
    Link.objects.filter(pk=link.pk).update(last_used_at=now(), uses=link.uses + 1)


def _opened(link_id: uuid.UUID, firm_id: uuid.UUID, administration_id: uuid.UUID) -> Opened:
    with scope(firm_id=firm_id, administration_ids=[administration_id]):
        link = Link.objects.filter(pk=link_id).values("expires_at", "revoked_at").first()
    if link is None or link["revoked_at"] is not None:
        state = "revoked"
    else:
        state = "ok" if link["expires_at"] > now() else "expired"
    return Opened(link_id, firm_id, administration_id, state)


def _look_up(statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def _key(ip: str) -> str:
    return f"unknown-links:{ip}"


def _count_unknown(ip: str) -> None:
    if not ip:
        return
    try:
        cache.add(_key(ip), 0, timeout=60)
        if int(cache.incr(_key(ip))) == MOST_UNKNOWN_PER_MINUTE:
            log.warning("More than %s unknown links in a minute from %s.", MOST_UNKNOWN_PER_MINUTE, ip)
    except (RedisError, ValueError):  # ValueError: the key expired between the two
        return
