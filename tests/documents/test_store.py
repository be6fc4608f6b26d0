"""Keeping files: once, unaltered, under a made name; photos joined; pages drawn by one worker."""

import hashlib
import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.audit.models import Event
from portal.documents import tasks
from portal.documents.models import Document, Kind, Preview, Source
from portal.documents.pages import NoPhotos, store_pages
from portal.documents.refusals import Damaged, UploadRefused
from portal.documents.store import open_original, page_image, preview_key, store, store_bank_file
from portal.kernel.errors import Refused
from tests.bankfeeds.conftest import TODAY, coda
from tests.documents import made
from tests.invoicing.papers import ubl


class Archive:
    """The archive of Consultancy New Logo."""

    def __init__(self, world):
        self.world, self.administration, self.actor = world, world.newlogo, world.actor("els")

    def keep(self, data, name="bon.jpg", **more):
        where = {"administration": self.administration, "source": Source.CLIENT, "by": self.actor, "on": TODAY}
        return store(data=data, name=name, **{**where, **more})

    def pages(self, *photos, name="bon.jpg"):
        return store_pages(
            administration=self.administration,
            photos=list(photos),
            name=name,
            source=Source.LINK,
            by=self.actor,
            on=TODAY,
        )

    def draw(self, document):
        ids = {"firm_id": document.firm_id, "administration_id": document.administration_id}
        return tasks.make_preview(**{name: str(value) for name, value in ids.items()}, document_id=str(document.pk))

    def fresh(self, document):
        with self.world.scope():
            return Document.objects.get(pk=document.pk)


@pytest.fixture
def archive(world, clock):
    return Archive(world)


@pytest.fixture
def photo():
    return made.corner_photo()


# ── Keeping ──


def test_the_original_is_kept_to_the_byte_under_a_made_name(archive, photo, world):
    with world.scope():
        kept = archive.keep(photo, "../../Bon van Jan.jpg")
        document = kept.document
        assert kept.is_new
        assert open_original(document) == photo
    assert (document.name, document.kind, document.mime) == ("Bon van Jan.jpg", Kind.IMAGE, "image/jpeg")
    assert document.size == len(photo)
    firm, administration = world.firm.pk, world.newlogo.pk
    assert document.storage_key == f"{firm}/{administration}/{document.sha256[:2]}/{document.sha256}"
    assert re.fullmatch(r"[0-9a-f]{64}", document.sha256)


def test_papers_are_for_the_account_of_the_portal_alone(archive, photo, world):
    with world.scope():
        kept = Path(default_storage.path(archive.keep(photo).document.storage_key))
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.parent.stat().st_mode & 0o077 == 0


def test_the_same_bytes_twice_are_one_document(archive, photo, world):
    with world.scope():
        first = archive.keep(photo)
        again = archive.keep(photo, "anders.png", source=Source.OFFICE)
        assert (again.document, again.is_new) == (first.document, False)
        assert (again.document.name, Document.objects.count()) == ("bon.jpg", 1)
        assert Event.objects.filter(what="document.received").count() == 1


def test_another_administration_does_not_know_them(archive, photo, world):
    with world.scope():
        first = archive.keep(photo)
        other = archive.keep(photo, administration=world.bakery)
    assert (other.is_new, other.document.storage_key != first.document.storage_key) == (True, True)


def test_what_is_refused_leaves_nothing(archive, world):
    with world.scope():
        with pytest.raises(UploadRefused):
            archive.keep(b"MZ\x90\x00 a program", "factuur.pdf")
        assert not Document.objects.exists()


def test_litter_of_a_crash_is_replaced(archive, photo, world):
    digest = hashlib.sha256(photo).hexdigest()
    key = f"{world.firm.pk}/{world.newlogo.pk}/{digest[:2]}/{digest}"
    if default_storage.exists(key):
        default_storage.delete(key)
    default_storage.save(key, ContentFile(photo[:100]))
    with world.scope():
        kept = archive.keep(photo)
        assert kept.document.storage_key == key
        assert open_original(kept.document) == photo


def test_an_e_invoice_waits_for_no_preview(archive, world):
    with world.scope():
        document = archive.keep(ubl(), "factuur.xml").document
    assert (document.kind, document.preview, document.pages) == (Kind.UBL, Preview.READY, 0)
    assert archive.draw(document) == "not waiting"
    assert page_image(document, 1) is None


def test_a_bank_file_is_known_again(archive, world):
    facts = {"administration": world.newlogo, "data": coda(), "name": "058.cod", "by": archive.actor, "on": TODAY}
    with world.scope():
        first, again = store_bank_file(**facts), store_bank_file(**facts)
        assert (first.is_new, again.is_new, again.document) == (True, False, first.document)
        assert open_original(first.document) == coda()


# ── Photos ──


def test_one_photo_stays_what_it_is(archive, photo, world):
    with world.scope():
        kept = archive.pages((photo, 0))
        assert (kept.document.kind, open_original(kept.document)) == (Kind.IMAGE, photo)


