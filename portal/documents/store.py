"""store(): the one way in for a file. Look inside, hash, keep the original unaltered, know it again.

Files lie under `<firm>/<administration>/<first two of the hash>/<hash>`: names are made, never taken from the sender,
and the same bytes are recognised only within one administration (anywhere else that would be an oracle).
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from portal.audit.record import record
from portal.documents.guards import inspect, safe_name
from portal.documents.models import Document, Kind, Preview, Source
from portal.kernel.clock import now
from portal.people.access import Actor
from portal.tenancy.bell import ring_after_commit
from portal.tenancy.models import Administration


@dataclass(frozen=True, slots=True)
class Stored:
    """A document, and whether these bytes were new here."""

    document: Document
    is_new: bool


def store(
    *,
    administration: Administration,
    data: bytes,
    name: str,
    source: Source,
    by: Actor,
    on: date,
    part_of: Document | None = None,
) -> Stored:
    """Keep a file that came in. Raises UploadRefused when it is not what we take (nothing is kept then).

    The same bytes again return the first document: `is_new` is False and nothing is written.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = Document.objects.filter(administration=administration, sha256=digest).first()
    if known is not None:
        return Stored(known, False)
    seen = inspect(data, name)
    # an e-invoice has no pages of its own: it is shown as words, and the papers inside it as parts
    kind = Kind(seen.kind)
    preview = Preview.READY if kind == Kind.UBL else Preview.WAITING
    facts: dict[str, object] = {"kind": kind, "mime": seen.mime, "pages": 0, "preview": preview}
    return _keep(administration, data, safe_name(name), digest, source, by, facts, part_of)


def store_bank_file(*, administration: Administration, data: bytes, name: str, by: Actor, on: date) -> Stored:
    """Keep a bank file the reader of its format has already understood."""
    digest = hashlib.sha256(data).hexdigest()
    known = Document.objects.filter(administration=administration, sha256=digest).first()
    if known is not None:
        return Stored(known, False)
    facts: dict[str, object] = {"kind": Kind.BANK_FILE, "mime": "text/plain", "preview": Preview.READY}
    return _keep(administration, data, safe_name(name), digest, Source.OFFICE, by, facts, None)


def _keep(
    administration: Administration,
    data: bytes,
    name: str,
    digest: str,
    source: Source,
    by: Actor,
    facts: dict[str, object],
    part_of: Document | None,
) -> Stored:
    key = f"{administration.firm_id}/{administration.pk}/{digest[:2]}/{digest}"
    # the file first: a row without its bytes would be a loss, bytes without a row are only litter
    if not _lies_there(key, len(data)):
        default_storage.save(key, ContentFile(data))
    with transaction.atomic():
        document, is_new = Document.objects.get_or_create(
            administration=administration,
            sha256=digest,
            defaults={
                "firm_id": administration.firm_id,
                "size": len(data),
                "name": name,
                "source": source,
                "storage_key": key,
                "part_of": part_of,
                "created_at": now(),
                **facts,
                **by.as_columns(),
            },
        )
        if is_new:
            record("document.received", subject=document, by=by, data={"name": name, "source": str(source)})
            if document.preview == Preview.WAITING:
                ring_after_commit(
                    "portal.documents.tasks.make_preview",
                    firm_id=document.firm_id,
                    administration_id=document.administration_id,
                    document_id=document.pk,
                )
    return Stored(document, is_new)


def _lies_there(key: str, size: int) -> bool:
    """Say whether the file is there in full; one that was cut off (a crash while writing) is taken away."""
    if not default_storage.exists(key):
        return False
    if default_storage.size(key) == size:
        return True
    default_storage.delete(key)
    return False


def open_original(document: Document) -> bytes:
    """The bytes as they came in."""
    with default_storage.open(document.storage_key, "rb") as file:
        return bytes(file.read())


def preview_key(document: Document, page: int) -> str:
    """Where page `page` (from 1) of a document's images lies."""
    return f"{document.storage_key}.pages/{page}.webp"


def page_image(document: Document, page: int) -> bytes | None:
    """One page as WebP; None when there is no such page (yet)."""
    if not 1 <= page <= document.pages:
        return None
    with default_storage.open(preview_key(document, page), "rb") as file:
        return bytes(file.read())


def keep_pages(document: Document, pages: list[bytes]) -> None:
    """Write the page images of a document (again)."""
    for number, image in enumerate(pages, 1):
        key = preview_key(document, number)
        if default_storage.exists(key):
            default_storage.delete(key)
        default_storage.save(key, ContentFile(image))
