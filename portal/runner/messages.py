"""Translations: .po files become the .mo files that Django reads, without any system tool.

Follows the GNU MO format (gettext manual, "The Format of GNU MO Files"), little-endian, without a hash table.
"""

import ast
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

MAGIC = 0x950412DE
CONTEXT, PLURAL = "\x04", "\x00"
_KEYWORD = re.compile(r"^(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+(\".*\")$")


class BadMessages(Exception):
    """A .po file that cannot be read; says the line."""


@dataclass
class Entry:
    """One message of a .po file."""

    context: str | None = None
    source: str | None = None
    plural: str | None = None
    targets: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def complete(self) -> bool:
        """Whether every form has a text."""
        return bool(self.targets) and all(self.targets.values())


def read(text: str) -> list[Entry]:
    """The messages of a .po text, obsolete ones left out; raises BadMessages with the line."""
    entries: list[Entry] = []
    entry, part, fuzzy = Entry(), ("", 0), False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            if entry.targets:
                entries.append(entry)
                entry, part = Entry(), ("", 0)
            fuzzy = (fuzzy and bool(line)) or (line.startswith("#,") and "fuzzy" in line)
            continue
        if match := _KEYWORD.match(line):
            keyword, index, quoted = match[1], int(match[2] or 0), match[3]
            if keyword in ("msgctxt", "msgid") and entry.targets:
                entries.append(entry)
                entry = Entry()
            part = (keyword, index)
        elif line.startswith('"') and part[0]:
            quoted = line
        else:
            raise BadMessages(f"line {number}: {raw!r} is not a message")
        entry.fuzzy = entry.fuzzy or fuzzy
        fuzzy = False
        _add(entry, part, _unquote(quoted, number))
    if entry.targets:
        entries.append(entry)
    return entries


def _unquote(quoted: str, number: int) -> str:
    try:
        value = ast.literal_eval(quoted)
    except (SyntaxError, ValueError):
        raise BadMessages(f"line {number}: {quoted} is not closed") from None
    return str(value)


def _add(entry: Entry, part: tuple[str, int], text: str) -> None:
    keyword, index = part
    if keyword == "msgctxt":
        entry.context = (entry.context or "") + text
    elif keyword == "msgid":
        entry.source = (entry.source or "") + text
    elif keyword == "msgid_plural":
        entry.plural = (entry.plural or "") + text
    else:
        entry.targets[index] = entry.targets.get(index, "") + text


def write(entries: list[Entry]) -> bytes:
    """The .mo bytes: fuzzy and unfinished messages are left out, so the English source shows instead."""
    catalogue: dict[bytes, bytes] = {}
    for entry in entries:
        if entry.source is None or not entry.complete or (entry.fuzzy and entry.source):
            continue
        key = entry.source if entry.plural is None else entry.source + PLURAL + entry.plural
        if entry.context is not None:
            key = entry.context + CONTEXT + key
        value = PLURAL.join(entry.targets[index] for index in sorted(entry.targets))
        catalogue[key.encode()] = value.encode()
    keys = sorted(catalogue)
    count, header = len(keys), 7 * 4
    start = header + 16 * count
    tables, blob = [], b""
    for texts in (keys, [catalogue[key] for key in keys]):
        table = b""
        for each in texts:
            table += struct.pack("<2I", len(each), start + len(blob))
            blob += each + b"\0"
        tables.append(table)
    head = struct.pack("<7I", MAGIC, 0, count, header, header + 8 * count, 0, start)
    return head + b"".join(tables) + blob


def compile_all(locale: Path) -> list[Path]:
    """Write every .mo under ``locale`` that is missing or older than its .po; returns the written ones."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            data = write(read(source.read_text(encoding="utf-8")))
        except BadMessages as problem:
            raise BadMessages(f"{source}, {problem}") from None
        fresh = target.with_suffix(".mo.new")
        fresh.write_bytes(data)
        fresh.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_all(Path(__file__).resolve().parents[2] / "locale"):
        print(path)
