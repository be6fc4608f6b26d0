"""XML from outside: what is refused before anything reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.errors import FormatRefused
from portal.kernel.xml import MAX_DEPTH, line_of, parse_xml, text_of

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;">]>
<a b="&y;">&y;</a>"""


def rule_of(data, **limits):
    with pytest.raises(FormatRefused) as caught:
        parse_xml(data, **limits)
    assert "\n" not in str(caught.value)
    return caught.value.rule


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        BOMB.decode().encode("utf-16"),
        BOMB.decode().encode("utf-16-le"),
        b"<!-- <a> -->" + BOMB.split(b"?>\n")[1],
        b'<!doctype html><html xmlns="x"/>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><a/>',
    ],
)
def test_a_doctype_is_refused(data):
    assert rule_of(data) in ("xml.doctype", "xml.malformed")
    if b"utf-16" not in data and data.startswith(b"<!DOC"):
        assert rule_of(data) == "xml.doctype"


def test_limits():
    assert rule_of(b"") == "xml.empty"
    assert rule_of(b" \n ") == "xml.empty"
    assert rule_of(b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1)) == "xml.depth"
    assert rule_of(b"<a>" * 5000 + b"</a>" * 5000) == "xml.depth"
    assert rule_of(b"<a/>" + b" " * 100, max_bytes=50) == "xml.size"
    assert rule_of(b"<a>" + b"x" * 10_100_000 + b"</a>") == "xml.size"


def test_too_many_parts(monkeypatch):
    monkeypatch.setattr("portal.kernel.xml.MAX_ELEMENTS", 100)
    assert rule_of(b"<a>" + b"<b/>" * 100 + b"</a>") == "xml.elements"


@pytest.mark.parametrize(
    "data",
    [b"<a>", b"<a></b>", b"\n<?xml version='1.0'?><a/>", b"<a>\xff</a>", b"plain", b"<a>&b;</a>"],
)
def test_malformed(data):
    assert rule_of(data) == "xml.malformed"


def test_good_files_in_their_encodings():
    text = '<?xml version="1.0" encoding="%s"?>\n<a>\n<!-- x --><b> é </b></a>'
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "iso-8859-1"):
        declared = encoding.removesuffix("-sig")
        root = parse_xml((text % declared).encode(encoding))
        assert text_of(root.find("b")) == "é"
        assert line_of(root.find("b")) == 3
        assert len(root) == 1
    assert text_of(None) == ""
    assert line_of(None) is None


def test_nothing_outside_is_included(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    include = f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret}" parse="text"/></a>'
    assert rule_of(include.encode()) == "xml.xinclude"


@given(st.one_of(st.binary(max_size=200), st.text("<a>/&;!?-'\"= x", max_size=80).map(str.encode)))
def test_any_bytes_are_read_or_refused(data):
    try:
        parse_xml(data)
    except FormatRefused as refusal:
        assert refusal.rule.startswith("xml.")  # noqa: PT017
