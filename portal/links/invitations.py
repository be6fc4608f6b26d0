"""Inviting people: one row, one mail, one token that makes one account or opens one more door."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from portal.audit.record import record
from portal.kernel.clock import now
from portal.kernel.text import one_line
from portal.outbox.compose import send
from portal.outbox.placeholders import make
from portal.people.access import STAFF_ROLES, Actor
from portal.people.models import ClientAccess, Invitation, Member, User
from portal.people.refusals import AlreadyInside, AlreadyInvited, InvitationGone
from portal.people.tokens import make_token, remake_token, token_hash
from portal.tenancy.models import Administration, Firm

VALID = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited, to what, in which language."""

    email: str
    name: str
    role: str
    language: str
    administration: Administration | None = None


@transaction.atomic
def invite(*, firm: Firm, invitee: Invitee, by: Actor, on: date) -> Invitation:
    """Invite a colleague (no administration) or a person of a client. Raises AlreadyInvited or AlreadyInside."""
    email = invitee.email.strip().lower()
    if _is_inside(email, invitee):
        raise AlreadyInside(email=email)
    where = {"email": email, "administration": invitee.administration}
    if Invitation.objects.filter(**where, accepted_at=None, revoked_at=None).exists():
        raise AlreadyInvited(email=email)
    row_id = uuid7()
    invitation: Invitation = Invitation.objects.create(
        id=row_id,
        firm=firm,
        name=one_line(invitee.name, 80),
        role=invitee.role,
        language=invitee.language,
        token_hash=token_hash(make_token("invitation", row_id)),
        invited_by_id=by.user_id,
        expires_at=now() + VALID,
        **where,
    )
    record("invitation.sent", subject=invitation, by=by, data={"email": email, "role": invitee.role})
    _mail(invitation, firm, by, on, attempt=1)
    return invitation


def _is_inside(email: str, invitee: Invitee) -> bool:
    if invitee.administration is None:
        return Member.objects.filter(user__email=email, revoked_at=None).exists()
    return ClientAccess.objects.filter(
        administration=invitee.administration, user__email=email, revoked_at=None
    ).exists()


def _mail(invitation: Invitation, firm: Firm, by: Actor, on: date, attempt: int) -> None:
    send(
        firm=firm,
        administration=invitation.administration,
        kind="invitation",
        dedup_key=f"{invitation.pk}:{on.isoformat()}:{attempt}",
        to_email=invitation.email,
        to_name=invitation.name,
        language=invitation.language,
        template="invitation",
        context={
            "invitation": invitation,
            "inviter": by.name,
            "administration": invitation.administration,
            "url": make("invitation", invitation.pk),
        },
        reply_to=by.email,
        on=on,
    )


@transaction.atomic
def resend(*, invitation: Invitation, firm: Firm, by: Actor, on: date) -> None:
    """Mail an open invitation again and let it live two weeks more (one mail a day at most)."""
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationGone
    invitation.expires_at = now() + VALID
    invitation.save(update_fields=["expires_at"])
    record("invitation.sent_again", subject=invitation, by=by)
    _mail(invitation, firm, by, on, attempt=2)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Actor, on: date) -> None:
    """Withdraw an open invitation: its link stops working at once."""
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationGone
    invitation.revoked_at = now()
    invitation.save(update_fields=["revoked_at"])
    record("invitation.revoked", subject=invitation, by=by)


def invitation_url(invitation_id: str) -> str:
    """The address an invitation's mail carries; made only when the mail leaves."""
    row = Invitation.objects.get(pk=invitation_id)
    return f"{settings.BASE_URL}/uitnodiging/{remake_token('invitation', row.pk, 1, row.token_hash)}/"


def find_invitation(token: str) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID | None] | None:
    """Look an invitation up before any scope is open: (id, firm, administration), or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, firm_id, administration_id FROM invitation_by_hash(%s)", [token_hash(token)])
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1], row[2])


def open_invitation(invitation_id: uuid.UUID) -> Invitation:
    """Return an invitation that can still be accepted. Raises InvitationGone otherwise."""
    invitation: Invitation | None = (
        Invitation.objects.select_related("firm", "administration").filter(pk=invitation_id).first()
    )
    if invitation is None or invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= now():
        raise InvitationGone
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User | None, password: str | None, on: date) -> User:
    """Accept: make the account when there is none yet, and open the door. Single use.

    `user` is the signed-in person, when that is the invited one. Raises InvitationGone when somebody was faster.
    """
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.accepted_at or row.revoked_at or row.expires_at <= now():
        raise InvitationGone
    person = user or User.objects.filter(email=row.email).first()
    if person is None:
        person = User.objects.create_user(email=row.email, name=row.name, password=password, language=row.language)
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    _open_door(row, person)
    row.accepted_at, row.accepted_by = now(), person
    row.save(update_fields=["accepted_at", "accepted_by"])
    actor = Actor(
        kind="staff" if row.role in STAFF_ROLES else "client",
        role=row.role,
        firm_id=row.firm_id,
        name=person.name,
        user_id=person.pk,
        email=person.email,
    )
    record("invitation.accepted", subject=row, by=actor)
    return person


def _open_door(row: Invitation, person: User) -> None:
    if row.administration_id is None:
        Member.objects.update_or_create(
            firm_id=row.firm_id, user=person, defaults={"role": row.role, "revoked_at": None}
        )
        return
    first = not ClientAccess.objects.filter(
        administration_id=row.administration_id, is_contact=True, revoked_at=None
    ).exists()
    ClientAccess.objects.update_or_create(
        firm_id=row.firm_id,
        administration_id=row.administration_id,
        user=person,
        defaults={"role": row.role, "revoked_at": None, "is_contact": first and row.role == "entrepreneur"},
    )
