"""What a file is by its first and last bytes. Cheap looks only, nothing is parsed; pure."""

from __future__ import annotations

import re
from typing import Literal

Sniffed = Literal[
    "pdf", "jpeg", "png", "webp", "tiff", "heic", "xml", "html", "text", "mail", "archive", "office", "unknown"
]  # fmt: skip

PDF_HEADER_WITHIN = 1024
TAIL = 66_000  # a zip's end record is at most 65,557 bytes from the end

_STARTS: tuple[tuple[bytes, Sniffed], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_OFFICE_PARTS = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis", b"word/", b"xl/")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|title|!--[^>]*-->\s*<html)", re.IGNORECASE)
_XML_START = re.compile(rb"\s*<(?:\?xml|!doctype|!--|[A-Za-z_])", re.IGNORECASE)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# RFC 5322: fields, perhaps folded, before anything else; a mail names its sender, its road or its MIME version.
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}")
_MAIL_FIELD = re.compile(rb"^(?:mime-version|received|return-path|from|message-id):", re.IGNORECASE | re.MULTILINE)
# A page of text has no NUL and no controls but tab, line ends, form feed, escape and end of file.
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1c-\x1f\x7f]")


def sniff(head: bytes) -> Sniffed:
    """The kind of a file by its first bytes (give at least 2048 when there are as many)."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return _archive(head) if kind == "archive" else kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in _HEIC_BRANDS else "unknown"
    if b"%PDF-" in head[:PDF_HEADER_WITHIN]:
        return "pdf"
    return _written(head)


def pdf_starts_as_something_else(head: bytes) -> bool:
    """Whether markup or a program stands before the PDF header, so that another reader would see
    another file.

    A few bytes of a mail gateway before the header do no harm and are let through.
    """
    before = head[: head.index(b"%PDF-")]
    return b"<" in before or before.startswith((b"MZ", b"\x7fELF", b"#!", b"GIF8"))


def ends_as_archive(tail: bytes) -> bool:
    """Whether a zip's end record stands behind everything else, so that an unpacker would see an
    archive."""
    record = tail.rfind(b"PK\x05\x06")
    return record >= 0 and record > tail.rfind(b"startxref")


def _archive(head: bytes) -> Sniffed:
    return "office" if any(part in head for part in _OFFICE_PARTS) else "archive"


def _written(head: bytes) -> Sniffed:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    plain = head.replace(b"\x00", b"") if wide else head
    for bom in _BOMS:
        plain = plain.removeprefix(bom)
    if _HTML.match(plain.lstrip()):
        return "html"
    if _XML_START.match(plain):
        return "xml"
    if _MAIL.match(plain) and _MAIL_FIELD.search(plain):
        return "mail"
    return "unknown" if not plain or _CONTROLS.search(plain) else "text"
