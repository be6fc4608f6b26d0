"""Which reminders rest on a day. A pause whose day has come is over, without anybody doing anything."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.tenancy.models import Administration
from requests_app.models import Pause, Request


def in_force(on: date) -> QuerySet[Any]:
    """The pauses that hold on a day."""
    return Pause.objects.filter(Q(until=None) | Q(until__gt=on), lifted_at=None)


def is_paused(on: date) -> Q:
    """Of requests: those whose reminders rest, by a pause of their own or of their client."""
    own = in_force(on).filter(request=OuterRef("pk"))
    clients = in_force(on).filter(request=None, administration=OuterRef("administration"))
    return Q(Exists(own)) | Q(Exists(clients))


def pauses_of(requests: Iterable[Request], on: date) -> dict[Any, Pause]:
    """The pause that holds a request back longest, by the id of the request; one statement."""
    rows = {request.pk: request for request in requests}
    if not rows:
        return {}
    clients = {request.administration_id for request in rows.values()}
    theirs = Q(request__in=list(rows)) | Q(request=None, administration__in=clients)
    by_request: dict[Any, list[Pause]] = {}
    by_client: dict[Any, list[Pause]] = {}
    for pause in in_force(on).filter(theirs):
        place, key = (by_request, pause.request_id) if pause.request_id else (by_client, pause.administration_id)
        place.setdefault(key, []).append(pause)
    found = {}
    for pk, request in rows.items():
        holds = by_request.get(pk, []) + by_client.get(request.administration_id, [])
        if holds:
            found[pk] = max(holds, key=lambda pause: pause.until or date.max)
    return found


def pause_of_client(administration: Administration, on: date) -> Pause | None:
    """The pause of everything asked of one client, if one holds."""
    return in_force(on).filter(administration=administration, request=None).first()
