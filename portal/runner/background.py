"""`./run dev-services`: Postgres and Redis in the background, for a day of work in an editor."""

import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path

from portal.runner.console import Stop, plain
from portal.runner.database import exports
from portal.runner.ports import free_port
from portal.runner.processes import command_line
from portal.runner.services import Services, state_folder
from portal.runner.start import SETTINGS, whereabouts


def dev_services(arguments: list[str]) -> int:
    """Start both in the background and print the exports for a shell; with `stop`: end them."""
    state = state_folder("dev")
    note = state / "background.json"
    if arguments == ["stop"]:
        _stop(note)
        return 0
    if arguments:
        raise Stop("Only `./run dev-services` and `./run dev-services stop` exist.")
    if not note.exists() or not _alive(note):
        _start(state, note)
    kept: dict[str, str] = json.loads(note.read_text(encoding="utf-8"))["variables"]
    plain(exports(kept))
    return 0


def _start(state: Path, note: Path) -> None:
    services = Services(state, given=False, connections=200)
    with contextlib.redirect_stdout(sys.stderr):  # what is printed is meant to be read by a shell
        variables = services.start()
    variables |= {"DJANGO_SETTINGS_MODULE": SETTINGS, **whereabouts(state, 8000, free_port())}
    pids = [server.process.pid for server in services.servers if server.process]
    note.unlink(missing_ok=True)
    note.touch(mode=0o600)
    note.write_text(json.dumps({"pids": pids, "variables": variables}), encoding="utf-8")


def _pids(note: Path) -> list[int]:
    if not note.exists():
        return []
    kept: list[int] = json.loads(note.read_text(encoding="utf-8"))["pids"]
    return [pid for pid in kept if any(name in command_line(pid) for name in ("postgres", "redis", "valkey"))]


def _alive(note: Path) -> bool:
    return len(_pids(note)) == 2


def _stop(note: Path) -> None:
    pids = _pids(note)
    for pid in pids:
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 20
    while any(command_line(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    note.unlink(missing_ok=True)
    plain("Stopped.")
