"""The .mo files we write are read by Python's own gettext, as Django does."""

import gettext
import io

import pytest

from portal.runner.messages import BadMessages, compile_all, read, write

HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"""


def catalogue(body: str) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(write(read(HEADER + body))))


def test_plain_multi_line_and_escaped_messages() -> None:
    found = catalogue('\n#: a.py:1\nmsgid ""\n"To "\n"do"\nmsgstr "À \\"faire\\"\\n"\n')
    assert found.gettext("To do") == 'À "faire"\n'


def test_plurals_follow_the_header() -> None:
    found = catalogue(
        '\nmsgid "%(n)d line"\nmsgid_plural "%(n)d lines"\nmsgstr[0] "%(n)d ligne"\nmsgstr[1] "%(n)d lignes"\n'
    )
    # in French 0 is singular
    assert found.ngettext("%(n)d line", "%(n)d lines", 0) == "%(n)d ligne"
    assert found.ngettext("%(n)d line", "%(n)d lines", 2) == "%(n)d lignes"


def test_contexts_keep_homonyms_apart() -> None:
    found = catalogue('\nmsgctxt "bank"\nmsgid "line"\nmsgstr "mouvement"\n\nmsgid "line"\nmsgstr "ligne"\n')
    assert found.pgettext("bank", "line") == "mouvement"
    assert found.gettext("line") == "ligne"


def test_fuzzy_empty_and_obsolete_messages_stay_english() -> None:
    found = catalogue(
        '\n#, fuzzy\n#| msgid "Old"\nmsgid "New"\nmsgstr "Vieux"\n\nmsgid "Empty"\nmsgstr ""\n'
        '\n#~ msgid "Gone"\n#~ msgstr "Parti"\n\n#, python-format\nmsgid "Kept"\nmsgstr "Gardé"\n'
    )
    assert [found.gettext(text) for text in ("New", "Empty", "Gone", "Kept")] == ["New", "Empty", "Gone", "Gardé"]


def test_messages_without_blank_lines_between_them() -> None:
    found = catalogue('\nmsgid "a"\nmsgstr "1"\nmsgid "b"\nmsgstr "2"\n')
    assert (found.gettext("a"), found.gettext("b")) == ("1", "2")


def test_a_broken_file_names_the_line() -> None:
    with pytest.raises(BadMessages, match="line 2"):
        read('msgid "a"\nmsgstr "b\n')


def test_only_older_files_are_written_again(tmp_path) -> None:
    source = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEADER, encoding="utf-8")
    assert [path.name for path in compile_all(tmp_path)] == ["django.mo"]
    assert compile_all(tmp_path) == []
