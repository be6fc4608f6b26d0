"""“View as client”: a colleague looks at the portal through the eyes of one of its people, and changes nothing.

Four walls, each enough by itself: the scope of these addresses is one administration (ScopeMiddleware), the pages that
are shown stand in `dossier_urls` one by one and take no POST, the database is read-only while one is made, and its
forms are switched off. The client's view gets a copy of the request: the colleague's own never becomes the client's.
"""

import re
from copy import copy
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.links.people import record_preview
from portal.people.access import Actor, Door, Right, access_administration, get_or_404
from portal.people.models import ClientAccess, ClientRole
from portal.tenancy.models import Administration

KEY = "as_client"  # in the session: through whose eyes this browser looks
POSTED = re.compile(r'<form\b([^>]*\bmethod="post"[^>]*)>(.*?)</form>', re.DOTALL | re.IGNORECASE)
CLASSES = re.compile(r'\sclass="[^"]*"')
SENDING = re.compile(r'\s(?:hx-(?:post|put|patch|delete)|data-dropzone|formaction|formmethod)="[^"]*"')
UPLOAD = 'type="file"'
CHOOSER = re.compile(r'<label class="(button[^"]*)">(?=(?:(?!</label>).)*type="file")', re.DOTALL)


@require_POST
def as_client(request: HttpRequest, firm: str, administration: UUID) -> HttpResponse:
    """Start to look: as the person chosen, else as who gets the questions, else as nobody in particular."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.SEE_BOOKS)
    people = ClientAccess.objects.filter(administration=found, revoked_at=None).select_related("user")
    if "access" in request.POST:
        person = get_or_404(people, pk=request.POST["access"])
    else:
        person = people.order_by("-is_contact", "created_at", "pk").first()
    record_preview(administration=found, access=person, by=actor)
    eyes = person.pk if person else found.pk
    request.session[KEY] = str(eyes)
    return redirect("kantoor:as_client_home", firm, found.pk, eyes)


@require_safe
def as_client_end(request: HttpRequest, firm: str, administration: UUID) -> HttpResponse:
    """Back to the office: the pages are closed until one starts again."""
    found = access_administration(request.actor, administration, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    request.session.pop(KEY, None)
    return redirect("kantoor:client", firm, found.pk)


@require_safe
def look(request: HttpRequest, firm: str, administration: UUID, eyes: UUID, page: str, **rest: Any) -> HttpResponse:
    """One page of the client's portal. Who did not start (or has left) goes back to the client's page."""
    staff: Actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(staff, administration, to=Right.SEE_BOOKS)
    door, client = _through(request, found, eyes)
    if request.session.get(KEY) != str(eyes):
        return redirect("kantoor:client", firm, found.pk)
    match = resolve(reverse(f"mijn:{page}", kwargs={"administration": found.pk} | rest))
    seen: Any = copy(request)
    seen.actor, seen.door, seen.doors, seen.resolver_match = client, door, [door], match
    seen.looking = {
        "title": _("You are looking along as %(name)s.") % {"name": client.name},
        "text": f"{_('You cannot change anything here.')} {_('Answering and sending documents are off meanwhile.')}",
        "back": _("Back to the office"),
        "url": reverse("kantoor:as_client_end", args=[firm, found.pk]),
        "language": translation.get_language(),
    }
    with translation.override(client.language), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")  # until the end of this savepoint
        response: HttpResponse = match.func(seen, *match.args, **match.kwargs)
    if response.headers["Content-Type"].startswith("text/html"):
        here = reverse("kantoor:as_client_home", args=[firm, found.pk, eyes])
        response.content = switched_off(response.content.decode(), mijn=f"/mijn/{found.pk}/", here=here)
    return response


def _through(request: HttpRequest, found: Administration, eyes: UUID) -> tuple[Door, Actor]:
    """The door and the actor of the person looked through; of a plain entrepreneur where `eyes` is the administration
    itself. Raises Http404 for anybody without access to it."""
    own: Door = request.door  # type: ignore[attr-defined]
    role, person = str(ClientRole.ENTREPRENEUR), None
    if eyes != found.pk:
        rows = ClientAccess.objects.filter(administration=found, revoked_at=None).select_related("user")
        access = get_or_404(rows, pk=eyes)
        role, person = access.role, access.user
    door = Door(
        kind="client",
        firm_id=own.firm_id,
        firm_slug=own.firm_slug,
        firm_name=own.firm_name,
        role=role,
        administration_ids=frozenset({found.pk}),
        administration_names=(found.name,),
        firm_mark=own.firm_mark,
        firm_has_logo=own.firm_has_logo,
    )
    if person is not None:
        return door, door.actor(person)
    nobody = Actor(
        "client", role, own.firm_id, found.name, language=found.language, administration_ids=frozenset({found.pk})
    )
    return door, nobody


def switched_off(html: str, *, mijn: str, here: str) -> str:
    """A page of the portal whose links stay in the preview and whose forms send nothing."""
    html = POSTED.sub(_still, html.replace(mijn, here))
    html = CHOOSER.sub(r'<label class="\1" aria-disabled="true">', html)
    return SENDING.sub("", html).replace(UPLOAD, f"{UPLOAD} disabled")


def _still(form: re.Match[str]) -> str:
    classes = CLASSES.search(form[1])
    return f"<form><fieldset{classes[0] if classes else ''} disabled>{form[2]}</fieldset></form>"
