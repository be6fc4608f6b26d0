"""Files as they are sent, in one verb: kept, photos joined into one document, and given as the answer to a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from invoicing.actions.receive import receive
from portal.documents.mails import is_mail, papers_in
from portal.documents.models import Document, Source
from portal.documents.pages import store_pages
from portal.documents.sniff import sniff
from portal.documents.store import Stored, store
from portal.people.access import Actor
from portal.tenancy.models import Administration
from requests_app.actions.answer import answer_with_document
from requests_app.models import AnswerDocument, Request
from requests_app.refusals import NoDocument

PHOTOS = ("jpeg", "png", "webp", "heic", "tiff")
_HEAD = 8192


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it arrived: its bytes, the name it came with, and the clockwise turn its sender gave it (degrees)."""

    data: bytes
    name: str
    turn: int = 0
    from_mail: bool = False

    @property
    def is_photo(self) -> bool:
        """Say whether the bytes (never the name) are those of a picture somebody took as a page."""
        return not self.from_mail and sniff(self.data[:_HEAD]) in PHOTOS


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of the files; `known` are those we had before, to be said kindly."""

    documents: tuple[Document, ...]
    known: tuple[Document, ...] = ()


def _unpacked(files: Sequence[Sent]) -> list[Sent]:
    """The files themselves, and in the place of a saved mail the papers in it: each a document of its own."""
    found: list[Sent] = []
    for each in files:
        if is_mail(each.data):
            found += [Sent(data, name, from_mail=True) for data, name in papers_in(each.data, each.name)]
        else:
            found.append(each)
    return found


def _keep(administration: Administration, files: Sequence[Sent], source: Source, by: Actor, on: date) -> list[Stored]:
    """Keep every file; all photos together are the pages of one document. Raises UploadRefused, NoDocument."""
    if not files:
        raise NoDocument
    files = _unpacked(files)
    photos = [each for each in files if each.is_photo]
    where = {"administration": administration, "source": source, "by": by, "on": on}
    kept = [store(data=each.data, name=each.name, **where) for each in files if not each.is_photo]  # type: ignore[arg-type]
    if photos:
        pages = [(each.data, each.turn) for each in photos]
        kept.insert(0, store_pages(photos=pages, name=photos[0].name, **where))  # type: ignore[arg-type]
    return kept


@transaction.atomic
def answer_with_files(
    *, request: Request, files: Sequence[Sent], text: str = "", source: Source, by: Actor, on: date
) -> TakenIn:
    """Keep the files and answer the request with them; an e-invoice is read at once.

    The same files again change nothing. Raises NoDocument, UploadRefused (naming the file), AlreadyHandled.
    """
    kept = _keep(request.administration, files, source, by, on)
    ids = [each.document.pk for each in kept]
    here = AnswerDocument.objects.filter(answer__request=request, answer__withdrawn_at=None, document__in=ids)
    mine = set(here.values_list("document_id", flat=True))
    documents = [each.document for each in kept]
    answer_with_document(request=request, documents=documents, text=text, by=by, on=on)
    known = [each.document for each in kept if not each.is_new and each.document.pk not in mine]
    return TakenIn(tuple(documents), tuple(known))


@transaction.atomic
def take_in(*, administration: Administration, files: Sequence[Sent], source: Source, by: Actor, on: date) -> TakenIn:
    """Keep files nobody asked for; each becomes a purchase for the office. Raises NoDocument, UploadRefused."""
    kept = _keep(administration, files, source, by, on)
    for each in kept:
        receive(document=each.document, by=by, on=on)
    known = [each.document for each in kept if not each.is_new]
    return TakenIn(tuple(each.document for each in kept), tuple(known))
