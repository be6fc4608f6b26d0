"""A mail saved as a file: the papers in it, each of which then takes the same door as any other file."""

from __future__ import annotations

from portal.documents import refusals
from portal.documents.guards import MAX_BYTES
from portal.documents.sandbox import opened, run_child
from portal.documents.sniff import sniff
from portal.kernel.text import safe_name

MOST = 10
_HEAD = 8192


def is_mail(data: bytes) -> bool:
    """Say whether the bytes (never the name) are those of a saved mail."""
    return sniff(data[:_HEAD]) == "mail"


def papers_in(data: bytes, name: str) -> list[tuple[bytes, str]]:
    """The papers of a mail with their names, ten at most. Raises MailWithoutPapers, TooLarge, TooHeavy or Damaged."""
    shown = safe_name(name)
    if len(data) > MAX_BYTES:
        raise refusals.TooLarge(name=shown, limit=MAX_BYTES >> 20)
    with opened(data) as file:
        answer = run_child([file], "take_mail_apart", name=shown, most=MOST)
    names = answer.facts.get("names")
    if not isinstance(names, list) or len(names) != len(answer.blobs):
        raise refusals.Damaged(name=shown, reason="crash")
    return [(blob, safe_name(str(one))) for blob, one in zip(answer.blobs, names, strict=True)]
