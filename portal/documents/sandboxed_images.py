"""Inside the parsing child: photos and scans. Pixels are decoded, turned as EXIF says, and written
anew without metadata."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from PIL import Image, UnidentifiedImageError

from portal.documents.refusals import Damaged, TooManyPages, TooManyPixels

Found = tuple[dict[str, Any], list[bytes]]

_FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "tiff": "TIFF", "heic": "HEIF"}
_FRAMES_DECODED = 20
_LONGEST = 16_000  # pixels of a page image
_PDF_SIDE = 2200  # pixels on the long side: A4 at about 190 dots per inch
_A4_WIDTH = 595.0
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def inspect_image(files: list[BinaryIO], format: str, max_pixels: int, max_pages: int) -> Found:  # noqa: A002
    """Pages, width and height as seen. Decodes everything that will be shown. Raises Damaged,
    TooManyPages or TooManyPixels."""
    with _opened(files[0], max_pixels, _FORMATS[format]) as image:
        pages = int(getattr(image, "n_frames", 1)) if format == "tiff" else 1
        if pages > max_pages:
            raise TooManyPages(name="", limit=max_pages)
        width, height = image.size
        if image.getexif().get(_ORIENTATION) in (5, 6, 7, 8):
            width, height = height, width
        for frame in range(min(pages, _FRAMES_DECODED)):
            _seek(image, frame, max_pixels)
            image.load()
    return {"pages": pages, "width": width, "height": height}, []


def render_image(files: list[BinaryIO], max_pages: int, width: int, max_pixels: int) -> Found:
    """The frames of a TIFF, or the one picture of another image, as WebP at most `width` pixels
    wide."""
    blobs: list[bytes] = []
    with _opened(files[0], max_pixels) as image:
        frames = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
        for frame in range(min(frames, max_pages)):
            _seek(image, frame, max_pixels)
            shown = _upright(image, _side_for(image, width))
            if shown.width > width:
                shown.thumbnail((width, 16_000))
            out = io.BytesIO()
            shown.save(out, "WEBP", quality=80, method=2)
            blobs.append(out.getvalue())
    return {}, blobs


def images_to_pdf(files: list[BinaryIO], rotations: list[int], max_pixels: int) -> Found:
    """One PDF, a page per image: a JPEG as wide as an A4 sheet (or as long, when it lies)."""
    import pikepdf

    pdf = pikepdf.new()
    for file, turn in zip(files, rotations, strict=True):
        with _opened(file, max_pixels) as image:
            picture = _upright(image, _PDF_SIDE)
            if turn:
                picture = picture.rotate(-turn, expand=True)
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=80, optimize=True)
            _add_page(pdf, out.getvalue(), picture.size)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)  # the same photos again are the same bytes
    return {}, [out.getvalue()]


def _add_page(pdf: Any, jpeg: bytes, size: tuple[int, int]) -> None:
    from pikepdf import Array, Dictionary, Name, Page, Stream

    width, height = size
    scale = _A4_WIDTH / min(width, height)
    wide, high = width * scale, height * scale
    picture = Stream(
        pdf,
        jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    drawing = f"q {wide:.2f} 0 0 {high:.2f} 0 0 cm /Photo Do Q".encode()
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(wide, 2), round(high, 2)]),
        Resources=Dictionary(XObject=Dictionary(Photo=picture)),
        Contents=Stream(pdf, drawing),
    )
    pdf.pages.append(Page(pdf.make_indirect(page)))


@contextmanager
def _opened(file: BinaryIO, max_pixels: int, expected: str | None = None) -> Iterator[Image.Image]:
    """The image in `file`, its size checked before a pixel is decoded; every way to be broken is
    Damaged."""
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = max_pixels
    try:
        with Image.open(file, formats=[expected] if expected else list(_FORMATS.values())) as image:
            _check_size(image, max_pixels)
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many(max_pixels) from None
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error,
        RuntimeError, TypeError, KeyError, IndexError, OverflowError, ZeroDivisionError,
    ):  # fmt: skip
        raise Damaged(name="", reason="damaged") from None


def _side_for(image: Image.Image, width: int) -> int:
    """The long side of a picture that is to be `width` pixels wide as it is seen; a till receipt stays readable."""
    wide, high = image.size
    if int(image.getexif().get(_ORIENTATION) or 1) in (5, 6, 7, 8):
        wide, high = high, wide
    return min(_LONGEST, max(wide, high) if wide <= width else math.ceil(max(wide, high) * width / wide))


def _seek(image: Image.Image, frame: int, max_pixels: int) -> None:
    if frame:
        image.seek(frame)
        _check_size(image, max_pixels)


def _check_size(image: Image.Image, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise _too_many(max_pixels)


def _too_many(max_pixels: int) -> TooManyPixels:
    return TooManyPixels(name="", limit=max_pixels // 1_000_000)


def _upright(image: Image.Image, side: int) -> Image.Image:
    """A copy at most `side` pixels on the long side, turned as EXIF says, on white, RGB, without
    metadata."""
    image.draft("RGB", (side, side))  # a large JPEG is decoded small at once
    orientation = int(image.getexif().get(_ORIENTATION) or 1)
    reduced = image
    if max(image.size) > 2 * side:
        reduced = image.reduce(max(image.size) // side)
    if max(reduced.size) > side:
        share = side / max(reduced.size)  # straight into a small picture: no second copy of all the pixels
        small = reduced.resize((max(1, round(reduced.width * share)), max(1, round(reduced.height * share))))
    else:
        small = reduced.copy() if reduced is image else reduced
    if small.mode in ("RGBA", "LA", "PA", "P"):
        layer = small.convert("RGBA")
        small = Image.new("RGB", layer.size, "white")
        small.paste(layer, mask=layer.getchannel("A"))
    elif small.mode.startswith("I"):
        small = small.point(lambda value: value / 256).convert("L").convert("RGB")
    else:
        small = small.convert("RGB")
    turn = _TURNS.get(orientation)
    upright = small.transpose(turn) if turn is not None else small
    upright.info = {}
    return upright
