"""`./run check`: one gate of named steps; all run, so that one look shows everything that is wrong."""

import secrets
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass

from portal.runner.bootstrap import PYTHON
from portal.runner.console import ROOT, plain
from portal.runner.processes import run
from portal.runner.testing import NOTHING_COLLECTED, test_services

SHOWN = 80  # lines of a failed step


@dataclass(frozen=True)
class Step:
    """One check: its name in plain words, how to run it, and the environment it needs beside the usual."""

    name: str
    command: tuple[str, ...]
    settings: Callable[[], dict[str, str]] = dict
    fine: tuple[int, ...] = (0,)


def as_on_a_server() -> dict[str, str]:
    """Placeholders with which the server settings load, so that `check --deploy` judges them."""
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.prod",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "BASE_URL": "https://samen.example",
        "EMAIL_HOST": "smtp.samen.example",
        "MAIL_FROM": "Samen <post@samen.example>",
    }


def steps() -> list[Step]:
    """The gate, cheapest first."""
    python = str(PYTHON)
    pytest = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    floors = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"
    return [
        Step("The code is formatted", (python, "-m", "ruff", "format", "--check", ".", "run")),
        Step("The code is clean", (python, "-m", "ruff", "check", ".", "run")),
        Step("Imports go down, never up", (python, "-c", floors)),
        Step("The types hold", (python, "-m", "mypy")),
        Step("The rules of the house", (*pytest, "tests/house"), fine=(0, NOTHING_COLLECTED)),
        Step("No migration is missing", (python, "manage.py", "makemigrations", "--check", "--dry-run")),
        Step(
            "Safe to put on a server",
            (python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            settings=as_on_a_server,
        ),
    ]


def check(arguments: list[str]) -> int:
    """Run every step (or those whose name contains an argument); 0 when all pass, else 1."""
    began = time.monotonic()
    failed = []
    chosen = [step for step in steps() if not arguments or any(word.lower() in step.name.lower() for word in arguments)]
    with test_services() as settings:
        for step in chosen:
            if not _passes(step, settings):
                failed.append(step.name)
    plain()
    plain(f"{len(chosen) - len(failed)} of {len(chosen)} checks pass ({time.monotonic() - began:.0f} s)")
    for name in failed:
        plain(f"  ✗ {name}")
    return 1 if failed else 0


def _passes(step: Step, settings: dict[str, str]) -> bool:
    began = time.monotonic()
    code, said = run(list(step.command), {**settings, **step.settings(), "NO_COLOR": "1"}, quiet=True)
    good = code in step.fine
    plain(f"{'✓' if good else '✗'} {step.name} ({time.monotonic() - began:.1f} s)")
    if not good:
        lines = said.strip().replace(f"{ROOT}/", "").splitlines()
        if len(lines) > SHOWN:
            plain(f"    … {len(lines) - SHOWN} lines more; all of it: {shlex.join(step.command[1:])}")
        plain("\n".join(f"    {line}" for line in lines[-SHOWN:]))
    return good
