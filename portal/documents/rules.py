"""The door to a document: the office and the client with figures see all, others what their requests carry."""

from typing import Any

from portal.documents.models import Document
from portal.people.access import Actor, Right, get_or_404, require


def access_document(actor: Actor, document_id: Any, *, to: Right) -> Document:
    """The document, or 404. Guests never read documents back: their links only take things in."""
    document: Document = get_or_404(Document.objects, pk=document_id)
    require(actor, to, document.administration_id)
    return document
