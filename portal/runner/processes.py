"""Child processes: started in their own sessions, so that only we decide in which order they stop."""

import json
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from portal.runner.console import ROOT, Stop, say, tail

NOTE = "processes.json"
PATIENCE = 20  # seconds a process gets to finish what it is doing


class Interrupted(Exception):
    """Ctrl-C, a closed terminal or SIGTERM: stop everything, in order, without a trace."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Inside, the three signals that end a run raise Interrupted."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Interrupted(signal.Signals(number).name)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, a second Ctrl-C does not cut the clean stop short."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class Child:
    """One running process of the portal and the log it writes."""

    name: str
    log: Path
    process: "subprocess.Popen[bytes]"


class Children:
    """The processes of one run."""

    def __init__(self, state: Path, environment: dict[str, str]) -> None:
        self.state = state
        self.environment = environment
        self.running: list[Child] = []
        self.guarded: list[Child] = []
        self._note = state / NOTE

    def start(self, name: str, command: list[str]) -> None:
        """Start one process with its output in ``log/<name>.log``; the previous log is kept as ``.1``."""
        log = self.state / "log" / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as handle:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(Child(name, log, process))
        noted = [{"pid": child.process.pid, "has": child.process.args[2]} for child in self.running]  # type: ignore[index]
        self._note.write_text(json.dumps(noted), encoding="utf-8")

    def guard(self, name: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
        """Also end the run when ``process``, which another stops, dies."""
        self.guarded.append(Child(name, log, process))

    def check(self) -> None:
        """Raise Stop with the end of its log when a process is dead."""
        for child in (*self.guarded, *self.running):
            code = child.process.poll()
            if code is not None:
                raise Stop(
                    f"The process “{child.name}” ended by itself (exit {code}). The end of {child.log}:\n\n"
                    f"{tail(child.log)}"
                )

    def watch(self, until: Callable[[], bool] = lambda: False, seconds: float | None = None) -> bool:
        """Wait for ``until`` while all live; False when ``seconds`` have passed first."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while deadline is None or time.monotonic() < deadline:
            self.check()
            if until():
                return True
            time.sleep(0.1 if seconds is not None else 0.5)
        return False

    def stop(self) -> None:
        """Ask all to finish at once, in the opposite order of starting; end the ones that do not."""
        living = [child for child in reversed(self.running) if child.process.poll() is None]
        for child in living:
            child.process.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in living:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"“{child.name}” did not stop in {PATIENCE} s and is ended")
        for child in self.running:
            end_group(child.process.pid)
            child.process.wait(5)
        self.running.clear()
        self._note.unlink(missing_ok=True)


def stop_leftovers(state: Path) -> None:
    """A run that was killed outright leaves its children; they are ours and nobody watches them."""
    note = state / NOTE
    if not note.exists():
        return
    for entry in json.loads(note.read_text(encoding="utf-8")):
        if entry["has"] in command_line(entry["pid"]) and str(ROOT) in command_line(entry["pid"]):
            say(f"Stopping a process that an earlier run left behind ({entry['has']})")
            end_group(entry["pid"])
    note.unlink()


def command_line(pid: int) -> str:
    """How a process was started, or an empty text when there is no such process."""
    if platform.system() == "Linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    said = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return said.stdout.strip()


def end_group(pid: int) -> None:
    """Kill what is left of a process group; silent when nothing is."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def run(
    command: list[str], environment: dict[str, str], *, quiet: bool = False, ending: signal.Signals = signal.SIGTERM
) -> tuple[int, str]:
    """Run one step to its end; returns its exit code and, when ``quiet``, what it printed.

    The step lives in its own session: Ctrl-C reaches us only, and we end it (with ``ending``, then for good) together
    with everything it started.
    """
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        stdin=subprocess.DEVNULL if quiet else None,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        said, _ = process.communicate()
        return process.returncode, said or ""
    finally:
        _finish(process, ending)
        end_group(process.pid)


def run_in_front(command: list[str], environment: dict[str, str]) -> int:
    """Run a command that may talk with the person at the keyboard; Ctrl-C is its own affair. Returns its exit code."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        return process.wait()
    finally:
        _finish(process, signal.SIGTERM)
        signal.signal(signal.SIGINT, before)


def _finish(process: "subprocess.Popen[Any]", ending: signal.Signals) -> None:
    if process.poll() is not None:
        return
    with undisturbed():
        process.send_signal(ending)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
