"""Text and file names that came from outside, made safe to show, to store and to log.

Removed are the characters that lie to the eye or break a line: controls, NUL, invisible marks and
the marks that turn the reading direction ("invoice‮fdp.exe" would look like "invoiceexe.pdf").
"""

from __future__ import annotations

import re
import unicodedata

_LYING = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANKS = re.compile("[ \\t\\f\\v]+")
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_MAX_NAME = 120
_MAX_SUFFIX = 10


def one_line(text: str, limit: int = 500) -> str:
    """`text` on one line, without characters that lie, white space collapsed, at most `limit`
    characters."""
    return " ".join(_LYING.sub("", unicodedata.normalize("NFC", text)).split())[:limit]


def name_key(name: str) -> str:
    """`name` as the eye compares it: without case, accents, blanks and punctuation."""
    plain = unicodedata.normalize("NFKD", one_line(name)).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def many_lines(text: str, limit: int = 5000) -> str:
    """`text` with its line breaks, without characters that lie, at most `limit` characters."""
    lines = _LYING.sub("", unicodedata.normalize("NFC", text)).splitlines()
    # a no-break space stays: it keeps "€ 169,69" on one line
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in lines).strip()[:limit]


def safe_name(name: str, fallback: str = "document") -> str:
    """A file name to show and to offer for download: no path, no lying characters, at most 120
    characters.

    Only the last part of a path stays; names that systems reserve and names of dots alone become
    `fallback`. The name is never used as a path on our side.
    """
    last = re.split(r"[/\\]", name)[-1]
    clean = _NOT_IN_NAMES.sub("_", one_line(last, 1000)).strip(" ._")
    stem, dot, suffix = clean.rpartition(".")
    if not dot or not stem.strip(" ._") or len(suffix) > _MAX_SUFFIX:
        stem, dot, suffix = clean, "", ""
    short = stem.strip(" ._")[: _MAX_NAME - len(dot + suffix)].rstrip(" ._") + dot + suffix
    return fallback if not short or _RESERVED.fullmatch(short) else short
