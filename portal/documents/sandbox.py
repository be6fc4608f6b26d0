"""Runs one parsing operation on files from outside in a child process, and reads its answer without
trusting it.

The child (sandboxed.py) is a fresh interpreter without our environment, without Django, with
bounded memory, CPU time and output. It gets the files as open descriptors: it is told no paths.
"""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from portal.documents import refusals

WALL_SECONDS = 30
MAX_ANSWER = 64 * 1024 * 1024

_CHILD = Path(__file__).with_name("sandboxed.py")
# One malloc arena: more would count against the child's address space without being used.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
_KILLED_FOR_TIME = (signal.SIGXCPU, signal.SIGKILL)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What the child found: facts (JSON values) and blobs (pages, a PDF)."""

    facts: dict[str, Any]
    blobs: list[bytes]


@contextmanager
def opened(source: bytes | Path) -> Iterator[BinaryIO]:
    """`source` as a real file open for reading: the stored upload itself, or the bytes in a
    nameless temporary file."""
    if isinstance(source, bytes):
        with tempfile.TemporaryFile() as file:
            file.write(source)
            file.flush()
            yield file
    else:
        with Path(source).open("rb") as file:
            yield file


def run_child(files: Sequence[BinaryIO], operation: str, *, name: str, **options: Any) -> Answer:
    """Run `operation` of sandboxed.py on `files`. Raises the UploadRefused it answers
    with; TooHeavy when it runs out of memory or time, Damaged when it crashes or talks nonsense.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        descriptors = [file.fileno() for file in files]
        order = json.dumps({"operation": operation, "files": descriptors, "options": options})
        child = subprocess.Popen(
            [sys.executable, "-I", "-B", str(_CHILD), order],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=complaints,
            pass_fds=descriptors,
            env=_ENVIRONMENT,
            start_new_session=True,
        )
        try:
            status = child.wait(WALL_SECONDS)
        except subprocess.TimeoutExpired:
            status = -signal.SIGXCPU
        finally:
            _end(child)
        if status != 0:
            raise _gave_up(status, complaints, operation, name)
        output.seek(0)
        return _answer(output, operation, name)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
        child.wait()


def _gave_up(status: int, complaints: BinaryIO, operation: str, name: str) -> refusals.UploadRefused:
    complaints.seek(0, io.SEEK_END)
    complaints.seek(max(0, complaints.tell() - 2000))
    words = complaints.read().decode("utf-8", "replace")
    _log.warning("parsing child gave up: %s, status %s\n%s", operation, status, words)
    if -status in _KILLED_FOR_TIME or "MemoryError" in words or "bad_alloc" in words:
        return refusals.TooHeavy(name=name)
    return refusals.Damaged(name=name, reason="crash")


def _answer(output: BinaryIO, operation: str, name: str) -> Answer:
    head = output.readline(1 << 16)
    rest = output.read(MAX_ANSWER + 1)
    try:
        said = json.loads(head)
        facts, sizes, refused = said["facts"], said["blobs"], said["refused"]
        if refused is not None:
            raise refusals.BY_CODE[refused](**{**facts, "name": name})
        fits = all(type(size) is int and size >= 0 for size in sizes) and sum(sizes) == len(rest)
        if not isinstance(facts, dict) or not fits or len(rest) > MAX_ANSWER:
            raise ValueError("sizes do not fit")
    except (ValueError, KeyError, TypeError) as problem:
        _log.warning("parsing child answered nonsense: %s, %s", operation, problem)
        raise refusals.Damaged(name=name, reason="crash") from None
    reader = io.BytesIO(rest)
    return Answer(facts, [reader.read(size) for size in sizes])