def test_several_photos_become_one_pdf_and_stay_beside_it(archive, world):
    photos = [made.corner_photo(1), made.corner_photo(6), made.corner_photo(1, "PNG", (90, 90))]
    with world.scope():
        kept = archive.pages(*((data, 0) for data in photos))
        document = kept.document
        assert (document.kind, document.name, document.part_of) == (Kind.PDF, "bon.pdf", None)
        assert len(pikepdf.open(BytesIO(open_original(document))).pages) == 3
        parts = list(document.parts.order_by("created_at", "pk"))
        assert [open_original(part) for part in parts] == photos
        assert [part.name for part in parts] == ["bon-1.jpg", "bon-2.jpg", "bon-3.jpg"]
        again = archive.pages(*((data, 0) for data in photos))
        assert (again.document, again.is_new) == (document, False)
        assert Document.objects.count() == 4


def test_a_turned_photo_is_a_page_and_its_original_stays(archive, photo, world):
    with world.scope():
        document = archive.pages((photo, 90)).document
        assert document.kind == Kind.PDF
        assert [open_original(part) for part in document.parts.all()] == [photo]


def test_no_photo_and_what_is_no_photo(archive, world):
    with world.scope():
        with pytest.raises(NoPhotos):
            archive.pages()
        with pytest.raises(Refused):
            archive.pages((b"not a photo", 0), (b"neither", 0))
        assert not Document.objects.exists()


# ── Page images ──


def test_pages_are_drawn_once_the_document_is_kept(archive, world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), world.scope():
        document = archive.keep(made.pdf(2), "factuur.pdf").document
        assert (document.preview, document.pages) == (Preview.WAITING, 0)
    row = archive.fresh(document)
    assert (row.preview, row.pages, row.preview_tries) == (Preview.READY, 2, 1)
    assert page_image(row, 1)[8:12] == page_image(row, 2)[8:12] == b"WEBP"
    assert page_image(row, 0) is page_image(row, 3) is None
    assert preview_key(row, 1) == f"{row.storage_key}.pages/1.webp"
    assert archive.draw(row) == "not waiting"


def test_a_document_that_cannot_be_drawn_says_so(archive, photo, world, monkeypatch):
    with world.scope():
        document = archive.keep(photo).document

    def refuse(data, kind):
        raise Damaged(name="x", reason="crash")

    monkeypatch.setattr(tasks, "render_pages", refuse)
    assert archive.draw(document) == "failed"
    row = archive.fresh(document)
    assert (row.preview, row.pages) == (Preview.FAILED, 0)


def test_a_worker_that_dies_is_tried_thrice(archive, photo, world, clock, monkeypatch):
    with world.scope():
        document = archive.keep(photo).document

    def die(data, kind):
        raise SystemExit

    monkeypatch.setattr(tasks, "render_pages", die)
    for tries in (1, 2, 3):
        with pytest.raises(SystemExit):
            archive.draw(document)
        assert archive.draw(document) == "not waiting"  # within the lease
        assert archive.fresh(document).preview_tries == tries
        clock.forward(seconds=61)
    assert archive.draw(document) == "not waiting"
    assert archive.fresh(document).preview == Preview.FAILED


def test_a_lost_original_is_not_looked_for_for_ever(archive, photo, world, clock):
    with world.scope():
        document = archive.keep(photo).document
    default_storage.delete(document.storage_key)
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            archive.draw(document)
        clock.forward(seconds=61)
    archive.draw(document)
    assert archive.fresh(document).preview == Preview.FAILED


def test_the_sweep_rings_for_what_waits(archive, photo, world, clock):
    with world.scope():
        document = archive.keep(photo).document
    clock.forward(minutes=2)
    assert tasks.sweep() == 1
    assert archive.fresh(document).preview == Preview.READY
    assert tasks.sweep() == 0


def test_one_worker_of_eight_draws(real_db, archive, photo, world, together, monkeypatch):
    with world.scope():
        document = archive.keep(photo).document
    drawn = []
    monkeypatch.setattr(tasks, "render_pages", lambda data, kind: drawn.append(1) or [b"page"])
    with world.scope():
        Document.objects.filter(pk=document.pk).update(preview=Preview.WAITING, preview_claimed_at=None)
    results = together(lambda number: archive.draw(document), 8)
    assert sorted(results) == ["not waiting"] * 7 + ["ready"]
    assert len(drawn) == 1


def test_the_same_bytes_at_once_are_one_document(real_db, archive, world, together, monkeypatch):
    photo = made.corner_photo(8)
    monkeypatch.setattr(tasks, "render_pages", lambda data, kind: [b"page"])

    def act(number):
        with world.scope():
            return archive.keep(photo).is_new

    assert sorted(together(act, 8)) == [False] * 7 + [True]
    with world.scope():
        assert Document.objects.count() == 1
        assert open_original(Document.objects.get()) == photo
