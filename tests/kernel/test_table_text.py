"""Tables from spreadsheets: separators, codings, quotes, and what is none."""

import pytest

from portal.kernel.table_text import NotATable, TooManyRows, rows_of, text_of

PLAIN = [(1, ["Naam", "E-mail"]), (2, ["Zoë", "zoe@x.example"])]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_a_spreadsheet_saves_it(separator, coding, end):
    text = end.join(["Naam;E-mail", "Zoë;zoe@x.example", ";", ""]).replace(";", separator)
    assert rows_of(text_of(text.encode(coding)), 10) == PLAIN


def test_quotes_hold_separators_and_line_ends_together():
    text = '"De Smet; An";"regel\neen"\nx;y'
    assert rows_of(text, 10) == [(1, ["De Smet; An", "regel een"]), (3, ["x", "y"])]


def test_a_quote_nobody_closed_is_one_cell_and_no_error():
    assert [number for number, _cells in rows_of('a;"b\nc;d', 10)] == [1]


def test_what_lies_to_the_eye_is_taken_out():
    assert rows_of("An\u202e;a\u200b@x.example\u0007", 10) == [(1, ["An", "a@x.example"])]


def test_a_cell_is_cut_and_rows_are_counted():
    assert len(rows_of("a" * 9000, 1)[0][1][0]) == 500
    assert len(rows_of("a;b\n" * 5, 5)) == 5
    with pytest.raises(TooManyRows):
        rows_of("a;b\n" * 6, 5)


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\xff\xfea", b"\x00\x01"])
def test_what_is_no_text(data):
    with pytest.raises(NotATable):
        text_of(data)


def test_a_cell_beyond_every_measure_is_no_table():
    with pytest.raises(NotATable):
        rows_of('"' + "a" * 200_000, 5)


def test_nothing_is_no_rows():
    assert rows_of(text_of(b""), 5) == rows_of(" \n\n;;\n", 5) == []
