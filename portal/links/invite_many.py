"""Inviting many clients' people at once: first what would become of every row, then the mails, each row by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation

from portal.kernel.text import one_line
from portal.links.invitations import Invitee, invite
from portal.people.access import Actor, Right, require
from portal.people.models import ClientAccess, ClientRole, Invitation
from portal.people.refusals import AlreadyInside, AlreadyInvited
from portal.tenancy.models import Administration, Firm, Language

MOST_ROWS = 2000
AT_ONCE = 200  # a mail takes some 20 ms to write: a visit ends before anybody gives up on it
COLUMNS = ("name", "email", "code", "role", "language")
# what people write above a column, by the start of the word
HEADS = {
    "name": ("name", "naam", "nom", "contact"),
    "email": ("email", "e-mail", "mail", "courriel", "adresse"),
    "code": ("code", "administratie", "administration", "dossier", "client", "klant"),
    "role": ("role", "rol", "rôle", "mag", "may"),
    "language": ("language", "taal", "langue"),
}
LANGUAGES = {"en": "en-gb", "nederlands": "nl", "français": "fr", "francais": "fr", "frans": "fr", "english": "en-gb"}
READY, SENT = "ready", "sent"
WRONG = ("no_name", "bad_email", "unknown_code", "unknown_role", "unknown_language", "twice", "inside", "invited")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was handed over, and what becomes of it: READY, SENT or one of WRONG."""

    number: int  # of its line
    cells: tuple[str, str, str, str, str]  # in the order of COLUMNS
    outcome: str = READY
    invitee: Invitee | None = None

    @property
    def company(self) -> str:
        """The name of the client, once its code is known."""
        found = self.invitee.administration if self.invitee else None
        return found.name if found else ""


def plan(table: Iterable[tuple[int, list[str]]], *, by: Actor) -> list[Row]:
    """What would become of every row; nothing is written. Three questions, however many rows.

    Without a role somebody is an entrepreneur, without a language they read that of their client. A code of another
    firm, or of a client outside one's portfolio, is as unknown as one that never was.
    """
    books = {one.code.casefold(): one for one in Administration.objects.filter(is_active=True) if _may_invite(one, by)}
    inside = set(
        ClientAccess.objects.filter(revoked_at=None).values_list("administration_id", "user__email").iterator()
    )
    invited = set(
        Invitation.objects.filter(accepted_at=None, revoked_at=None, administration__isnull=False)
        .values_list("administration_id", "email")
        .iterator()
    )
    roles, seen = _roles(), set()
    found = []
    for row in _in_columns(table):
        name, email, code, role, language = row.cells
        administration = books.get(code.casefold())
        email = email.lower()
        wrong = _wrong(name, email, administration, roles.get(role.casefold()), language)
        if wrong or administration is None:
            found.append(replace(row, outcome=wrong or "unknown_code"))
            continue
        invitee = Invitee(
            email=email,
            name=one_line(name, 80),
            role=roles[role.casefold()],
            language=_language(language) or administration.language,
            administration=administration,
        )
        door = (administration.pk, email)
        outcome = "twice" if door in seen else "inside" if door in inside else "invited" if door in invited else READY
        seen.add(door)
        found.append(replace(row, outcome=outcome, invitee=invitee))
    return found


@transaction.atomic
def invite_many(*, rows: Iterable[Row], firm: Firm, by: Actor, on: date) -> list[Row]:
    """Invite the first AT_ONCE whom the plan says, and leave the rest READY; the outcome of each row, in order.

    One that is refused leaves the others standing. Again with the same list goes on where this left off.
    """
    found, tried = [], 0
    for row in rows:
        tried += row.outcome == READY
        found.append(_invited(row, firm, by, on) if tried <= AT_ONCE else row)
    return found


def _invited(row: Row, firm: Firm, by: Actor, on: date) -> Row:
    if row.outcome != READY or row.invitee is None or row.invitee.administration is None:
        return row
    require(by, Right.INVITE, row.invitee.administration.pk)
    try:
        with transaction.atomic():
            invite(firm=firm, invitee=row.invitee, by=by, on=on)
    except AlreadyInside:  # a colleague was faster
        return replace(row, outcome="inside")
    except AlreadyInvited:
        return replace(row, outcome="invited")
    return replace(row, outcome=SENT)


def _may_invite(administration: Administration, by: Actor) -> bool:
    mine = by.administration_ids
    return by.may(Right.INVITE) and (mine is None or administration.pk in mine)


def _wrong(name: str, email: str, administration: Administration | None, role: str | None, language: str) -> str:
    if not name:
        return "no_name"
    try:
        validate_email(email)
    except ValidationError:
        return "bad_email"
    if len(email) > 254:
        return "bad_email"
    if administration is None:
        return "unknown_code"
    if role is None:
        return "unknown_role"
    return "" if _language(language) is not None else "unknown_language"


def _language(text: str) -> str | None:
    """The code of a language as people write it; empty for none, None for one we do not speak."""
    plain = text.casefold()
    if not plain:
        return ""
    plain = LANGUAGES.get(plain, plain)
    return plain if plain in Language.values else None


def _roles() -> dict[str, str]:
    """Every way to write a role: its code, and its name in each language."""
    found: dict[str, str] = {"": ClientRole.ENTREPRENEUR.value}
    for language in Language.values:
        with translation.override(language):
            for role in ClientRole:
                found[role.value] = role.value
                found[str(role.label).casefold()] = role.value
    return found


def _in_columns(table: Iterable[tuple[int, list[str]]]) -> Iterable[Row]:
    """The rows in our order of columns; a first row without an address that names them says which is which."""
    order: list[int | None] = list(range(len(COLUMNS)))
    for place, (number, cells) in enumerate(table):
        if place == 0 and (heads := _heads(cells)):
            order = heads
            continue
        picked = [cells[at] if at is not None and at < len(cells) else "" for at in order]
        yield Row(number, (picked[0], picked[1], picked[2], picked[3], picked[4]))


def _heads(cells: list[str]) -> list[int | None]:
    """Where each of our columns stands, when this row is a head; else nothing."""
    if any("@" in cell for cell in cells):
        return []
    found: list[int | None] = []
    for column in COLUMNS:
        at = [
            place
            for place, cell in enumerate(cells)
            if cell.casefold().startswith(HEADS[column]) and place not in found
        ]
        found.append(at[0] if at else None)
    return found if found[1] is not None else []
