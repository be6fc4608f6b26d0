"""What the person at the keyboard sees: progress lines, and refusals that end in something to type."""

import os
import sys
import time
from pathlib import Path
from typing import TextIO

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
    _write(f"{max(0.0, time.time() - started_at()):6.1f} s  {text}", sys.stdout)


def plain(text: str = "") -> None:
    """One line without a time."""
    _write(text, sys.stdout)


def complain(text: str) -> None:
    """One line on the error stream."""
    _write(text, sys.stderr)


def _write(text: str, stream: TextIO) -> None:
    """A reader that went away (a closed terminal, `| head`) must not keep us from stopping everything in order."""
    try:
        print(text.encode(stream.encoding or "utf-8", "replace").decode(stream.encoding or "utf-8"), file=stream)
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def tail(path: Path, lines: int = 30) -> str:
    """The last lines of a log, or an empty text when there is no log."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
