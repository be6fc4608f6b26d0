"""The guest's door: from a personal link or its cookie to a scope of one administration, without a login.

Whatever is wrong with a link (unknown, altered, expired, revoked), the answer is one and the same page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from portal.links.models import Link
from portal.links.redeem import COOKIE, from_cookie, guest_actor, link_in_scope, note_use
from portal.people.access import Actor
from portal.people.middleware import serve_in_scope
from portal.web.answering import Place

SAFE = ("GET", "HEAD", "OPTIONS")
GuestView = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Guest:
    """Who came in: the link, the person as an actor, and the place their cards live in."""

    link: Link
    actor: Actor
    place: Place


def gone(request: HttpRequest) -> HttpResponse:
    """The one page for every link that does not work."""
    return render(request, "guest/gone.html", status=404)


def choose_language(request: HttpRequest, of_link: str) -> None:
    """Speak the language the reader chose on this device, else that of the link."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    code = chosen if chosen in dict(settings.LANGUAGES) else of_link
    translation.activate(code)
    request.LANGUAGE_CODE = code


def behind_link(view: GuestView) -> GuestView:
    """Open the door with the cookie of this link, then call view(request, guest, …) inside its scope."""

    @wraps(view)
    def wrapper(request: HttpRequest, link: UUID, **rest: Any) -> HttpResponse:
        opened = from_cookie(link, request.COOKIES.get(COOKIE))
        if opened is None or not opened.works:
            return gone(request)
        acts = request.method not in SAFE
        if acts:
            request.POST  # noqa: B018  # receive a slow phone's photos before the transaction opens

        def serve(inner: HttpRequest) -> HttpResponse:
            row = link_in_scope(opened)
            row.administration.firm = row.firm  # read already
            choose_language(inner, row.language)
            guest = Guest(row, guest_actor(row), Place("guest", row.pk))
            response = view(inner, guest, **rest)
            if acts and response.status_code < 400:
                note_use(row)
            return response

        return serve_in_scope(request, serve, opened.firm_id, [opened.administration_id])

    return wrapper
