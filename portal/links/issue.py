"""Making links: one per recipient, administration and purpose; each new mail lets it live 30 days longer.

The token is derived from the row and the server's key, so it can be made again at the moment a mail leaves or when
the accountant copies the link for a messenger; only its SHA-256 is stored.
"""

import uuid
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from portal.audit.record import record
from portal.kernel.clock import now, zone
from portal.kernel.formatting import format_day
from portal.kernel.text import one_line
from portal.links.models import Link, Purpose
from portal.outbox.placeholders import make
from portal.people.access import Actor
from portal.people.models import User
from portal.people.tokens import make_token, remake_token, token_hash
from portal.tenancy.models import Administration

VALID_DAYS = 30


def expiry(on: date) -> datetime:
    """The end of the thirtieth day after `on`, on the wall clock of Brussels."""
    return datetime.combine(on + timedelta(days=VALID_DAYS + 1), time.min, tzinfo=zone())


@transaction.atomic
def issue(
    *,
    administration: Administration,
    purpose: str = Purpose.REQUESTS,
    email: str,
    name: str,
    user: User | uuid.UUID | None = None,
    language: str,
    on: date,
    new_token: bool = False,
) -> Link:
    """Return the recipient's link, made or renewed to `on` + 30 days, with the token it had while that one works.

    A revoked or expired link, and one with `new_token`, gets a new token: what was dead never opens again.
    """
    address = email.strip().lower()
    row_id = uuid7()
    made_at = now()
    user_id = user.pk if isinstance(user, User) else user
    clean_name = one_line(name, 80) or address.partition("@")[0]
    Link.objects.bulk_create(
        [
            Link(
                id=row_id,
                firm_id=administration.firm_id,
                administration=administration,
                purpose=purpose,
                email=address,
                name=clean_name,
                user_id=user_id,
                language=language,
                token_hash=token_hash(make_token(purpose, row_id)),
                expires_at=expiry(on),
                created_at=made_at,
            )
        ],
        ignore_conflicts=True,  # two colleagues may ask the same person at the same moment
    )
    link: Link = Link.objects.select_for_update().get(administration=administration, purpose=purpose, email=address)
    link.name, link.language, link.user_id = clean_name, language, user_id or link.user_id
    dead = link.revoked_at is not None or link.expires_at <= now()
    link.expires_at = max(link.expires_at, expiry(on))
    if dead or new_token or not _can_remake(link):
        _new_token(link)
    link.save()
    return link


def _can_remake(link: Link) -> bool:
    try:
        token_of(link)
    except ValueError:  # made under a key that is gone after a rotation
        return False
    return True


def _new_token(link: Link) -> None:
    link.version += 1
    link.revoked_at = None
    link.token_hash = token_hash(make_token(link.purpose, link.pk, link.version))


def token_of(link: Link) -> str:
    """The token of a link. Raises ValueError when the key that made it is gone (issue() then makes a new one)."""
    return remake_token(link.purpose, link.pk, link.version, link.token_hash)


def url_of(link: Link) -> str:
    """The absolute address a person gets in a mail or a messenger."""
    return f"{settings.BASE_URL.rstrip('/')}/l/{token_of(link)}/"


def url_by_id(link_id: str) -> str:
    """The absolute address of the link with this id, inside the open scope. Raises Link.DoesNotExist, ValueError."""
    return url_of(Link.objects.get(pk=link_id))


def placeholder(link: Link) -> str:
    """What stands in a mail until it leaves: the outbox never holds a working link."""
    return make("link", link.pk)


def last_day(link: Link) -> str:
    """The last day the link works, in words of its reader's language."""
    moment = link.expires_at.astimezone(zone()) - timedelta(seconds=1)
    return format_day(moment.date(), link.language)


@transaction.atomic
def revoke(*, link: Link, by: Actor, on: date) -> None:
    """Make a link stop working at once; a later mail to the same person makes a new one."""
    row = Link.objects.select_for_update().get(pk=link.pk)
    if row.revoked_at is None:
        row.revoked_at = now()
        row.save(update_fields=["revoked_at"])
        record("link.revoked", subject=row, by=by, data={"email": row.email})
