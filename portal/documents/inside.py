"""What lies inside a PDF: the XML files somebody put there, an e-invoice perhaps."""

from __future__ import annotations

import re

from portal.documents import refusals
from portal.documents.sandbox import opened, run_child
from portal.kernel.text import safe_name

MOST = 5
MAX_BYTES = 5 * 1024 * 1024
# The dictionary of a stream stands in plain sight in every PDF, also in one that packs or locks the rest.
_SIGNS = re.compile(rb"/EmbeddedFile\b|/[A-Za-z]+#2[Ff]xml\b|/AFRelationship")


def xml_inside(data: bytes, name: str) -> list[tuple[str, bytes]]:
    """The XML files inside a PDF with their names, five of 5 MB at most; one that is larger is left out.

    Raises NeedsPassword, TooHeavy or Damaged. No process is started for a PDF that shows no sign of files in it.
    """
    if not _SIGNS.search(data):
        return []
    shown = safe_name(name)
    with opened(data) as file:
        answer = run_child([file], "xml_inside_pdf", name=shown, most=MOST, max_bytes=MAX_BYTES)
    names = answer.facts.get("names")
    if not isinstance(names, list) or len(names) != len(answer.blobs):
        raise refusals.Damaged(name=shown, reason="crash")
    return [(safe_name(str(one)), blob) for one, blob in zip(names, answer.blobs, strict=True)]
