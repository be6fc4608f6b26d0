"""Logos that are no pictures: a sentence, and nothing but PNG and JPEG is ever decoded."""

import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

FACTS = {
    "name": "Van Damme Accountants",
    "mark": "VD",
    "brand_color": "#0B5B58",
    "email": "post@van-damme.example",
}


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"no zlib at all") + _chunk(b"IEND", b"")


HOSTILE = {
    "huge.png": _png(60000, 60000),
    "broken.png": _png(10, 10),
    "short.png": _png(10, 10)[:30],
    "bad.jpg": b"\xff\xd8\xff\xe0" + b"\xff" * 100,
    "bad.webp": b"RIFF\xff\xff\x00\x00WEBPVP8X" + b"\xff" * 60,
    "program.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_logo_is_refused_in_words(name, world, db):
    logo = SimpleUploadedFile(name, HOSTILE[name])
    answer = world.client("els").post("/kantoor/van-damme/settings/", {**FACTS, "logo": logo})
    assert answer.status_code == 422
