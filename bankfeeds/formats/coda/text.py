"""From the bytes of a CODA file to blocks of records of 128 characters.

The standard knows unaccented capitals only; banks send accents in Windows-1252, in code page 850 or,
after a detour over somebody's computer, in UTF-8. Line ends are CRLF, LF, CR or absent.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

from bankfeeds.formats.rules import refuse
from bankfeeds.formats.statement import Notes

WIDTH = 128
_BOM = b"\xef\xbb\xbf"
_SLICE = 1 << 20
_LONGEST_LINE = 1 << 16
_CONTROLS = bytes(b for b in range(32) if b not in b"\n\r") + b"\x7f"
_TO_SPACE = dict.fromkeys((*range(10), 11, 12, *range(14, 32), 127), " ")

# Bytes that are letters in code page 850 and hardly ever stand against a letter in Windows-1252.
_CP850_LETTERS = rb"\x81-\x8c\x8e\x90\x93\x94\x96\x97\x99\x9a\xa0-\xa4"
_CP850_IN_WORD = re.compile(rb"[A-Za-z][" + _CP850_LETTERS + rb"]|[" + _CP850_LETTERS + rb"][A-Za-z]")
_CP1252_IN_WORD = re.compile(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][A-Za-z]")

# Where each record's last character stands that must be there; what follows may be lost spaces.
_LEAST = {"0": 11, "1": 64, "21": 121, "22": 11, "23": 11, "31": 40, "32": 11, "33": 11, "4": 10, "8": 63, "9": 22}


class Block:
    """One statement: its records, each exactly 128 characters, and their line numbers."""

    __slots__ = ("numbers", "records")

    def __init__(self, records: list[str], numbers: range | list[int]) -> None:
        self.records = records
        self.numbers = numbers


def encoding_of(data: bytes) -> str:
    """The encoding to read `data` with: "ascii", "utf-8", "cp850" or "cp1252"."""
    if data.isascii():
        return "ascii"
    try:
        decoder = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
        while decoder.read(_SLICE):
            pass
    except UnicodeDecodeError:
        in_850 = sum(1 for _ in _CP850_IN_WORD.finditer(data))
        in_1252 = sum(1 for _ in _CP1252_IN_WORD.finditer(data))
        return "cp850" if in_850 > in_1252 else "cp1252"
    return "utf-8"


def blocks(data: bytes, notes: Notes) -> Iterator[Block]:
    """The statements of a file one by one, so that a large file never stands in memory twice.

    Odd wrapping is added to `notes`. Raises FormatRefused for lines that cannot be records.
    """
    if data.startswith(_BOM):
        notes.add("file.bom", 1, 1)
        data = data[len(_BOM) :]
    data = data.rstrip(b"\x1a") if data.endswith(b"\x1a") else data
    encoding = encoding_of(data)
    dirty = _has_controls(data)
    if dirty:
        notes.add("file.control_characters")
    start = 1
    for text in _texts(_pieces(data, encoding, notes, dirty=dirty)):
        lines = text.split("\n")
        if encoding == "utf-8":
            lines = [_widen(line) for line in lines]
        if text.strip():
            yield _block(lines, start, notes)
        start += len(lines)


def _has_controls(data: bytes) -> bool:
    for at in range(0, len(data), _SLICE):
        part = data[at : at + _SLICE]
        if len(part.translate(None, _CONTROLS)) != len(part):
            return True
    return False


def _pieces(data: bytes, encoding: str, notes: Notes, *, dirty: bool) -> Iterator[str]:
    """The text, a piece at a time, with "\\n" as the only line end. Only CR and LF end a line: what
    else Unicode calls a line end may be text."""
    errors = "strict" if encoding in ("ascii", "utf-8") else "replace"
    source = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors=errors, newline=None)
    has_lf, has_cr = b"\n" in data, b"\r" in data
    cut = not has_lf and not has_cr and len(data) > WIDTH
    if cut:
        notes.add("file.line_ends_none")
    elif has_cr and not has_lf:
        notes.add("file.line_ends_cr")
    if not cut and data[-1:] not in (b"\n", b"\r"):
        notes.add("file.no_final_newline")
    while text := source.read(_SLICE):
        if dirty:
            text = text.translate(_TO_SPACE)
        if cut:
            text = "".join([text[at : at + WIDTH] + "\n" for at in range(0, len(text), WIDTH)])
        if "\ufffd" in text:
            notes.add("file.undefined_characters")
        yield text


def _texts(pieces: Iterable[str]) -> Iterator[str]:
    """The text of each statement, up to and with its record 9, without the last line end."""
    rest = "\n"  # so that every line start is found after a line end
    searched = 0
    for piece in pieces:
        rest += piece
        start = 0
        while (trailer := rest.find("\n9", max(start, searched))) >= 0:
            end = rest.find("\n", trailer + 1)
            if end < 0:
                break
            yield from _at_headers(rest[start + 1 : end])
            start = end
        rest = rest[start:]
        searched = max(0, len(rest) - _LONGEST_LINE)
    if len(rest) > 1:
        yield from _at_headers(rest[1:].removesuffix("\n"))


def _at_headers(text: str) -> Iterator[str]:
    """Cuts where a record 0 follows a statement that has no record 9."""
    begin = 0
    at = text.find("\n0")
    while at >= 0:
        if not text[begin:at].isspace() and at > begin:
            yield text[begin:at]
            begin = at + 1
        at = text.find("\n0", at + 1)
    yield text[begin:]


def _widen(line: str) -> str:
    """A UTF-8 record that was laid out in bytes gets the spaces back that its accents took.

    They are put at the end of the field the accent stands in, that is before the next two spaces.
    """
    if len(line) >= WIDTH or line.isascii() or len(line.encode()) != WIDTH:
        return line
    out, owed = [], 0
    for at, character in enumerate(line):
        if owed and character == " " and line[at : at + 2] == "  ":
            out.append(" " * owed)
            owed = 0
        out.append(character)
        owed += len(character.encode()) - 1
    return "".join(out) + " " * owed


def _block(lines: list[str], start: int, notes: Notes) -> Block:
    if set(map(len, lines)) == {WIDTH}:
        return Block(lines, range(start, start + len(lines)))
    records: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, start):
        if not line.strip():
            notes.add("coda.blank_line", number, 1)
            continue
        records.append(line if len(line) == WIDTH else _fit(line, number, notes))
        numbers.append(number)
    return Block(records, numbers)


def _fit(line: str, number: int, notes: Notes) -> str:
    if len(line) > WIDTH:
        surplus = line[WIDTH:]
        if len(surplus.strip()) > 16:
            raise refuse("coda.long", number, WIDTH + 1, length=len(line))
        if line[0] == "0" and not line[WIDTH - 1].isdigit():
            line = line[: WIDTH - 1] + surplus.strip()[:1]
        notes.add("coda.long_line", number, WIDTH + 1)
        return line[:WIDTH].ljust(WIDTH)
    kind = line[:2] if line[0] in "23" else line[:1]
    if len(line) < _LEAST.get(kind, 2):
        raise refuse("coda.short", number, len(line), length=len(line))
    notes.add("coda.short_line", number, len(line))
    if kind == "0" and len(line) > 100:
        return line[:-1].ljust(WIDTH - 1) + line[-1]  # the version stands last, whatever was lost before it
    return line.ljust(WIDTH)
