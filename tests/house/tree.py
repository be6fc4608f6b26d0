"""The files of the house, read once."""

import ast
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "accounting", "invoicing", "bankfeeds", "requests_app")
OTHERS = ("tests", "bench")


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root, as people write it."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """What it says."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, self.name)

    @cached_property
    def code(self) -> list[str]:
        """Its lines with docstrings and comments blanked: what runs."""
        lines = self.text.splitlines()
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                for number in range(node.lineno - 1, (node.end_lineno or node.lineno)):
                    lines[number] = ""
        return [_without_comment(line) for line in lines]

    def __str__(self) -> str:
        return self.name


def _without_comment(line: str) -> str:
    if "#" not in line:
        return line
    quote = ""
    for place, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote and line[place - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "#":
            return line[:place]
    return line


@lru_cache
def sources(*, tests: bool = False, migrations: bool = False) -> tuple[Source, ...]:
    """Every Python file of the packages (and of the tests)."""
    folders = PACKAGES + (OTHERS if tests else ())
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    if tests:
        found += [ROOT / "run", ROOT / "manage.py"]
    return tuple(Source(path) for path in found if migrations or "migrations" not in path.parts)


@lru_cache
def templates() -> tuple[Path, ...]:
    """Every template."""
    folders = [ROOT / "templates", *(folder for package in PACKAGES for folder in (ROOT / package).rglob("templates"))]
    return tuple(path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in (".html", ".txt"))
