"""Documents nobody asked for: sending them, and what became of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from portal.client.door import actor_of, enter
from portal.client.wording import paper_state
from portal.documents.models import Source
from portal.documents.rules import access_document, sent_by_client
from portal.kernel.clock import today
from portal.kernel.errors import Refused
from portal.kernel.formatting import format_day
from portal.people.access import Right
from portal.tenancy.models import Administration
from portal.web import answering
from portal.web.download import original_response
from portal.web.errors import sentence
from portal.web.htmx import is_htmx
from portal.web.tables import Sort, keyset_page
from requests_app.actions.papers import Sent, TakenIn, take_in


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, administration: UUID) -> HttpResponse:
    """Photos and files: pages of one document from the camera, or one file after the other."""
    found = enter(request, administration, Right.UPLOAD)
    if request.method != "POST":
        return render(request, "mijn/upload.html", {"administration": found})
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return _one_file(request, found, file)
    return _pages(request, found)


def _take(request: HttpRequest, found: Administration, files: list[Sent]) -> TakenIn:
    with transaction.atomic():
        return take_in(administration=found, files=files, source=Source.CLIENT, by=actor_of(request), on=today())


def _one_file(request: HttpRequest, found: Administration, file: "UploadedFile[Any]") -> HttpResponse:
    """One row of the drop zone: its own answer, in words."""
    try:
        taken = _take(request, found, [Sent(file.read(), file.name or "")])
    except Refused as refusal:
        return JsonResponse({"state": "failed", "message": sentence(refusal)}, status=422)
    document = taken.documents[0]
    if taken.known:
        day = format_day(document.created_at.date(), answering.language())
        words = _("We have this file already, since %(day)s. You need not send it again.") % {"day": day}
        return JsonResponse({"state": "known", "message": words, "id": str(document.pk)})
    return JsonResponse({"state": "done", "message": _("Received, thank you."), "id": str(document.pk)})


def _pages(request: HttpRequest, found: Administration) -> HttpResponse:
    """Photos sent together, or plain files from a browser without a script."""
    try:
        taken = _take(request, found, answering.sent_files(request))
    except Refused as refusal:
        words = sentence(refusal)
        if is_htmx(request):
            return render(request, "requests/_refusal.html", {"sentence": words}, status=422)
        return render(request, "mijn/upload.html", {"administration": found, "sentence": words}, status=422)
    answering.say_known(request, taken.known)
    if len(taken.known) < len(taken.documents):
        messages.success(request, _("Received, thank you."))
    to = redirect("mijn:documents", administration=found.pk)
    return HttpResponseClientRedirect(to.url) if is_htmx(request) else to


@require_safe
def documents(request: HttpRequest, administration: UUID) -> HttpResponse:
    """What came from the client's side, and how it stands."""
    found = enter(request, administration, Right.UPLOAD, Right.SEE_FIGURES)
    actor = actor_of(request)
    rows = sent_by_client(actor, found).select_related("purchase")
    page = keyset_page(request, rows, Sort("created_at", True), total=rows.count())
    context = {
        "administration": found,
        "page": page,
        "rows": [{"document": row, "state": paper_state(row)} for row in page.rows],
        "may_open": actor.may(Right.SEE_FIGURES),
        "may_upload": actor.may(Right.UPLOAD),
    }
    return render(request, "mijn/documents.html", context)


@require_safe
def original(request: HttpRequest, administration: UUID, document: UUID) -> HttpResponse:
    """The original, only ever as a download."""
    enter(request, administration, Right.SEE_FIGURES)
    return original_response(access_document(actor_of(request), document, to=Right.SEE_FIGURES))
