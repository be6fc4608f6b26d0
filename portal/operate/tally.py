"""Counters of many processes, added up when somebody asks.

Every process counts in memory and writes its own file in STATE_DIR/metrics every two seconds; the figures are the sum
of all files. A file that nobody touched for ten minutes belongs to a process that is gone: it is folded into
`settled.json`, so totals only rise. A process killed without warning loses at most its last two seconds.
"""

import atexit
import contextlib
import fcntl
import json
import os
import socket
import threading
import uuid
from pathlib import Path

from django.conf import settings

from portal.kernel.clock import now

EVERY = 2  # seconds between two writings
TOUCH = 60  # seconds after which a silent process shows that it lives
GONE = 600  # seconds of silence after which a file is folded
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SETTLED = "settled.json"


class Tally:
    """The counters of this process: name and labels, written as Prometheus writes them → a number."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start from nothing; also in a forked child, whose parent has counted its own already."""
        self._lock = threading.Lock()
        self._counts: dict[str, float] = {}
        self._changed = False
        self._thread: threading.Thread | None = None
        self._name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}.json"

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """Add to a counter."""
        self._add([(series(name, **labels), by)])

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Add to a histogram of seconds."""
        pairs = [(series(f"{name}_bucket", **labels, le=str(le)), 1.0) for le in BUCKETS if seconds <= le]
        pairs += [(series(f"{name}_bucket", **labels, le="+Inf"), 1.0), (series(f"{name}_count", **labels), 1.0)]
        self._add([*pairs, (series(f"{name}_sum", **labels), seconds)])

    def _add(self, pairs: list[tuple[str, float]]) -> None:
        with self._lock:
            for key, by in pairs:
                self._counts[key] = self._counts.get(key, 0) + by
            self._changed = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_writing, name="tally", daemon=True)
                self._thread.start()

    def _keep_writing(self) -> None:
        pause, touched = threading.Event(), 0
        while not pause.wait(EVERY):
            touched = touched + EVERY if not self._changed else 0
            if self._changed or touched >= TOUCH:
                touched = 0
                self.write()

    def write(self) -> None:
        """Write this process's file. A full disk costs figures, never a request."""
        with self._lock:
            text, self._changed = json.dumps(self._counts), False
        with contextlib.suppress(OSError):
            folder().mkdir(parents=True, exist_ok=True)
            fresh = folder() / f".{self._name}"
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(folder() / self._name)


def folder() -> Path:
    """Where the processes of this installation put their figures."""
    return Path(settings.STATE_DIR) / "metrics"


def series(name: str, **labels: str) -> str:
    """A name with its labels, as one line of the text format begins."""
    inside = ",".join(f'{key}="{_quoted(value)}"' for key, value in labels.items())
    return f"{name}{{{inside}}}" if inside else name


def _quoted(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def total() -> dict[str, float]:
    """The sum over all processes, living and gone."""
    tally.write()
    _fold()
    summed: dict[str, float] = {}
    for path in folder().glob("[!.]*.json"):
        for key, number in _read(path).items():
            summed[key] = summed.get(key, 0) + number
    return summed


def _read(path: Path) -> dict[str, float]:
    try:
        found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # folded by another process a moment ago, or cut off by a full disk
    return found


def _fold() -> None:
    """Add the files of processes that are gone to one file, so that there are never many."""
    try:
        handle = os.open(folder(), os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        settled = folder() / SETTLED
        old = [path for path in folder().glob("[!.]*.json") if path != settled and _is_gone(path)]
        if not old:
            return
        summed = _read(settled)
        for path in old:
            for key, number in _read(path).items():
                summed[key] = summed.get(key, 0) + number
        fresh = folder() / f".{SETTLED}"
        fresh.write_text(json.dumps(summed), encoding="utf-8")
        fresh.replace(settled)
        for path in old:
            path.unlink(missing_ok=True)
    except OSError:
        return
    finally:
        os.close(handle)


def _is_gone(path: Path) -> bool:
    try:
        return now().timestamp() - path.stat().st_mtime > GONE
    except OSError:
        return False


tally = Tally()
os.register_at_fork(after_in_child=tally.begin)
atexit.register(tally.write)
