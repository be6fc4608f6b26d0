"""The front-end floor keeps its own rules: no inline style or script, few classes, known tokens, small files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Template
from django.test import RequestFactory
from django.test.signals import template_rendered

from portal.web.kit import kit

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
CSS = ROOT / "static" / "css"
JS = ROOT / "static" / "js"

CSS_BUDGET = 60 * 1024
JS_BUDGET = 30 * 1024
MOST_CLASSES = 3
MOST_UTILITIES = 12
MOST_LINES_OF_A_BEHAVIOUR = 60
# A mail program knows no style sheets and a PDF has no server: only there may styles stand in the page.
PAPER = ("email", "pdf")
# Set by a firm's brand sheet or by a template's parent, not in a file of ours.
TOKENS_FROM_ELSEWHERE: frozenset[str] = frozenset()

# Not components, and still worth a look in every theme and width.
SHARED_BY_SCREENS = {
    "kantoor/_held.html",
    "kantoor/_difference.html",
    "kantoor/_movement.html",
    "kantoor/_history.html",
    "audit/_log.html",
    "requests/_answers.html",
}

TAG = re.compile(r"<[a-zA-Z][^<>]*(?:<[^<>]*>[^<>]*)*>", re.DOTALL)
DJANGO_TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", re.DOTALL)


def templates() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})


def screens() -> list[Path]:
    return [
        path for path in templates() if path.suffix == ".html" and path.relative_to(TEMPLATES).parts[0] not in PAPER
    ]


def text_of(path: Path) -> str:
    """A template without its comments."""
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sheets() -> list[Path]:
    return sorted(CSS.rglob("*.css"))


def css_without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", screens(), ids=name_of)
def test_no_inline_style_or_script(path: Path) -> None:
    html = text_of(path)
    assert not re.search(r"\sstyle\s*=", html), "an inline style: give it a class"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", DJANGO_TAG.sub("", html)), "an inline handler: write a behaviour"
    assert not re.search(r"<script(?![^>]*\ssrc=)", html), "an inline script: write a behaviour"
    assert not re.search(r"<style\b", html), "a style element: write a component"
    assert not re.search(r"""(href|action)=["']javascript:""", html)


def class_lists(html: str) -> Iterator[list[str]]:
    """Each class attribute as the longest list it can become: alternatives of one {% if %} count once."""
    for value in re.findall(r'\sclass="((?:{%.*?%}|{{.*?}}|[^"])*)"', html, re.DOTALL):
        shortest = re.sub(r"{%\s*(?:elif|else)\b.*?%}.*?(?={%\s*(?:elif|else|endif))", "", value, flags=re.DOTALL)
        yield DJANGO_TAG.sub("", shortest).split()


@pytest.mark.parametrize("path", screens(), ids=name_of)
def test_at_most_three_classes(path: Path) -> None:
    crowded = [found for found in class_lists(text_of(path)) if len(found) > MOST_CLASSES]
    assert not crowded, f"more than {MOST_CLASSES} classes: {crowded}"


def known_classes() -> set[str]:
    return {name for sheet in sheets() for name in re.findall(r"\.([a-z][a-z0-9_-]*)", css_without_comments(sheet))}


@pytest.mark.parametrize("path", screens(), ids=name_of)
def test_classes_exist(path: Path) -> None:
    known = known_classes() | {"htmx-request"}
    used = {name for found in class_lists(text_of(path)) for name in found if not name.endswith("-")}
    assert not used - known, f"no style sheet knows {sorted(used - known)}"


def test_custom_properties_exist() -> None:
    text = "".join(css_without_comments(sheet) for sheet in sheets())
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", text)) | TOKENS_FROM_ELSEWHERE
    used_bare = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))
    assert not used_bare - defined
    with_fallback = set(re.findall(r"var\((--[a-z0-9-]+)\s*,", text))
    assert not with_fallback - defined, "a knob that no variant turns"


def test_a_colour_is_written_once() -> None:
    """Outside the tokens only black, white and shadows may be literal."""
    allowed = re.compile(r"^#(?:fff|000|999)[0-9a-f]?$", re.IGNORECASE)
    for sheet in sheets():
        if sheet.name == "tokens.css":
            continue
        literal = [c for c in re.findall(r"#[0-9a-fA-F]{3,8}\b", css_without_comments(sheet)) if not allowed.match(c)]
        literal = [c for c in literal if not re.search(rf"{c}\s*[{{,.:]", css_without_comments(sheet))]
        assert not literal, f"{name_of(sheet)}: {literal}"


