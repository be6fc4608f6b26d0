"""Every template compiles, names only routes and templates that exist, and lets nothing through unescaped."""

import re

import pytest
from django.template.loader import get_template

from tests.house.routes import every_route
from tests.house.tree import ROOT, templates

URL = re.compile(r"""{%\s*url\s+["']([\w:-]+)["']""")
NAMED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
UNESCAPED = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off")
# words and detail glued in the template: French writes a space before the colon, so the whole is one text to translate
GLUED = re.compile(r"[%}]}: ")
PLAIN = re.compile(r"({%\s*load [^%]*%})?{% autoescape off %}.*{% endautoescape %}\s*", re.DOTALL)
INCLUDED_PLAIN = ("_",)  # parts of a mail stand within the autoescape of the whole
# plain-text mails have nothing to escape; everything else has
PLAIN_TEXT = ".txt"
TRUSTED = {"components/_field_notes.html": "help texts come from our forms and allauth's, never from a person"}


def _name(path) -> str:
    for folder in (ROOT / "templates", *path.parents):
        if folder.name == "templates" and path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    raise AssertionError(path)


@pytest.mark.parametrize("path", templates(), ids=lambda path: _name(path))
def test_it_compiles_and_names_only_what_exists(path):
    get_template(_name(path))
    for named in NAMED.findall(path.read_text(encoding="utf-8")):
        get_template(named.partition("#")[0])


def test_links_lead_to_routes():
    routes = {route.name for route in every_route()}
    areas, pages = "kantoor|mijn|guest|sandbox", "front|profile|places|invitation|language|style|brand|logo|kit"
    ours = re.compile(rf"^({areas}):|^({pages})$")
    dead = {
        f"{_name(path)}: {name}"
        for path in templates()
        for name in URL.findall(path.read_text(encoding="utf-8"))
        if ours.match(name) and name not in routes
    }
    assert sorted(dead) == []


def test_nothing_goes_unescaped():
    loose = [
        f"{_name(path)}: {found[0]}"
        for path in templates()
        if path.suffix != PLAIN_TEXT and _name(path) not in TRUSTED
        for found in UNESCAPED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert loose == []


def test_a_colon_stands_inside_the_translation():
    texts = re.compile(r"{% blocktrans.*?{% endblocktrans %}|{% comment %}.*?{% endcomment %}|{#.*?#}", re.DOTALL)
    glued = [_name(path) for path in templates() if GLUED.search(texts.sub("", path.read_text(encoding="utf-8")))]
    assert glued == []


def test_plain_text_mails_are_never_escaped():
    mails = [path for path in templates() if path.suffix == PLAIN_TEXT and _name(path).startswith("email/")]
    assert len(mails) > 15
    escaped = [
        _name(path)
        for path in mails
        if not path.name.startswith(INCLUDED_PLAIN) and not PLAIN.fullmatch(path.read_text(encoding="utf-8"))
    ]
    assert escaped == []
