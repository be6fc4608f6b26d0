"""Page images and photos joined into one PDF."""

import io

import pikepdf
import pytest
from PIL import Image

from portal.documents import refusals
from portal.documents.guards import inspect
from portal.documents.preview import MAX_PHOTOS, images_to_pdf, render_pages
from tests.documents import made


def opened(page):
    return Image.open(io.BytesIO(page))


def corner_is_dark(picture, x=3, y=3):
    return picture.convert("L").getpixel((x, y)) < 80


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright_and_tell_nothing(orientation):
    (page,) = render_pages(made.corner_photo(orientation), "image")
    picture = opened(page)
    assert picture.format == "WEBP"
    assert picture.size == (120, 80)
    assert corner_is_dark(picture)
    assert not corner_is_dark(picture, 115, 75)
    assert b"SecretCamera" not in page
    assert not dict(picture.getexif())


def test_a_heic_photo_is_turned_once():
    (page,) = render_pages(made.corner_photo(6, "HEIF"), "image")
    assert opened(page).size == (120, 80)
    assert corner_is_dark(opened(page))


def test_large_photos_become_small():
    (page,) = render_pages(made.corner_photo(6, size=(4000, 3000)), "image", width=600)
    assert opened(page).size == (600, 450)
    assert corner_is_dark(opened(page))


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("WEBP", "a.webp"), ("HEIF", "a.heic")])
def test_forty_eight_megapixels_fit(kind, name):
    data = made.encoded(Image.new("RGB", (8000, 6000), "white"), kind)
    assert inspect(data, name).width == 8000
    (page,) = render_pages(data, "image", width=1400)
    assert opened(page).size == (1400, 1050)


def test_glass_and_grey_pictures():
    glass = made.encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")
    (page,) = render_pages(glass, "image")
    assert not corner_is_dark(opened(page))
    deep = made.encoded(Image.new("I;16", (50, 50), 60_000), "PNG")
    (page,) = render_pages(deep, "image")
    assert not corner_is_dark(opened(page))


def test_pages_of_a_pdf():
    pages = render_pages(made.pdf(4), "pdf", max_pages=3, width=300)
    assert [opened(page).size for page in pages] == [(300, 425)] * 3


def test_pages_of_a_scan():
    page = Image.new("1", (100, 140), 1)
    scan = made.encoded(page, "TIFF", save_all=True, append_images=[page] * 3)
    assert len(render_pages(scan, "image", max_pages=2)) == 2


def test_a_page_of_absurd_size_is_drawn_small():
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(10, 14_400))
    (page,) = render_pages(made.saved(paper), "pdf")
    assert max(opened(page).size) <= 16_383


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", made.pdf_with_page_tree_cycle(), b""])
def test_what_can_not_be_shown_is_refused(data):
    with pytest.raises(refusals.Damaged):
        render_pages(data, "pdf")


def test_a_page_with_a_huge_picture_stays_within_bounds():
    try:
        pages = render_pages(made.pdf_with_huge_picture(), "pdf", width=200)
    except refusals.UploadRefused:
        return
    assert len(pages) == 1


def test_other_kinds_have_no_page_images():
    with pytest.raises(ValueError):
        render_pages(b"<a/>", "ubl")


def test_photos_become_one_pdf():
    photos = [made.corner_photo(6), made.corner_photo(1, "PNG"), made.corner_photo(3, "HEIF")]
    joined = images_to_pdf(photos, [0, 90])
    found = inspect(joined, "foto's.pdf")
    assert (found.kind, found.pages, found.active) == ("pdf", 3, False)
    assert b"SecretCamera" not in joined
    wide, tall, last = (opened(page) for page in render_pages(joined, "pdf", width=240))
    assert wide.width > wide.height
    assert corner_is_dark(wide)
    assert tall.width < tall.height
    assert corner_is_dark(tall, tall.width - 4, 4)
    assert corner_is_dark(last)


def test_photos_that_are_none_are_refused():
    with pytest.raises(refusals.Damaged) as caught:
        images_to_pdf([made.corner_photo(), b"no photo"], name="bon.jpg")
    assert "bon.jpg" in str(caught.value)
    with pytest.raises(refusals.TooManyPhotos):
        images_to_pdf([b"x"] * (MAX_PHOTOS + 1))
    for images, rotations in (([], []), ([b"x"], [45]), ([b"x"], [0, 0])):
        with pytest.raises(ValueError):
            images_to_pdf(images, rotations)
