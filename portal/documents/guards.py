"""The door for files from outside: what a file is, by its content, or why it is not taken.

The name is never trusted and never used as a path. Cheap looks happen here; whatever parses runs in
a child process with bounded memory and time (see sandbox.py). Nothing here knows Django.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from portal.documents import refusals
from portal.documents.refusals import UploadRefused
from portal.documents.sandbox import opened, run_child
from portal.documents.sniff import TAIL, Sniffed, ends_as_archive, pdf_starts_as_something_else, sniff
from portal.kernel.text import safe_name

__all__ = [
    "BANK_FILES", "DOCUMENTS", "EVERYTHING", "MAX_BYTES", "Inspection", "Kind",
    "UploadRefused", "inspect", "safe_name",
]  # fmt: skip

Kind = Literal["pdf", "image", "ubl", "bank"]

DOCUMENTS: frozenset[Kind] = frozenset({"pdf", "image", "ubl"})
BANK_FILES: frozenset[Kind] = frozenset({"bank"})
EVERYTHING: frozenset[Kind] = DOCUMENTS | BANK_FILES

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PAGES = 500

_HEAD = 8192
_IMAGES: dict[Sniffed, str] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "heic": "image/heic",
}
# Endings that promise something; others (.dat, none) promise nothing.
_PROMISES: dict[str, set[Sniffed]] = {
    "pdf": {"pdf"},
    "jpg": set(_IMAGES), "jpeg": set(_IMAGES), "png": set(_IMAGES), "webp": set(_IMAGES),
    "tif": set(_IMAGES), "tiff": set(_IMAGES), "heic": set(_IMAGES), "heif": set(_IMAGES),
    "xml": {"xml"}, "eml": {"mail"},
}  # fmt: skip


@dataclass(frozen=True)
class Inspection:
    """What a file turned out to be.

    name: safe to show; pages: of a PDF or TIFF, else 1; width and height: pixels of an image as it
    is seen (after its EXIF rotation), points of the first PDF page, 0 when there are none.
    encrypted: opens without a password, but its maker restricted printing or copying. active: holds
    scripts or actions, which the page images do not have.
    """

    kind: Kind
    mime: str
    name: str
    size: int
    pages: int = 1
    width: int = 0
    height: int = 0
    encrypted: bool = False
    active: bool = False


def inspect(source: bytes | Path, name: str, *, accept: Collection[Kind] = DOCUMENTS) -> Inspection:
    """What `source` (the bytes, or the path of a stored upload) is. Raises an UploadRefused with a
    sentence.

    accept: the kinds this place takes; any other is refused. Takes at most 30 seconds, usually
    under one.
    """
    shown = safe_name(name)
    with opened(source) as file:
        size = file.seek(0, 2)
        if size == 0:
            raise refusals.EmptyFile(name=shown)
        if size > MAX_BYTES:
            raise refusals.TooLarge(name=shown, limit=MAX_BYTES >> 20)
        file.seek(0)
        head = file.read(_HEAD)
        file.seek(max(0, size - TAIL))
        tail = file.read(TAIL)
        sniffed = sniff(head)
        _refuse_by_looks(sniffed, head, tail, shown)
        found = _look_inside(file, sniffed, shown, size)
    if found.kind not in accept:
        raise (refusals.BankFileHere if found.kind == "bank" else refusals.NotAccepted)(name=shown)
    return found


def _refuse_by_looks(sniffed: Sniffed, head: bytes, tail: bytes, shown: str) -> None:
    if sniffed == "pdf" and pdf_starts_as_something_else(head):
        raise refusals.TwoInOne(name=shown)
    suffix = shown.rpartition(".")[2].lower()
    if sniffed not in _PROMISES.get(suffix, {sniffed}):
        raise refusals.Disguised(name=shown, suffix=suffix)
    if sniffed == "archive":
        raise refusals.Archive(name=shown)
    if sniffed == "office":
        raise (refusals.OutlookMail if suffix == "msg" else refusals.OfficeFile)(name=shown)
    if sniffed in ("html", "mail", "unknown"):
        raise refusals.NotAccepted(name=shown)
    if (sniffed == "pdf" or sniffed in _IMAGES) and ends_as_archive(tail):
        raise refusals.TwoInOne(name=shown)


def _look_inside(file: BinaryIO, sniffed: Sniffed, shown: str, size: int) -> Inspection:
    if sniffed == "text":
        return Inspection("bank", "text/plain", shown, size)
    if sniffed == "xml":
        facts = _ask(file, "inspect_xml", shown)
        kind: Kind = "ubl" if facts.get("kind") == "ubl" else "bank"
        return Inspection(kind, "application/xml", shown, size)
    if sniffed == "pdf":
        facts = _ask(file, "inspect_pdf", shown, max_pages=MAX_PAGES)
        return Inspection("pdf", "application/pdf", shown, size, **_measures(facts, shown))
    limits = {"max_pixels": MAX_PIXELS, "max_pages": MAX_PAGES}
    facts = _ask(file, "inspect_image", shown, format=sniffed, **limits)
    return Inspection("image", _IMAGES[sniffed], shown, size, **_measures(facts, shown))


def _ask(file: BinaryIO, operation: str, shown: str, **options: Any) -> dict[str, Any]:
    return run_child([file], operation, name=shown, **options).facts


def _measures(facts: dict[str, Any], shown: str) -> dict[str, Any]:
    """The child's facts, taken for what they should be: it may have been taken over by the file it read."""
    try:
        measures: dict[str, Any] = {name: int(facts[name]) for name in ("pages", "width", "height")}
    except (KeyError, ValueError, TypeError):
        raise refusals.Damaged(name=shown, reason="crash") from None
    return measures | {name: facts.get(name) is True for name in ("encrypted", "active")}
