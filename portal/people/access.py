"""Who asks, what they may do, and the one answer to everything else: the same 404.

Every app's `rules.py` builds its doors (`access_*`) from `require` and `get_or_404` here. A door answers the
same 404 for "not yours", "not allowed" and "does not exist", so that nothing can be learned by knocking.
"""

import enum
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import connection, models
from django.http import Http404

from portal.tenancy.models import Administration, Firm
from portal.tenancy.scope import Scope, current_scope

M = TypeVar("M", bound=models.Model)


class Right(enum.Enum):
    """Something a person may do. Screens ask for rights, never for roles."""

    SEE_BOOKS = "see_books"  # ledger numbers, bank lines with codes: the office's side
    IMPORT = "import"
    ALLOCATE = "allocate"
    BOOK = "book"
    ASK = "ask"
    COMMENT = "comment"
    CLOSE = "close"
    LOCK_PERIOD = "lock_period"
    INVITE = "invite"
    MANAGE_CLIENTS = "manage_clients"
    MANAGE_FIRM = "manage_firm"
    SEE_FIGURES = "see_figures"  # the client's own figures in plain words
    ANSWER = "answer"
    UPLOAD = "upload"
    APPROVE = "approve"


_ASSISTANT = {
    Right.SEE_BOOKS,
    Right.SEE_FIGURES,
    Right.IMPORT,
    Right.ALLOCATE,
    Right.BOOK,
    Right.ASK,
    Right.COMMENT,
    Right.CLOSE,
    Right.UPLOAD,
}
_ACCOUNTANT = _ASSISTANT | {Right.LOCK_PERIOD, Right.INVITE, Right.MANAGE_CLIENTS}
RIGHTS: dict[str, frozenset[Right]] = {
    "owner": frozenset(_ACCOUNTANT | {Right.MANAGE_FIRM}),
    "accountant": frozenset(_ACCOUNTANT),
    "assistant": frozenset(_ASSISTANT),
    "entrepreneur": frozenset({Right.SEE_FIGURES, Right.ANSWER, Right.UPLOAD, Right.COMMENT, Right.APPROVE}),
    "approver": frozenset({Right.SEE_FIGURES, Right.ANSWER, Right.UPLOAD, Right.COMMENT, Right.APPROVE}),
    "employee": frozenset({Right.ANSWER, Right.UPLOAD, Right.COMMENT}),
    "reader": frozenset({Right.SEE_FIGURES}),
    "guest": frozenset({Right.ANSWER, Right.UPLOAD, Right.COMMENT}),
    "system": frozenset(Right),
}
STAFF_ROLES = ("owner", "accountant", "assistant")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) acting in one firm, with one role, within one scope."""

    kind: str  # staff | client | guest | system
    role: str
    firm_id: uuid.UUID
    name: str
    user_id: uuid.UUID | None = None
    email: str = ""
    language: str = "nl"
    administration_ids: frozenset[uuid.UUID] | None = None
    link_id: uuid.UUID | None = None
    inside: uuid.UUID | None = None  # the administration the address names: doors open to its rows alone

    @property
    def rights(self) -> frozenset[Right]:
        """What this actor's role may do."""
        return RIGHTS[self.role]

    def may(self, right: Right) -> bool:
        """Say whether the role holds the right (within the scope)."""
        return right in self.rights

    def as_columns(self) -> dict[str, Any]:
        """The columns every row keeps about who made it."""
        return {"actor_kind": self.kind, "actor_user_id": self.user_id, "actor_name": self.name}


def system_actor(firm_id: uuid.UUID) -> Actor:
    """The portal itself, acting for a firm at an hour when nobody is awake."""
    return Actor(kind="system", role="system", firm_id=firm_id, name="Samen")


def require(actor: Actor, right: Right, administration_id: uuid.UUID | None = None) -> None:
    """Let the actor through or raise the same 404 as for anything that does not exist."""
    open_scope = current_scope()
    if actor.firm_id != open_scope.firm_id or not actor.may(right):
        raise Http404
    if administration_id is not None:
        mine = actor.administration_ids
        if not open_scope.covers(administration_id) or (mine is not None and administration_id not in mine):
            raise Http404
        if actor.inside not in (None, administration_id):
            raise Http404


def get_or_404(rows: models.QuerySet[M] | models.Manager[M], **lookup: Any) -> M:
    """Fetch the one row or raise 404; a malformed id is a row that does not exist."""
    try:
        return rows.get(**lookup)
    except (ObjectDoesNotExist, ValueError, ValidationError) as missing:
        raise Http404 from missing


def access_administration(actor: Actor, administration_id: Any, *, to: Right) -> Administration:
    """The door to an administration."""
    found = get_or_404(Administration.objects.filter(is_active=True), pk=administration_id)
    require(actor, to, found.pk)
    return found


def access_firm(actor: Actor, *, to: Right) -> Firm:
    """The door to the actor's own firm."""
    require(actor, to)
    return get_or_404(Firm.all_firms, pk=actor.firm_id)


@dataclass(frozen=True, slots=True)
class Door:
    """One place a user may enter, known before any scope is open."""

    kind: str  # staff | client
    firm_id: uuid.UUID
    firm_slug: str
    firm_name: str
    role: str
    administration_ids: frozenset[uuid.UUID] | None = None
    administration_names: tuple[str, ...] = field(default=(), compare=False)
    firm_mark: str = field(default="", compare=False)
    firm_has_logo: bool = field(default=False, compare=False)
    has_factor: bool = field(default=False, compare=False)  # a code or a passkey besides the password

    def actor(self, user: Any) -> Actor:
        """The user as they are behind this door."""
        return Actor(
            kind=self.kind,
            role=self.role,
            firm_id=self.firm_id,
            name=user.name,
            user_id=user.pk,
            email=user.email,
            language=user.language,
            administration_ids=self.administration_ids,
        )

    def scope(self) -> Scope:
        """The scope behind this door."""
        return Scope(self.firm_id, self.administration_ids)


def doors_of(user_id: uuid.UUID) -> list[Door]:
    """Every door of a user, firms first: read through one narrow function, because no scope is open yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM doors_of(%s)", [user_id])
        return [_door(row) for row in cursor.fetchall()]


def _door(row: Iterable[Any]) -> Door:
    kind, firm_id, slug, firm_name, role, ids, names, mark, has_logo, has_factor = row
    return Door(
        kind=kind,
        firm_id=firm_id,
        firm_slug=slug,
        firm_name=firm_name,
        role=role,
        administration_ids=None if ids is None else frozenset(ids),
        administration_names=tuple(names or ()),
        firm_mark=mark,
        firm_has_logo=has_logo,
        has_factor=has_factor,
    )
