"""A file is told by its content, and what is no CODA is named."""

from __future__ import annotations

import pytest

from bankfeeds.formats import FormatRefused, read_statement_file
from bankfeeds.formats.sniff import sniff
from tests.formats.builders import coda


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "file.empty"),
        (b" \r\n\t", "file.empty"),
        (b"%PDF-1.7\n", "file.pdf"),
        (b"garbage\n%PDF-1.4", "file.pdf"),
        (b"PK\x03\x04\x14\x00statement.cod", "file.zip"),
        (b"PK\x03\x04\x14\x00[Content_Types].xml xl/workbook.xml", "file.spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "file.spreadsheet"),
        (b"\x89PNG\r\n", "file.image"),
        (b"\xff\xd8\xff\xe0", "file.image"),
        ("0000003".encode("utf-16"), "file.utf16"),
        (b"<!DOCTYPE html><html>", "file.html"),
        (b"\n<html><body>Session expired", "file.html"),
        (b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">', "file.camt"),
        (b'<?xml version="1.0"?><Invoice xmlns="urn:oasis">', "file.invoice"),
        (b'<?xml version="1.0"?><a/>', "file.xml"),
        (b":20:STARTUMS\r\n:25:NL91ABNA0417164300\r\n", "file.mt940"),
        (b"{1:F01INGBNL2ABXXX0000000000}{2:I940X}{4:\r\n:20:X", "file.mt940"),
        (b"Datum;Bedrag;Naam\n01/01/2026;12,00;X\n", "file.csv"),
        (b"\x00\x01\x02\x03\x04", "file.binary"),
        (b"MZ\x90\x00", "file.binary"),
        (b"hello", "file.unknown"),
        (b"Dear bank,\nplease find\nnothing here\nat all", "file.unknown"),
    ],
)
def test_other_files_are_named(data: bytes, rule: str) -> None:
    with pytest.raises(FormatRefused) as caught:
        read_statement_file(data, name="statement.cod")
    assert caught.value.rule == rule
    assert str(caught.value).endswith(".")


def test_coda_is_coda() -> None:
    assert sniff(coda()) == "coda"
    assert sniff(b"\xef\xbb\xbf\r\n" + coda()) == "coda"


def test_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bankfeeds.formats.LIMIT_MB", 0)
    with pytest.raises(FormatRefused) as caught:
        read_statement_file(coda())
    assert caught.value.rule == "file.too_large"
