"""Names and text from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.text import many_lines, one_line, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("factuur.pdf", "factuur.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\an\\bon.jpg", "bon.jpg"),
        ("a\x00b.pdf", "ab.pdf"),
        ("factuur\u202efdp.exe", "factuurfdp.exe"),
        ("..", "document"),
        ("", "document"),
        ("CON.pdf", "document"),
        (".htaccess", "htaccess"),
        ("a\r\nContent-Type: x.pdf", "a Content-Type_ x.pdf"),
        ('x"<y>.png', "x_y.png"),
        ("é" * 300 + ".pdf", "é" * 116 + ".pdf"),
        ("naam.eenheelergaanhangsel", "naam.eenheelergaanhangsel"),
    ],
)
def test_safe_names(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_a_safe_name_is_safe_and_stays_so(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= 120
    assert safe.isprintable() or not safe.isascii()
    assert not set(safe) & set("/\\\x00\r\n\u202e")
    assert not safe.startswith(".")
    assert safe_name(safe) == safe


def test_lines():
    assert one_line(" a\n\u202eb\t c ") == "a b c"
    assert many_lines("a  b\r\nc\x07\n\n") == "a b\nc"
    assert one_line("x" * 900) == "x" * 500
