"""Inside the parsing child: how many pages a PDF has, what it would do, and what its pages look
like."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from portal.documents.refusals import Damaged, NeedsPassword, TooManyPages

Found = tuple[dict[str, Any], list[bytes]]

_MAX_PAGE_PIXELS = 8_000_000
_ACTIVE_KEYS = ("/OpenAction", "/AA")
_ACTIVE_KINDS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition"}


def inspect_pdf(files: list[BinaryIO], max_pages: int) -> Found:
    """Pages, size of the first page in points, encrypted, active. Raises NeedsPassword,
    TooManyPages or Damaged."""
    import pikepdf

    try:
        with pikepdf.open(files[0]) as pdf:
            tree: Any = pdf.Root.get("/Pages")
            stated: Any = tree.get("/Count") if isinstance(tree, pikepdf.Dictionary) else None
            if isinstance(stated, int) and stated > max_pages:
                raise TooManyPages(name="", limit=max_pages)
            # qpdf has walked the tree itself by now and refused loops and nodes with two parents.
            pages = len(pdf.pages)
            if pages > max_pages:
                raise TooManyPages(name="", limit=max_pages)
            if pages == 0:
                raise Damaged(name="", reason="no_pages")
            encrypted = bool(pdf.is_encrypted)
            active = _is_active(pdf)
    except pikepdf.PasswordError:
        raise NeedsPassword(name="") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        raise Damaged(name="", reason="damaged") from None
    width, height = _first_page_size(files[0])
    return {
        "pages": pages,
        "width": width,
        "height": height,
        "encrypted": encrypted,
        "active": active,
    }, []


def render_pdf(files: list[BinaryIO], max_pages: int, width: int, max_pixels: int) -> Found:
    """The first `max_pages` pages as WebP, at most `width` pixels wide and 8 megapixels large."""
    import pypdfium2 as pdfium

    blobs: list[bytes] = []
    try:
        pdf = pdfium.PdfDocument(files[0].read())
        for number in range(min(len(pdf), max_pages)):
            page = pdf[number]
            wide, high = page.get_size()
            bitmap = page.render(scale=_scale(wide, high, width), may_draw_forms=False)
            out = io.BytesIO()
            bitmap.to_pil().convert("RGB").save(out, "WEBP", quality=80, method=2)
            blobs.append(out.getvalue())
            bitmap.close()
            page.close()
    except pdfium.PdfiumError:
        raise Damaged(name="", reason="damaged") from None
    if not blobs:
        raise Damaged(name="", reason="no_pages")
    return {}, blobs


def _scale(points_wide: float, points_high: float, width: int) -> float:
    scale = width / max(points_wide, 1.0)
    area = points_wide * points_high * scale * scale
    if area > _MAX_PAGE_PIXELS:
        scale *= (_MAX_PAGE_PIXELS / area) ** 0.5
    # WebP ends at 16383 pixels a side.
    return min(scale, 16_000 / max(points_wide, points_high, 1.0))


def _first_page_size(file: BinaryIO) -> tuple[int, int]:
    """Also shows that the renderer can open what the inspector could."""
    import pypdfium2 as pdfium

    file.seek(0)
    try:
        pdf = pdfium.PdfDocument(file.read())
        size = pdf[0].get_size()
    except pdfium.PdfiumError:
        raise Damaged(name="", reason="damaged") from None
    return round(size[0]), round(size[1])


def _is_active(pdf: Any) -> bool:
    """Whether opening the file, or a page of it, would run something."""
    import pikepdf

    root = pdf.Root
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and "/JavaScript" in names:
        return True
    for key in _ACTIVE_KEYS:
        action = root.get(key)
        if isinstance(action, pikepdf.Dictionary) and (key == "/AA" or str(action.get("/S")) in _ACTIVE_KINDS):
            return True
    return any("/AA" in page.obj for page in pdf.pages)
