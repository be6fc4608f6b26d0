"""Every language says everything: nothing missing, empty, fuzzy, left over, or with another placeholder."""

import ast
import re

import pytest

from tests.house.messages import (
    LANGUAGES,
    Text,
    catalog_of,
    every_text,
    missing,
    path_of,
    texts_in_python,
    texts_in_template,
    translations,
)

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%[sd]")


@pytest.fixture(scope="module")
def found():
    return every_text()


def test_the_extractor_reads_python():
    code = """
from django.utils.translation import gettext as _, pgettext_lazy as _p
_("one")
gettext_noop("two " "parts")
_p("ctx", "three")
ngettext("%(n)s line", "%(n)s lines", n)
npgettext("ctx", "day", "days", n)
_(variable)
translation.gettext("four")
"""
    assert set(texts_in_python(ast.parse(code))) == {
        Text("one"),
        Text("two parts"),
        Text("three", context="ctx"),
        Text("%(n)s line", "%(n)s lines"),
        Text("day", "days", "ctx"),
        Text("four"),
    }


def test_the_extractor_reads_templates():
    source = """
{% trans "one" %}{% translate 'it\\'s' as x %}{% trans "100 %" context "ctx" %}
{% blocktrans trimmed with name=a.b count n=rows|length %}
  {{ n }} row
  of {{ name }}
{% plural %}
  {{ n }} rows
{% endblocktrans %}
{% blocktrans %}as it stands{% endblocktrans %}
{% include "x" with label=_("two") %}{{ value|default:_("three") }}
{% comment %}{% trans "not this" %}{% endcomment %}{# {% trans "nor this" %} #}
<c-card title="{% trans 'in an attribute' %}">{% trans variable %}
"""
    assert set(texts_in_template(source)) == {
        Text("one"),
        Text("it's"),
        Text("100 %%", context="ctx"),
        Text("%(n)s row of %(name)s", "%(n)s rows"),
        Text("as it stands"),
        Text("two"),
        Text("three"),
        Text("in an attribute"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing(language, found):
    assert [text.text for text in missing(language, found)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_over(language, found):
    extra = [key for key in translations(catalog_of(language)) if key not in found.texts]
    assert extra == [], "python -m tests.house.messages --prune"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same(language):
    wrong = []
    for entry in catalog_of(language):
        if not entry.id or not entry.string:
            continue
        texts = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        said = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
        wanted = set().union(*(PLACEHOLDER.findall(text) for text in texts))
        for each in said:
            names = set(PLACEHOLDER.findall(each))
            # a singular may leave the number out ("one line"), nobody may invent a placeholder
            if not names <= wanted or (len(texts) == 1 and names != wanted):
                wrong.append(each)
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_read_as_gettext_would(language):
    catalog = catalog_of(language)
    assert path_of(language).exists()
    assert catalog.num_plurals == 2
    assert list(catalog.check()) == [], [errors for _, errors in catalog.check()]
