"""Changing who may enter: roles, portfolios, the responsible colleague, taking access away."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.audit.record import record
from portal.kernel.clock import now
from portal.links.issue import revoke
from portal.links.models import Link
from portal.people.access import Actor
from portal.people.models import ClientAccess, Member, Portfolio, Responsible
from portal.people.refusals import LastOwner
from portal.tenancy.models import Administration


@transaction.atomic
def set_member(
    *, member: Member, role: str, administrations: Iterable[Administration] | None, by: Actor, on: date
) -> Member:
    """Give a colleague a role, and all administrations (None) or only these; an owner sees all. Raises LastOwner."""
    if member.role == "owner" and role != "owner":
        _keep_an_owner(member)
    if role == "owner":  # who acts for the whole firm sees the whole firm
        administrations = None
    member.role = role
    member.all_administrations = administrations is None
    member.save(update_fields=["role", "all_administrations"])
    Portfolio.objects.filter(member=member).delete()
    for administration in administrations or ():
        Portfolio.objects.create(firm_id=member.firm_id, administration=administration, member=member)
    record("member.changed", subject=member, by=by, data=_of(member, role=role, all=member.all_administrations))
    return member


@transaction.atomic
def revoke_member(*, member: Member, by: Actor, on: date) -> None:
    """Take a colleague's access away: out at the next request. Raises LastOwner."""
    if member.role == "owner":
        _keep_an_owner(member)
    member.revoked_at = now()
    member.save(update_fields=["revoked_at"])
    record("member.revoked", subject=member, by=by, data=_of(member))


@transaction.atomic
def revoke_access(*, access: ClientAccess, by: Actor, on: date) -> None:
    """Take a client person's access away: out at the next request, by the portal and by any link in a mail.

    Their questions are another floor's: screens call requests_app.actions.leave.end_access, which does both.
    """
    access.revoked_at = now()
    access.is_contact = False
    access.save(update_fields=["revoked_at", "is_contact"])
    record("access.revoked", subject=access, by=by, data=_of(access))
    theirs = Q(user_id=access.user_id) | Q(email__iexact=access.user.email)
    for link in Link.objects.filter(theirs, administration_id=access.administration_id, revoked_at=None):
        revoke(link=link, by=by, on=on)


@transaction.atomic
def set_contact(*, access: ClientAccess, by: Actor, on: date) -> None:
    """Make this person the one who gets the questions."""
    ClientAccess.objects.filter(administration_id=access.administration_id, is_contact=True).update(is_contact=False)
    access.is_contact = True
    access.save(update_fields=["is_contact"])
    record("access.made_contact", subject=access, by=by, data=_of(access))


@transaction.atomic
def set_responsible(*, administration: Administration, member: Member, by: Actor, on: date) -> Responsible:
    """Name the colleague who answers for an administration."""
    row: Responsible
    row, _ = Responsible.objects.update_or_create(
        firm_id=administration.firm_id, administration=administration, defaults={"member": member}
    )
    record("administration.responsible_set", subject=administration, by=by, data=_of(member, member=str(member.pk)))
    return row


@transaction.atomic
def record_preview(*, administration: Administration, access: ClientAccess | None, by: Actor) -> None:
    """Write down that a colleague starts to look at the portal through somebody's eyes (None: nobody in particular)."""
    name = access.user.name if access else administration.name
    record("access.previewed", subject=access or administration, by=by, data={"name": name})


def _of(row: Member | ClientAccess, **more: Any) -> dict[str, Any]:
    """The facts of an event about a person: the log names them."""
    return {"name": row.user.name, **more}


def _keep_an_owner(member: Member) -> None:
    # all owners, always in the same order: two who let each other go wait, and the second gets the sentence
    owners = Member.objects.select_for_update().filter(role="owner", revoked_at=None).order_by("pk")
    if not [owner for owner in owners if owner.pk != member.pk]:
        raise LastOwner(name=member.user.name)
