"""Doorbells: make the page images of a document, and come by for those nobody rang for."""

import uuid
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.db import connection

from portal.documents.guards import UploadRefused
from portal.documents.models import Document, Preview
from portal.documents.preview import render_pages
from portal.documents.store import keep_pages, open_original
from portal.kernel.clock import now
from portal.tenancy.bell import ring
from portal.tenancy.scope import scope

LEASE = timedelta(seconds=60)
MOST_TRIES = 3


@shared_task(queue="pdf", acks_late=True)
def make_preview(*, firm_id: str, administration_id: str, document_id: str, **_: Any) -> str:
    """Claim a waiting document, draw its pages outside any transaction, and say how it went.

    A plain task with two short scopes: drawing takes seconds, and a transaction must not wait for it.
    """
    firm, administrations = uuid.UUID(firm_id), [uuid.UUID(administration_id)]
    with scope(firm_id=firm, administration_ids=administrations):
        document = _claim(document_id)
        if document is None:
            return "not waiting"
    # after the claim is committed: a file that cannot be read or drawn counts as a try, and not for ever
    data = open_original(document)
    try:
        pages = render_pages(data, document.kind)
    except UploadRefused:
        pages = []
    keep_pages(document, pages)
    with scope(firm_id=firm, administration_ids=administrations):
        state = Preview.READY if pages else Preview.FAILED
        Document.objects.filter(pk=document.pk).update(preview=state, pages=len(pages))
    return str(state)


def _claim(document_id: str) -> Document | None:
    before = now() - LEASE
    document: Document | None = (
        Document.objects.select_for_update(skip_locked=True).filter(pk=document_id, preview=Preview.WAITING).first()
    )
    if document is None or (document.preview_claimed_at and document.preview_claimed_at > before):
        return None
    if document.preview_tries >= MOST_TRIES:
        Document.objects.filter(pk=document.pk).update(preview=Preview.FAILED)
        return None
    document.preview_claimed_at = now()
    document.preview_tries += 1
    document.save(update_fields=["preview_claimed_at", "preview_tries"])
    return document


@shared_task(queue="pdf")
def sweep(**_: Any) -> int:
    """Ring for documents whose bell was lost, whose worker died, or that wait longer than a lease."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, firm_id, administration_id FROM previews_waiting(%s, 50)", [now() - LEASE])
        rows = cursor.fetchall()
    for document_id, firm_id, administration_id in rows:
        ring(
            "portal.documents.tasks.make_preview",
            firm_id=firm_id,
            administration_id=administration_id,
            document_id=document_id,
        )
    return len(rows)
