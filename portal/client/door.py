"""The client's door: an administration, and what this person may do in it. A closed door is a 404."""

from typing import Any

from django.http import Http404, HttpRequest

from portal.people.access import Actor, Right, access_administration
from portal.tenancy.models import Administration


def actor_of(request: HttpRequest) -> Actor:
    """Who is here (the middleware saw to it)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def enter(request: HttpRequest, administration: Any, *any_of: Right) -> Administration:
    """The administration, for whoever holds at least one of these rights; else 404."""
    right = next((each for each in any_of if actor_of(request).may(each)), None)
    if right is None:
        raise Http404
    return access_administration(actor_of(request), administration, to=right)
