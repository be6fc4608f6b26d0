"""Inside the parsing child: the XML files inside a PDF, however it names them."""

from __future__ import annotations

import zlib
from typing import Any, BinaryIO

from portal.documents.refusals import Damaged, NeedsPassword
from portal.kernel.text import one_line

Found = tuple[dict[str, Any], list[bytes]]

_MOST_LOOKED_AT = 50
_DEPTH = 12


def xml_inside_pdf(files: list[BinaryIO], most: int, max_bytes: int) -> Found:
    """{"names": …, "left_out": how many were too large} and the bytes of at most `most` XML files of `max_bytes`.

    Raises NeedsPassword or Damaged.
    """
    import pikepdf

    names: list[str] = []
    blobs: list[bytes] = []
    left_out = 0
    try:
        with pikepdf.open(files[0]) as pdf:
            for specification in _specifications(pdf):
                name = one_line(str(specification.get("/UF", specification.get("/F", ""))), 120)
                stream = _stream(specification)
                if stream is None or len(blobs) == most or not _may_be_xml(name, stream):
                    continue
                data = _bounded(stream, max_bytes)
                if data is None:
                    left_out += 1
                    continue
                names.append(name)
                blobs.append(data)
    except pikepdf.PasswordError:
        raise NeedsPassword(name="") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, zlib.error, UnicodeError):
        raise Damaged(name="", reason="damaged") from None
    return {"names": names, "left_out": left_out}, blobs


def _specifications(pdf: Any) -> list[Any]:
    """The file specifications of the name tree and of /AF (PDF/A-3 asks for both, old programs write one)."""
    import pikepdf

    found: list[Any] = []
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and isinstance(names.get("/EmbeddedFiles"), pikepdf.Dictionary):
        _walk(names.EmbeddedFiles, found, _DEPTH)
    associated = pdf.Root.get("/AF")
    if isinstance(associated, pikepdf.Array):
        found += [each for each in list(associated)[:_MOST_LOOKED_AT] if isinstance(each, pikepdf.Dictionary)]
    once: dict[Any, Any] = {}
    for place, each in enumerate(found):
        once.setdefault(each.objgen if each.is_indirect else place, each)
    return list(once.values())[:_MOST_LOOKED_AT]


def _walk(node: Any, found: list[Any], depth: int) -> None:
    import pikepdf

    pairs, kids = node.get("/Names"), node.get("/Kids")
    if isinstance(pairs, pikepdf.Array):
        found += [each for each in list(pairs)[1 : 2 * _MOST_LOOKED_AT : 2] if isinstance(each, pikepdf.Dictionary)]
    if not isinstance(kids, pikepdf.Array) or not depth:
        return
    for kid in list(kids)[:_MOST_LOOKED_AT]:
        if isinstance(kid, pikepdf.Dictionary) and len(found) < _MOST_LOOKED_AT:
            _walk(kid, found, depth - 1)


def _stream(specification: Any) -> Any:
    import pikepdf

    held = specification.get("/EF")
    if not isinstance(held, pikepdf.Dictionary):
        return None
    stream = held.get("/UF", held.get("/F"))
    return stream if isinstance(stream, pikepdf.Stream) else None


def _may_be_xml(name: str, stream: Any) -> bool:
    return name.lower().endswith(".xml") or str(stream.get("/Subtype", "")).lower().endswith("/xml")


def _bounded(stream: Any, max_bytes: int) -> bytes | None:
    """The bytes of a stream; None when they are more than `max_bytes`. A bomb is never unpacked whole."""
    raw = bytes(stream.read_raw_bytes())
    filters = stream.get("/Filter")
    kind = "" if filters is None else str(filters) if not hasattr(filters, "as_list") else ""
    if filters is None:
        return raw if len(raw) <= max_bytes else None
    if kind == "/FlateDecode" and "/DecodeParms" not in stream:
        data = zlib.decompressobj().decompress(raw, max_bytes + 1)
    else:
        data = bytes(stream.read_bytes())  # rare; the memory of this process is the bound
    return data if len(data) <= max_bytes else None
