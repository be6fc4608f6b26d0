"""Page images of a document, and photos joined into one PDF. Pixels only: no metadata, no scripts,
no links survive.

Parsing runs in a child process with bounded memory and time (see sandbox.py). Nothing here knows
Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from portal.documents import refusals
from portal.documents.guards import MAX_BYTES, MAX_PIXELS
from portal.documents.sandbox import opened, run_child

PAGES_SHOWN = 20
PAGE_WIDTH = 1240  # A4 at 150 dots per inch
MAX_PHOTOS = 30
PREVIEW_MIME = "image/webp"


def render_pages(
    data: bytes | Path,
    kind: str,
    max_pages: int = PAGES_SHOWN,
    width: int = PAGE_WIDTH,
    *,
    name: str = "document",
) -> list[bytes]:
    """The first `max_pages` pages of a document of kind "pdf" or "image" as WebP, `width` pixels
    wide at most.

    Photos are turned as their EXIF says. Raises an UploadRefused (with `name` in its sentence) when
    the document can not be shown, ValueError for another kind.
    """
    if kind not in ("pdf", "image"):
        raise ValueError(f"no page images for a document of kind {kind!r}")
    with opened(data) as file:
        answer = run_child(
            [file],
            f"render_{kind}",
            name=name,
            max_pages=max_pages,
            width=width,
            max_pixels=MAX_PIXELS,
        )
    return answer.blobs


def images_to_pdf(
    images: Sequence[bytes | Path],
    rotations: Sequence[int] = (),
    *,
    name: str = "document",
) -> bytes:
    """One PDF with a page per image, in order. The originals stay with whoever has them.

    Each image is turned as its EXIF says, then by its entry of `rotations` (degrees clockwise: 0,
    90, 180 or 270; none = 0). Raises an UploadRefused for an image that can not be read, ValueError
    for other rotations or no images.
    """
    turns = [*rotations, *([0] * (len(images) - len(rotations)))]
    if not images or len(turns) != len(images) or not set(turns) <= {0, 90, 180, 270}:
        raise ValueError("one image or more, each turned by 0, 90, 180 or 270 degrees")
    if len(images) > MAX_PHOTOS:
        raise refusals.TooManyPhotos(name=name, limit=MAX_PHOTOS)
    with ExitStack() as stack:
        files = [stack.enter_context(opened(image)) for image in images]
        for file in files:
            if file.seek(0, 2) > MAX_BYTES:
                raise refusals.TooLarge(name=name, limit=MAX_BYTES >> 20)
        answer = run_child(files, "images_to_pdf", name=name, rotations=turns, max_pixels=MAX_PIXELS)
    return answer.blobs[0]
