"""The door for files from outside: by content, never by name."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.documents import refusals, sandbox
from portal.documents.guards import BANK_FILES, DOCUMENTS, EVERYTHING, MAX_BYTES, inspect
from portal.documents.refusals import UploadRefused
from portal.documents.sniff import sniff
from tests.documents import made

UBL = Path(__file__).parent.parent / "golden" / "ubl" / "peppol_invoice.xml"


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


def refused(data, name="x", **options):
    with pytest.raises(UploadRefused) as caught:
        inspect(data, name, **options)
    assert "%(" not in str(caught.value)
    return type(caught.value)


# ── What is taken ──


def test_a_pdf():
    found = inspect(made.pdf(3), "map/factuur.pdf")
    assert (found.kind, found.mime, found.name) == ("pdf", "application/pdf", "factuur.pdf")
    assert (found.pages, found.width, found.height) == (3, 595, 842)
    assert not found.encrypted
    assert not found.active


def test_a_pdf_behind_the_bytes_of_a_mail_gateway():
    assert inspect(b"\r\nHTTP/1.1 200 OK\r\n\r\n" + made.pdf(), "a.pdf").kind == "pdf"


def test_a_pdf_with_a_script_is_marked():
    assert inspect(made.pdf_with_script(), "a.pdf").active


@pytest.mark.parametrize(
    ("kind", "mime"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("TIFF", "image/tiff"),
        ("HEIF", "image/heic"),
    ],
)
def test_photos(kind, mime):
    found = inspect(made.corner_photo(kind=kind), "IMG_0001")
    assert (found.kind, found.mime, found.pages) == ("image", mime, 1)
    assert (found.width, found.height) == (120, 80)


def test_a_turned_photo_has_the_size_people_see():
    assert inspect(made.corner_photo(6), "a.jpg").width == 120
    assert inspect(made.corner_photo(6), "a.png").height == 80  # a photo is a photo


def test_a_scan_of_several_pages():
    page = Image.new("1", (100, 140), 1)
    scan = made.encoded(page, "TIFF", save_all=True, append_images=[page, page])
    assert inspect(scan, "scan.tif").pages == 3


def test_an_e_invoice():
    found = inspect(UBL, "factuur.xml")
    assert (found.kind, found.mime, found.size) == ("ubl", "application/xml", UBL.stat().st_size)


def test_bank_files_have_their_own_door():
    camt = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><a/></Document>'
    assert inspect(camt, "a.xml", accept=BANK_FILES).kind == "bank"
    assert inspect(b"0000015101672505        00834598\r\n", "a.cod", accept=BANK_FILES).kind == "bank"
    assert refused(camt, "a.xml") is refusals.BankFileHere
    assert refused(made.pdf(), "a.pdf", accept=BANK_FILES) is refusals.NotAccepted


# ── What is not ──


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (b"", "a.pdf", refusals.EmptyFile),
        (b"%PDF-1.4" + b" " * MAX_BYTES, "a.pdf", refusals.TooLarge),
        (b"MZ" + b"\x00" * 600, "a.pdf", refusals.Disguised),
        (b"MZ" + b"\x00" * 600, "a.exe", refusals.NotAccepted),
        (b"<!doctype html><title>x</title>", "a.pdf", refusals.Disguised),
        (b"<html></html>", "a.html", refusals.NotAccepted),
        (b"<html><!-- %PDF-1.4", "a.pdf", refusals.TwoInOne),
        (b"GIF89a" + b"\x00" * 90, "a.gif", refusals.NotAccepted),
        (b"Subject: x\r\n\r\nbody", "a.pdf", refusals.Disguised),
        (zipped(), "a.zip", refusals.Archive),
        (zipped(), "a.pdf", refusals.Disguised),
        (b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml", "a.docx", refusals.OfficeFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", refusals.OfficeFile),
    ],
)
def test_refused_by_looks(data, name, refusal):
    assert refused(data, name, accept=EVERYTHING) is refusal


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"%PDF-1.7\n", refusals.Damaged),
        (made.pdf()[:150], refusals.Damaged),
        (made.pdf(501), refusals.TooManyPages),
        (made.pdf_with_page_tree_bomb(), refusals.Damaged),
        (made.pdf_with_one_page_a_hundred_thousand_times(), refusals.Damaged),
        (made.pdf_with_page_tree_cycle(), refusals.Damaged),
        (made.pdf() + zipped(), refusals.TwoInOne),
        (made.corner_photo() + zipped(), refusals.TwoInOne),
        (made.corner_photo()[:500], refusals.Damaged),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", refusals.UnknownXml),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", refusals.BadXml),
        (b"<a>" * 500, refusals.BadXml),
    ],
)
def test_refused_after_a_look_inside(data, refusal):
    assert refused(data) is refusal


def test_passwords():
    import pikepdf

    locked = made.pdf(encryption=pikepdf.Encryption(owner="o", user="u"))
    assert refused(locked, "a.pdf") is refusals.NeedsPassword
    restricted = made.pdf(encryption=pikepdf.Encryption(owner="o", user=""))
    assert inspect(restricted, "a.pdf").encrypted


def test_too_many_pixels_are_seen_before_they_are_decoded():
    bomb = made.encoded(Image.new("1", (8000, 7000)), "PNG")
    assert refused(bomb, "a.png") is refusals.TooManyPixels


def test_a_picture_that_needs_too_much_memory_is_refused_and_nothing_else_happens(monkeypatch, tmp_path):
    # the child with the memory of other papers: a WebP of 48 megapixels does not fit there
    small = tmp_path / "portal" / "documents" / "sandboxed.py"
    small.parent.mkdir(parents=True)
    words = sandbox._CHILD.read_text(encoding="utf-8").replace("PICTURE_MEMORY if", "MEMORY if")
    small.write_text(words.replace("Path(__file__)", f"Path({str(sandbox._CHILD)!r})"), encoding="utf-8")
    monkeypatch.setattr(sandbox, "_CHILD", small)
    heavy = made.encoded(Image.new("RGB", (8000, 6000)), "WEBP", quality=10, method=0)
    assert refused(heavy, "a.webp") is refusals.TooHeavy


def test_names_are_made_safe():
    assert inspect(made.pdf(), "../../a\x00\u202efdp.pdf").name == "afdp.pdf"


@given(st.binary(max_size=300))
def test_any_bytes_are_some_kind(data):
    assert sniff(data) in (
        "pdf", "jpeg", "png", "webp", "tiff", "heic", "xml", "html", "text", "archive", "office",
        "unknown",
    )  # fmt: skip


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_damaged_files_are_taken_or_refused(data):
    whole = data.draw(st.sampled_from([made.pdf(), made.corner_photo(), made.corner_photo(kind="TIFF")]))
    at = data.draw(st.integers(8, len(whole) - 1))
    noise = data.draw(st.binary(min_size=1, max_size=30))
    with suppress(UploadRefused):
        assert inspect(whole[:at] + noise + whole[at + len(noise) :], "x").kind in DOCUMENTS
