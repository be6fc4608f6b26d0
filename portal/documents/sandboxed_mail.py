"""Inside the parsing child: the papers in a mail that was saved as a file (.eml, RFC 5322)."""

from __future__ import annotations

from email import message_from_binary_file
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice
from typing import Any, BinaryIO

from portal.documents.refusals import Damaged, MailWithoutPapers
from portal.documents.sniff import sniff
from portal.kernel.text import one_line

Found = tuple[dict[str, Any], list[bytes]]

_PAPERS = ("pdf", "jpeg", "png", "webp", "tiff", "heic", "xml")
_PICTURES = ("jpeg", "png", "webp")
_SIGNATURE = 20_000  # bytes: a smaller picture inside the text is somebody's logo
_MOST_PARTS = 500
_HEAD = 8192


def take_mail_apart(files: list[BinaryIO], most: int) -> Found:
    """{"names": …} and the bytes of every paper in the mail, in its order, forwarded mails included.

    Texts, calendars, signatures and logos are left out. Raises MailWithoutPapers, or Damaged.
    """
    names: list[str] = []
    blobs: list[bytes] = []
    try:
        message = message_from_binary_file(files[0])
        for part in islice(message.walk(), _MOST_PARTS):
            data = b"" if part.is_multipart() else _bytes(part)
            kind = sniff(data[:_HEAD]) if data else "unknown"
            if kind not in _PAPERS or (kind in _PICTURES and len(data) < _SIGNATURE and _stands_in_text(part)):
                continue
            names.append(_name(part) or f"{len(names) + 1}.{'jpg' if kind == 'jpeg' else kind}")
            blobs.append(data)
            if len(blobs) == most:
                break
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError):
        raise Damaged(name="", reason="damaged") from None
    if not blobs:
        raise MailWithoutPapers(name="")
    return {"names": names}, blobs


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _stands_in_text(part: Message) -> bool:
    return bool(part.get("Content-ID")) or part.get_content_disposition() == "inline"


def _name(part: Message) -> str:
    return one_line(str(make_header(decode_header(part.get_filename() or ""))), 120)
