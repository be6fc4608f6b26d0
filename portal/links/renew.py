"""“Mail me a new link”: to the address the link was made for and to no other, at most once an hour.

It has a new token: whoever found the old one in a mail or a history can only close it, never prolong it.
The caller shows the same sentence whatever happens here, so that nothing can be learned by asking.
"""

import uuid
from datetime import date

from django.db import transaction

from portal.audit.record import record
from portal.kernel.clock import now
from portal.kernel.errors import gettext_noop
from portal.links.issue import issue, last_day, placeholder
from portal.links.models import Link, Purpose
from portal.links.redeem import find_by_cookie, find_by_token, guest_actor
from portal.outbox.compose import send
from portal.outbox.models import OutgoingMail
from portal.tenancy.scope import scope

SENTENCE = gettext_noop("If this link was ours, a new one is on its way to the address it was made for.")


def renew_by_token(token: str, *, on: date, purpose: str = Purpose.REQUESTS, ip: str = "") -> None:
    """Mail a new link to the person whose token this is, if it is anybody's. Opens its own scope; says nothing."""
    _renew(find_by_token(token, purpose=purpose, ip=ip), on)


def renew_by_cookie(link_id: uuid.UUID | str, cookie: str | None, *, on: date) -> None:
    """Mail a new link to the person whose browser holds this cookie. Opens its own scope; says nothing."""
    _renew(find_by_cookie(link_id, cookie), on)


def _renew(found: tuple[uuid.UUID, uuid.UUID, uuid.UUID] | None, on: date) -> None:
    if found is None:
        return
    link_id, firm_id, administration_id = found
    with scope(firm_id=firm_id, administration_ids=[administration_id]):
        mail_new_link(Link.objects.select_related("administration", "firm").get(pk=link_id), on=on)


@transaction.atomic
def mail_new_link(link: Link, *, on: date) -> OutgoingMail | None:
    """Renew the link and mail it to its own address.

    None when one was mailed this hour, and when it was revoked: only the firm gives a new one then.
    """
    if link.revoked_at is not None:
        return None
    key = f"{link.pk}:{now():%Y-%m-%dT%H}"
    Link.objects.select_for_update().get(pk=link.pk)  # two who ask at once wait for each other
    if OutgoingMail.objects.filter(kind="link", dedup_key=key).exists():
        return None  # a second token would kill the one that is on its way
    renewed = issue(
        administration=link.administration,
        purpose=link.purpose,
        email=link.email,
        name=link.name,
        user=link.user_id,
        language=link.language,
        on=on,
        new_token=True,
    )
    actor = guest_actor(renewed)
    record("link.mailed_again", subject=renewed, by=actor)
    return send(
        firm=link.firm,
        administration=link.administration,
        kind="link",
        dedup_key=key,
        to_email=renewed.email,
        to_name=renewed.name,
        language=renewed.language,
        template="link_renewed",
        context={
            "link_url": placeholder(renewed),
            "until": last_day(renewed),
            "reader": renewed.name.split(" ")[0] if "@" not in renewed.name else renewed.name,
            "administration": link.administration,
        },
        reply_to=link.firm.email,
        on=on,
    )
