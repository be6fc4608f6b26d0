"""Which format a file has, told by its content and never by its name."""

from __future__ import annotations

import re

from bankfeeds.formats.rules import refuse

_HEAD = 8192
_BOM = b"\xef\xbb\xbf"
_CODA_HEADER = re.compile(rb"0[0 ]{4}(?:[0-9]{6}|.{9}05)", re.DOTALL)
_CODA_RECORD = re.compile(rb"(?:1[0-3]|2[123][0-9]{8}|3[123][0-9]{8}|8[0-9]{3}|9 {15}[0-9]{6}|4 [0-9]{8})")
_MT940 = re.compile(rb"(?:^|[\r\n{}])(?::20:|\{1:F|:?940[\r\n:])")
_MARKUP_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

_MAGIC = (
    (b"%PDF", "file.pdf"),
    (b"\xff\xfe", "file.utf16"),
    (b"\xfe\xff", "file.utf16"),
    (b"\xd0\xcf\x11\xe0", "file.spreadsheet"),
    (b"\x89PNG", "file.image"),
    (b"\xff\xd8\xff", "file.image"),
    (b"GIF8", "file.image"),
    (b"\x1f\x8b", "file.zip"),
    (b"7z\xbc\xaf", "file.zip"),
    (b"Rar!", "file.zip"),
    (b"MZ", "file.binary"),
    (b"\x7fELF", "file.binary"),
)


def sniff(data: bytes) -> str:
    """The format of a readable file: "coda".

    Raises FormatRefused with a rule "file.*" that names what the file is instead, or
    "coda.no_header" when the first line of a CODA file is missing.
    """
    head = data[:_HEAD]
    start = head.removeprefix(_BOM).lstrip()
    if not start:
        if not data.strip():
            raise refuse("file.empty", 1, 1)
        raise refuse("file.unknown", 1, 1)
    if _CODA_HEADER.match(start) and b"\x00" not in head:
        return "coda"
    if _CODA_RECORD.match(start):
        raise refuse("coda.no_header", 1, 1, record=start[:1].decode("ascii"))
    raise refuse(*_what_else(start, head))


def _what_else(start: bytes, head: bytes) -> tuple[str, int, int]:
    for magic, rule in _MAGIC:
        if start.startswith(magic):
            return rule, 1, 1
    if start.startswith(b"PK\x03\x04"):
        office = b"xl/" in head or b"[Content_Types].xml" in head
        return ("file.spreadsheet" if office else "file.zip"), 1, 1
    if b"%PDF-" in head[:1024]:
        return "file.pdf", 1, 1
    binary = re.search(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]", head)
    if binary:
        before = head[: binary.start()]
        line = before.count(b"\n") + 1
        return "file.binary", line, binary.start() - before.rfind(b"\n")
    if start.startswith(b"<"):
        return _which_markup(start), 1, 1
    if _MT940.search(head):
        return "file.mt940", 1, 1
    return ("file.csv" if _is_table(head) else "file.unknown"), 1, 1


def _which_markup(start: bytes) -> str:
    if b"camt.05" in start or b"BkToCstmr" in start:
        return "file.camt"
    if _MARKUP_HTML.search(start[:1024]):
        return "file.html"
    if b"Invoice" in start or b"CreditNote" in start:
        return "file.invoice"
    return "file.xml"


def _is_table(head: bytes) -> bool:
    """Two of the first lines or more hold the same separator, as tables do."""
    lines = [line for line in head.splitlines()[:30] if line.strip()]
    return any(sum(line.count(mark) >= 1 for line in lines) >= max(2, len(lines) // 2) for mark in (b";", b",", b"\t"))