def test_few_utilities() -> None:
    names = re.findall(r"^\.([a-z-]+)", css_without_comments(CSS / "utilities.css"), re.MULTILINE)
    assert len(set(names)) <= MOST_UTILITIES, sorted(set(names))


def test_every_sheet_is_imported() -> None:
    text = (CSS / "app.css").read_text(encoding="utf-8")
    imported = set(re.findall(r'@import url\("([^"]+)"\)', text))
    assert imported == {sheet.relative_to(CSS).as_posix() for sheet in sheets() if sheet.name != "app.css"}
    assert '@import url("print.css");' in text, "print stands outside the layers, so that it wins"


def test_sizes() -> None:
    assert sum(sheet.stat().st_size for sheet in sheets()) <= CSS_BUDGET
    scripts = sorted(JS.rglob("*.js"))
    assert sum(script.stat().st_size for script in scripts) <= JS_BUDGET
    for script in (JS / "behaviours").glob("*.js"):
        lines = len(script.read_text(encoding="utf-8").splitlines())
        assert lines <= MOST_LINES_OF_A_BEHAVIOUR, f"{script.name}: {lines} lines"


def test_every_behaviour_is_loaded() -> None:
    scripts = {script.stem for script in (JS / "behaviours").glob("*.js")}
    loaded: set[str] = set()
    for script in JS.rglob("*.js"):
        loaded |= set(re.findall(r"""["']\./(?:behaviours/)?([a-z]+)\.js["']""", script.read_text(encoding="utf-8")))
    assert scripts <= loaded


def test_behaviours_make_no_html() -> None:
    for script in JS.rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|\.innerHTML|insertAdjacentHTML|document\.write", text), script.name


def test_every_partial_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("[!.]*/**/*.py") if "tests" not in path.parts)
    everything = "".join(text_of(path) for path in templates()) + code
    for path in templates():
        if path.name.startswith("_"):
            address = path.relative_to(TEMPLATES).as_posix()
            assert f'"{address}"' in everything, f"nobody includes {address}"


def test_the_kit_draws_every_component() -> None:
    """What the page really draws, not what its text names: an include that no example reaches shows nobody anything."""
    drawn: set[str] = set()

    def note(template: Template, **_: object) -> None:
        drawn.add(template.name or "")

    template_rendered.connect(note)
    try:
        assert kit(RequestFactory().get("/kit/")).status_code == 200
    finally:
        template_rendered.disconnect(note)
    # These belong to other frames; their frame is their kit.
    elsewhere = {"_tabbar.html", "_tab.html", "_languages.html", "_switcher.html"}
    components = {
        path.relative_to(TEMPLATES).as_posix()
        for folder in ("components", "cotton")
        for path in (TEMPLATES / folder).glob("*.html")
        if path.name not in elsewhere
    }
    assert not components - drawn, sorted(components - drawn)
    assert not SHARED_BY_SCREENS - drawn, sorted(SHARED_BY_SCREENS - drawn)


def test_components_say_what_they_take() -> None:
    for path in (TEMPLATES / "components").glob("_*.html"):
        assert "{% comment %}" in path.read_text(encoding="utf-8"), f"{path.name} has no header with inputs"


def test_icons_exist() -> None:
    sprite = (ROOT / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    for path in templates():
        named = set(re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8")))
        named |= set(re.findall(r'(?:icon_name|<c-empty icon)="([^"]+)"', path.read_text(encoding="utf-8")))
        assert not named - known, f"{name_of(path)}: {sorted(named - known)}"


def test_menu_icons_exist() -> None:
    sprite = (ROOT / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    text = (ROOT / "portal" / "web" / "context.py").read_text(encoding="utf-8")
    for name in re.findall(r'item\("[a-z_]+", "([a-z0-9-]+)"', text):
        assert f'<symbol id="{name}"' in sprite, name


def test_the_static_error_page_needs_nothing() -> None:
    text = (TEMPLATES / "errors" / "500.html").read_text(encoding="utf-8")
    assert "{%" not in text
    assert "{{" not in text
