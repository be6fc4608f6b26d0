"""Documents for the office: the archive, a document, its pages, its original."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from invoicing.queries.purchases import purchase_of
from portal.accountant.desk import document_view
from portal.documents.models import Document
from portal.documents.rules import access_document
from portal.documents.store import page_image
from portal.people.access import Right, require
from portal.web.download import original_response
from portal.web.tables import Sort, keyset_page


@require_safe
def documents(request: HttpRequest, firm: str) -> HttpResponse:
    """Everything that came in, newest first."""
    require(request.actor, Right.SEE_BOOKS)  # type: ignore[attr-defined]
    rows = (
        Document.objects.filter(part_of=None)
        .exclude(kind="bank")
        .select_related("administration", "purchase__entry__journal")
    )
    q = request.GET.get("q", "").strip()[:80]
    if q:
        rows = rows.filter(name__icontains=q) | rows.filter(administration__name__icontains=q)
    page = keyset_page(request, rows, Sort("created_at", True), total=rows.count())
    return render(request, "kantoor/documents.html", {"page": page, "q": q})


@require_safe
def document(request: HttpRequest, firm: str, administration: Any, document: Any) -> HttpResponse:
    """One document with what became of it."""
    row = access_document(request.actor, document, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    context = {
        "row": row,
        "administration": row.administration,
        "document": document_view(firm, row.administration, row),
        "purchase": purchase_of(row),
    }
    return render(request, "kantoor/document.html", context)


@require_safe
@cache_control(private=True, max_age=3600)
def page(request: HttpRequest, firm: str, administration: Any, document: Any, number: int) -> HttpResponse:
    """One page as an image made by us: nothing of the sender's file runs in the browser."""
    row = access_document(request.actor, document, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    image = page_image(row, number)
    if image is None:
        raise Http404
    return HttpResponse(image, content_type="image/webp")


@require_safe
def original(request: HttpRequest, firm: str, administration: Any, document: Any) -> HttpResponse:
    """The original, only ever as a download."""
    row = access_document(request.actor, document, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    return original_response(row)
