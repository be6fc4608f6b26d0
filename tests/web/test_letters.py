"""The mails about signing in, and the style sheet in one piece."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import RequestFactory

from portal.outbox.compose import render
from portal.web.letters import LETTERS
from portal.web.sheet import CSS, sheet, style

FACTS = {
    "firm": {"name": "Van Damme & Co"},
    "reader": "Claire",
    "code": "ABCD-EFGH",
    "password_reset_url": "https://portal.example/reset/1/",
    "again_url": "https://portal.example/again/",
    "activate_url": "https://portal.example/confirm/1/",
    "changed_at": "6 mars 2026 à 14:05",
}
WAY = {
    "sign_in_code": FACTS["code"],
    "password_link": FACTS["password_reset_url"],
    "password_changed": FACTS["again_url"],
    "confirm_address": FACTS["activate_url"],
}
GREETING = {"nl": "Dag Claire,", "fr": "Bonjour Claire,", "en-gb": "Hello Claire,"}


@pytest.mark.parametrize("language", GREETING)
@pytest.mark.parametrize("template", sorted(set(LETTERS.values())))
def test_each_says_what_to_do_in_both_parts(template, language):
    subject, text, html = render(template, language, FACTS)
    assert "Van Damme & Co" in subject
    assert "\n" not in subject
    assert text.startswith(GREETING[language])
    assert GREETING[language] in html
    assert WAY[template] in text
    assert WAY[template] in html
    assert f'lang="{language}"' in html
    assert "&amp;" not in text
    assert "example.com" not in text


def test_only_the_code_stands_in_a_subject():
    assert "ABCD-EFGH" in render("sign_in_code", "nl", FACTS)[0]
    assert "https" not in "".join(render(name, "nl", FACTS)[0] for name in WAY)


def test_the_sheet_holds_every_part_in_its_layer():
    text = sheet().plain.decode()
    assert "@import" not in text
    assert "/*" not in text
    assert "../" not in text
    for part in CSS.rglob("*.css"):
        first = re.search(r"^\.[a-z-]+", part.read_text(encoding="utf-8"), re.MULTILINE)
        if part.name != "app.css" and first:
            assert first[0] in text, part.name
    assert text.index("@layer reset, tokens") < text.index("@layer reset {")
    assert text.count("{") == text.count("}")


def test_the_sheet_is_packed_for_who_can_unpack_it():
    found = sheet()
    packed = style(RequestFactory().get("/", HTTP_ACCEPT_ENCODING="br, gzip"), name=found.name)
    plain = style(RequestFactory().get("/"), name="an-older-one")
    assert gzip.decompress(packed.content) == plain.content == found.plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert "immutable" in packed["Cache-Control"]
    assert packed["Vary"] == "Accept-Encoding"


def test_its_name_changes_with_it(tmp_path: Path, monkeypatch):
    before = sheet().name
    monkeypatch.setattr("portal.web.sheet.CSS", tmp_path)
    (tmp_path / "app.css").write_text('@import url("one.css") layer(base);')
    (tmp_path / "one.css").write_text("b { color: red; }")
    assert sheet().name != before
    assert sheet().plain == b"@layer base {\nb { color: red; }}"
