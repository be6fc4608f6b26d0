"""What the person at the keyboard sees: progress lines, and refusals that end in something to type."""

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Stop(Exception):
    """Ends the run with a sentence (and, where there is one, the line to type) instead of a trace."""

    def __init__(self, sentence: str, command: str = "", code: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.command = command
        self.code = code

    def __str__(self) -> str:
        return f"{self.sentence}\n\n    {self.command}\n" if self.command else self.sentence


def started_at() -> float:
    """The wall-clock second at which this command began; survives the re-exec into the virtual environment."""
    return float(os.environ.setdefault("RUN_STARTED", str(time.time())))


def say(text: str) -> None:
    """One progress line, with the seconds since the start in front."""
    print(f"{max(0.0, time.time() - started_at()):6.1f} s  {text}", flush=True)


def plain(text: str = "") -> None:
    """One line without a time."""
    print(text, flush=True)


def complain(text: str) -> None:
    """One line on the error stream."""
    print(text, file=sys.stderr, flush=True)


def tail(path: Path, lines: int = 30) -> str:
    """The last lines of a log, or an empty text when there is no log."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
