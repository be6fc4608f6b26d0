"""Every text a person may read, as the sources say it, and what each language has for it.

    python -m tests.house.messages            what is missing, per language
    python -m tests.house.messages --write    add empty entries, sorted, and drop none
    python -m tests.house.messages --prune    the same, and drop what no source says any more

A small extractor of our own: it needs no gettext on the machine, and it reads templates as Django does.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation import trim_whitespace

from tests.house.tree import ROOT, sources, templates

LANGUAGES = ("nl", "fr")
PLURALS = {"nl": (2, "(n != 1)"), "fr": (2, "(n > 1)")}
# name → the positions of context, text, plural among the arguments
FUNCTIONS = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ugettext": (None, 0, None),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
QUOTED = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TRANS = re.compile(rf"^trans(?:late)?\s+{QUOTED}(?:\s*\|[^\s]+)?(?P<rest>.*)$", re.DOTALL)
CONTEXT = re.compile(rf"\bcontext\s+{QUOTED}")
UNDERSCORE = re.compile(rf"(?<![\w.])_\(\s*{QUOTED}\s*\)")
# dates and names in the header would change with every run
NOISE = re.compile(r'^"(?:Report-|POT-|PO-|Last-|Language-Team|Generated-)[^\n]*\n|^#\s*\n(?=msgid "")', re.MULTILINE)
BLOCK = re.compile(r"^blocktrans(?:late)?(\s|$)")


@dataclass(frozen=True)
class Text:
    """One text to translate: with a context or not, with a plural or not."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What gettext looks it up by."""
        return self.context, self.text


@dataclass
class Found:
    """All texts, and where each is said."""

    texts: dict[tuple[str, str], Text] = field(default_factory=dict)
    places: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, text: Text, place: str) -> None:
        """Remember a text; a plural is never lost to a place that has none."""
        known = self.texts.get(text.key)
        self.texts[text.key] = text if known is None or text.plural else known
        said = self.places.setdefault(text.key, [])
        if place not in said:
            said.append(place)


# --- Python ----------------------------------------------------------------------------------------------------------


