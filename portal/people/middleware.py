"""URL → actor → scope, around the view and the rendering of its template.

`/kantoor/<firm>/…` opens a firm for its members, `/mijn/<administration>/…` one administration for its people.
Membership is read again at every request, so a revoked person is out at the next click. Guest pages open their
own scope from the link (portal.guest), because only the link knows the tenant.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import get_resolver
from django.utils import translation

from portal.people.access import Door, doors_of
from portal.people.entrance import factor_redirect, login_redirect
from portal.tenancy.scope import scope

View = Callable[..., HttpResponse]


class ScopeMiddleware:
    """Opens the tenant scope and the one transaction of a request; rolls back whatever did not succeed."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request inside its scope, or without one where the page belongs to no tenant."""
        request.actor = None  # type: ignore[attr-defined]
        area, key = _area(request.path_info)
        if area is None:
            if request.path_info.startswith("/accounts/") and request.user.is_authenticated:
                _speak(request)  # pages about one's own account
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated:
            return _to_login(request)
        doors = doors_of(user.pk)
        door = _find(doors, area, key)
        if door is None:
            return _not_found(request)  # an unknown URL and a closed door look alike
        if door.kind == "staff" and settings.SECOND_FACTOR_REQUIRED and not door.has_factor:
            return factor_redirect(request)
        # receive the body before the transaction: a slow phone must not hold one open
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            request.POST  # noqa: B018
        request.actor = door.actor(user)  # type: ignore[attr-defined]
        request.door, request.doors = door, doors  # type: ignore[attr-defined]
        _speak(request)
        return serve_in_scope(request, self.get_response, door.firm_id, _narrowed(request.path_info, door))

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]) -> None:
        """Bind the actor to the administration the address names: a row of another one is not found there."""
        inside = kwargs.get("administration")
        if request.actor is not None and isinstance(inside, uuid.UUID):  # type: ignore[attr-defined]
            request.actor = replace(request.actor, inside=inside)  # type: ignore[attr-defined]


def serve_in_scope(
    request: HttpRequest, get_response: View, firm_id: uuid.UUID, administration_ids: Any
) -> HttpResponse:
    """Call the view inside the scope; a response of 400 or more leaves nothing behind in the database."""
    request.tenant = firm_id, administration_ids  # type: ignore[attr-defined]  # for the line in the log
    with scope(firm_id=firm_id, administration_ids=administration_ids):
        response = get_response(request)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render()
        if getattr(response, "streaming", False) and not getattr(response, "file_to_stream", None):
            raise ImproperlyConfigured("A streaming response would run its queries after the scope has closed.")
        # Django has turned exceptions into responses by now: without this a 500 would commit half-done work
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response


def _area(path: str) -> tuple[str | None, str]:
    parts = path.split("/", 3)
    if len(parts) >= 3 and parts[1] in ("kantoor", "mijn") and parts[2]:
        return parts[1], parts[2]
    return None, ""


def _narrowed(path: str, door: Door) -> frozenset[uuid.UUID] | None:
    """The administrations behind a door; a look through a client's eyes sees only the one its address names."""
    parts = path.split("/", 5)
    if door.kind != "staff" or len(parts) < 6 or parts[4] != "as-client":
        return door.administration_ids
    try:
        only = frozenset({uuid.UUID(parts[3])})
    except ValueError:
        return frozenset()
    return only if door.administration_ids is None else only & door.administration_ids


def _find(doors: list[Door], area: str, key: str) -> Door | None:
    if area == "kantoor":
        return next((door for door in doors if door.kind == "staff" and door.firm_slug == key), None)
    try:
        administration_id = uuid.UUID(key)
    except ValueError:
        return None
    for door in doors:
        if door.kind == "client" and administration_id in (door.administration_ids or ()):
            return door
    return None


def _speak(request: HttpRequest) -> None:
    language = request.user.language  # type: ignore[union-attr]  # signed in: the caller saw to it
    translation.activate(language)
    request.LANGUAGE_CODE = language


def _not_found(request: HttpRequest) -> HttpResponse:
    """The page the site map names for what is not there; Django's own would be a bare sentence in English."""
    return get_resolver().resolve_error_handler(404)(request, Http404())  # type: ignore[call-arg]


def _to_login(request: HttpRequest) -> HttpResponse:
    return login_redirect(request, settings.LOGIN_URL)
