"""Small files, small functions, names that say something. The ratchet may only turn one way."""

import ast
import json

from tests.house.tree import ROOT, sources, templates

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 70
RATCHET = json.loads((ROOT / "tests/house/ratchet.json").read_text(encoding="utf-8"))
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "stuff", "various", "tools", "lib"}


def _functions(source):
    found = {}

    def look(node, prefix):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    found[f"{source.name}:{name}"] = (child.end_lineno or child.lineno) - child.lineno + 1
                look(child, f"{name}.")
            else:
                look(child, prefix)

    look(source.tree, "")
    return found


def _beyond(measured: dict[str, int], most: int) -> dict[str, int]:
    return {name: lines for name, lines in measured.items() if lines > most}


def test_files_are_small():
    measured = {source.name: source.text.count("\n") for source in sources(tests=True)}
    measured |= {path.relative_to(ROOT).as_posix(): path.read_text().count("\n") for path in templates()}
    _compare(_beyond(measured, MOST_LINES_OF_A_FILE), RATCHET["files"])


def test_functions_are_small():
    measured = {}
    for source in sources(tests=True):
        measured |= _functions(source)
    _compare(_beyond(measured, MOST_LINES_OF_A_FUNCTION), RATCHET["functions"])


def _compare(found: dict[str, int], allowed: dict[str, int]) -> None:
    too_big = {name: lines for name, lines in found.items() if lines > allowed.get(name, 0)}
    assert not too_big, "Split these; the list in ratchet.json only shrinks."
    lower = {name: found.get(name) for name, lines in allowed.items() if found.get(name, 0) < lines}
    assert not lower, "Well done. Now lower (or drop) these in ratchet.json."


def test_names_say_something():
    names = {path for source in sources(tests=True, migrations=True) for path in (source.path, source.path.parent)}
    bad = sorted(str(path.relative_to(ROOT)) for path in names if path.stem in NO_NAMES)
    assert bad == []


def test_every_module_and_public_function_says_what_it_is():
    silent = []
    for source in sources():
        if source.text.strip() and not ast.get_docstring(source.tree):
            silent.append(source.name)
        for node in source.tree.body:
            is_thing = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if isinstance(node, ast.ClassDef) and _is_refusal(node):
                continue  # its template is what it says
            if is_thing and not node.name.startswith(("_", "is_")) and not ast.get_docstring(node):
                silent.append(f"{source.name}:{node.lineno} {node.name}")
    assert silent == [], "\n".join(silent)


def _is_refusal(node: ast.ClassDef) -> bool:
    names = {getattr(target, "id", "") for part in node.body if isinstance(part, ast.Assign) for target in part.targets}
    return bool(names & {"code", "template"})