def texts_in_python(tree: ast.AST) -> Iterator[Text]:
    """The texts of a module; names given to the functions by `import … as …` are followed."""
    names = dict.fromkeys(FUNCTIONS, "")
    names = {name: name for name in names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {part.asname: part.name for part in node.names if part.asname and part.name in FUNCTIONS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in names:
            yield from _text_of_call(node, *FUNCTIONS[names[called]])


def _text_of_call(node: ast.Call, context: int | None, text: int, plural: int | None) -> Iterator[Text]:
    def at(position: int | None) -> str | None:
        if position is None:
            return ""
        if position >= len(node.args):
            return None
        value = node.args[position]
        return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None

    parts = at(text), at(plural), at(context)
    if None not in parts and parts[0]:
        yield Text(*parts)  # type: ignore[arg-type]


# --- templates -------------------------------------------------------------------------------------------------------


def texts_in_template(source: str) -> Iterator[Text]:
    """The texts of a template: trans, blocktrans (trimmed, with plural and context), and _("…") in tags."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        said = token.contents.strip()
        if token.token_type == TokenType.BLOCK and said == "comment":
            for skipped in tokens:
                if skipped.token_type == TokenType.BLOCK and skipped.contents.strip() == "endcomment":
                    break
            continue
        for quoted in UNDERSCORE.findall(said):
            yield Text(_percent(_unquote(quoted)))
        if token.token_type == TokenType.BLOCK:
            found = TRANS.match(said)
            if found:
                yield Text(_percent(_unquote(found[1])), context=_context(found["rest"]))
            elif BLOCK.match(said):
                yield _block(said, tokens)


def _block(opening: str, tokens: Iterator[object]) -> Text:
    trimmed = "trimmed" in re.sub(QUOTED, "", opening).split()
    parts: list[list[str]] = [[]]
    for token in tokens:
        contents = token.contents  # type: ignore[attr-defined]
        kind = token.token_type  # type: ignore[attr-defined]
        if kind == TokenType.TEXT:
            parts[-1].append(contents.replace("%", "%%"))
        elif kind == TokenType.VAR:
            parts[-1].append(f"%({contents.strip()})s")
        elif kind == TokenType.BLOCK and contents.strip().startswith("plural"):
            parts.append([])
        elif kind == TokenType.BLOCK and contents.strip().startswith("endblocktrans"):
            break
    texts = ["".join(part) for part in parts]
    if trimmed:
        texts = [trim_whitespace(text) for text in texts]
    return Text(texts[0], texts[1] if len(texts) > 1 else "", _context(opening))


def _unquote(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _context(rest: str) -> str:
    found = CONTEXT.search(rest)
    return _unquote(found[1]) if found else ""


# --- the house -------------------------------------------------------------------------------------------------------


def every_text() -> Found:
    """Everything the sources say."""
    found = Found()
    for source in sources():
        for text in texts_in_python(source.tree):
            found.add(text, source.name)
    for path in templates():
        for text in texts_in_template(path.read_text(encoding="utf-8")):
            found.add(text, path.relative_to(ROOT).as_posix())
    return found


def path_of(language: str) -> Path:
    """Where the translations of a language are kept."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def catalog_of(language: str) -> Catalog:
    """The translations of a language; empty when there are none yet."""
    path = path_of(language)
    if not path.exists():
        count, expression = PLURALS[language]
        empty = Catalog(locale=language, project="samen", charset="utf-8", fuzzy=False)
        empty._num_plurals, empty._plural_expr = count, expression
        return empty
    with path.open("rb") as handle:
        return read_po(handle, locale=language, charset="utf-8")


def translations(catalog: Catalog) -> dict[tuple[str, str], object]:
    """Each entry by what gettext looks it up by."""
    return {
        (entry.context or "", entry.id[0] if isinstance(entry.id, tuple) else entry.id): entry
        for entry in catalog
        if entry.id
    }


def missing(language: str, found: Found) -> list[Text]:
    """The texts a language has nothing for (or only something fuzzy, or half a plural)."""
    has = translations(catalog_of(language))
    return [text for key, text in sorted(found.texts.items()) if not _is_done(has.get(key), text)]


def _is_done(entry: object, text: Text) -> bool:
    if entry is None or entry.fuzzy:  # type: ignore[attr-defined]
        return False
    said = entry.string  # type: ignore[attr-defined]
    if text.plural:
        return isinstance(said, list | tuple) and len(said) > 1 and all(said)
    return isinstance(said, str) and bool(said)


def write(language: str, found: Found, *, prune: bool) -> int:
    """Bring a language's file up to date with the sources; returns how many entries are empty afterwards."""
    catalog = catalog_of(language)
    has = translations(catalog)
    for key, text in found.texts.items():
        entry = has.get(key)
        wants = (text.text, text.plural) if text.plural else text.text
        said = None if entry is None else entry.string  # type: ignore[attr-defined]
        if entry is not None and entry.id != wants:  # type: ignore[attr-defined]  # it became, or ceased to be, a plural
            catalog.delete(entry.id, entry.context)  # type: ignore[attr-defined]
            said = None
        places = [(place, 0) for place in sorted(found.places[key])]
        message = catalog.add(wants, said, context=text.context or None)
        message.locations = places
    for key, entry in has.items():
        if prune and key not in found.texts:
            catalog.delete(entry.id, entry.context)  # type: ignore[attr-defined]
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = ""
    written = BytesIO()
    write_po(written, catalog, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    path.write_text(NOISE.sub("", written.getvalue().decode("utf-8")).lstrip(), encoding="utf-8")
    return len(missing(language, found))


def main(arguments: list[str]) -> int:
    """Report or write."""
    found = every_text()
    print(f"{len(found.texts)} texts")
    total = 0
    for language in LANGUAGES:
        if {"--write", "--prune"} & set(arguments):
            write(language, found, prune="--prune" in arguments)
        gaps = missing(language, found)
        total += len(gaps)
        print(f"{language}: {len(gaps)} missing")
        for text in gaps:
            places = ", ".join(found.places[text.key][:2])
            print(f"  {f'[{text.context}] ' if text.context else ''}{text.text!r}  ({places})")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
