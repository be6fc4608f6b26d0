"""The doors to a document: the office sees all of its administration, a client what the client's side sent."""

from typing import Any

from django.db.models import QuerySet

from portal.documents.models import Document, Source
from portal.people.access import Actor, Right, get_or_404, require
from portal.tenancy.models import Administration


def access_document(actor: Actor, document_id: Any, *, to: Right) -> Document:
    """The document, or 404. Guests never read documents back: their links only take things in."""
    rows = Document.objects.all()
    if actor.kind == "client":
        rows = rows.filter(pk__in=_sent_in(actor).values("pk"))
    document: Document = get_or_404(rows, pk=document_id)
    require(actor, to, document.administration_id)
    return document


def sent_by_client(actor: Actor, administration: Administration) -> QuerySet[Any]:
    """What came from the client's side, as this person may know of it: with figures all, others what they sent."""
    return _sent_in(actor).filter(administration=administration)


def _sent_in(actor: Actor) -> QuerySet[Any]:
    rows = Document.objects.filter(part_of=None, source__in=(Source.CLIENT, Source.LINK))
    return rows if actor.may(Right.SEE_FIGURES) else rows.filter(actor_user_id=actor.user_id)
