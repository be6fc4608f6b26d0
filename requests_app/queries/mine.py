"""Which requests are somebody's: one place, used by doors and lists alike."""

from typing import Any

from django.db.models import Q, QuerySet

from portal.people.access import STAFF_ROLES, Actor
from requests_app.models import Forward, Request


def _passed_on(**to: Any) -> QuerySet[Any]:
    return Forward.objects.filter(withdrawn_at=None, **to).values("request")


def of_actor(rows: QuerySet[Request], actor: Actor) -> QuerySet[Request]:
    """Narrow requests to those the actor may know of (the scope has narrowed firm and administrations already)."""
    if actor.kind == "guest":
        if actor.link_id is None:
            return rows.none()
        return rows.filter(Q(link_id=actor.link_id, returned_at=None) | Q(pk__in=_passed_on(link_id=actor.link_id)))
    if actor.role == "employee":
        passed_on = _passed_on(link__user_id=actor.user_id) | _passed_on(link__email__iexact=actor.email)
        asked = Q(link__user_id=actor.user_id) | Q(link__email__iexact=actor.email)
        return rows.filter((asked & Q(returned_at=None)) | Q(pk__in=passed_on))
    if actor.kind in ("client", "system") or actor.role in STAFF_ROLES:
        return rows
    return rows.none()
