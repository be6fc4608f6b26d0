"""File responses that can do no harm: always an attachment, never sniffed, in a sandbox of their own."""

from urllib.parse import quote

from django.http import HttpResponse

from portal.documents.models import Document
from portal.documents.store import open_original


def original_response(document: Document) -> HttpResponse:
    """The original bytes of a document as an attachment."""
    response = HttpResponse(open_original(document), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
