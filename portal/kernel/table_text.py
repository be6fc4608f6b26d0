"""Tables people paste or save from a spreadsheet: bytes or text in, rows of cells out.

What Excel, LibreOffice and a hand make of it: separated by ; , or a tab, in UTF-8 (with or without a mark), UTF-16 with
its mark, or Windows-1252, which reads every Latin-1 file too. Cells are one line, without characters that lie.
"""

import csv
from collections.abc import Iterator

from portal.kernel.text import one_line

SEPARATORS = ";\t,"  # the first one wins when a line has as many of each
LONGEST_CELL = 500
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class NotATable(ValueError):
    """What was given is no text with rows."""


class TooManyRows(ValueError):
    """There are more rows than are taken at once."""


def text_of(data: bytes) -> str:
    """The text of a file. Raises NotATable for what is no text."""
    coding = next((name for mark, name in MARKS if data.startswith(mark)), "")
    try:
        if coding:
            return data.decode(coding)
        if b"\0" in data:
            raise NotATable("a file of bytes")
        return data.decode("utf-8")
    except UnicodeDecodeError as bad:
        if coding:
            raise NotATable(str(bad)) from bad
        return data.decode("cp1252", errors="replace")


def rows_of(text: str, most: int) -> list[tuple[int, list[str]]]:
    """The rows that say something, each with the number of its line. Raises NotATable or TooManyRows."""
    found: list[tuple[int, list[str]]] = []
    plain = text.removeprefix("\ufeff")
    try:
        for number, cells in _read(plain):
            row = [one_line(cell, LONGEST_CELL) for cell in cells]
            if not any(row):
                continue
            if len(found) == most:
                raise TooManyRows
            found.append((number, row))
    except csv.Error as bad:
        raise NotATable(str(bad)) from bad
    return found


def _read(text: str) -> Iterator[tuple[int, list[str]]]:
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=separator)
    began = 1
    for cells in reader:
        yield began, cells
        began = reader.line_num + 1
