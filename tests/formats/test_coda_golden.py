"""Whole files through `python -m bankfeeds.formats`, the way anybody would run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bankfeeds.formats import read_statement_file
from bankfeeds.formats.__main__ import as_json, main

GOLDEN = Path(__file__).parents[1] / "golden" / "coda"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda p: p.stem)
def test_file_says_what_is_expected(path: Path) -> None:
    said = as_json(read_statement_file(path.with_suffix(".cod").read_bytes()))
    assert json.loads(json.dumps(said)) == json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("name", ["code_page_850.cod", "utf8.cod"])
def test_accents_survive_any_code_page(name: str) -> None:
    (statement,) = read_statement_file((GOLDEN / name).read_bytes()).statements
    assert statement.lines[0].counterparty_name == "CAFÉ BÉBÉ"
    assert statement.lines[0].communication == "Réduction fidélité"
    assert statement.balanced


@pytest.mark.parametrize(
    ("name", "rule", "line", "column"),
    [
        ("version_1.cod", "coda.version", 1, 128),
        ("version_5.cod", "coda.version", 1, 128),
        ("cut_off.cod", "coda.truncated", 3, 1),
        ("no_such_file.cod", "file.unreadable", None, None),
        (".", "file.unreadable", None, None),
    ],
)
def test_refused_files_exit_two_with_a_sentence(
    name: str, rule: str, line: int | None, column: int | None, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([str(GOLDEN / name)]) == 2
    said = json.loads(capfdbinary.readouterr().out)
    assert (said["rule"], said["line"], said["column"]) == (rule, line, column)
    assert said["error"].endswith(".")
    assert set(said) == {"error", "rule", "line", "column"}


def test_command_needs_no_django() -> None:
    script = (
        "import sys; sys.modules['django'] = None\n"
        "from bankfeeds.formats.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(GOLDEN / "everyday.cod")], cwd=ROOT, capture_output=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert len(json.loads(ran.stdout)["statements"][0]["lines"]) == 5


def test_module_runs_and_usage_is_told() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bankfeeds.formats"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "usage" in ran.stderr
