"""The words that follow `./run`."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.runner.background import dev_services
from portal.runner.bootstrap import PYTHON, enter, lock_requirements
from portal.runner.checks import check
from portal.runner.console import ROOT, Stop, complain, plain, say, started_at
from portal.runner.ports import free_port
from portal.runner.processes import Interrupted, interruptible, run_in_front, undisturbed
from portal.runner.services import Lock, Services, running, state_folder
from portal.runner.start import SETTINGS, compile_translations, environment, start, whereabouts
from portal.runner.testing import test

HELP = """\
./run                  start the portal with its demo, on this machine; Ctrl-C stops it
./run test [...]       all tests, or what pytest understands: ./run test tests/kernel -k money
./run test --long      with the long campaigns
./run check            the gate: format, lint, floors, types, house rules, migrations, deployment
./run manage ...       a Django command: ./run manage doctor
./run bench ...        the measurements
./run reset            remove everything the portal keeps on this machine (.run)
./run lock             compile requirements*.in into requirements*.txt

Read from the environment:
  PORT                 the port of the portal (else the last one, else a free one)
  DATABASE_URL         a Postgres to use: its administrator, or role portal_app together with
                       OWNER_DATABASE_URL and OPS_DATABASE_URL (else a server in .run)
  REDIS_URL            a Redis to use (else a server in .run)
  RUN_SERVICES         "packaged": use the Postgres and Redis from the packages, not the machine's
  TEST_WORKERS         processes for the tests without a browser (2)
"""
DEVELOPMENT = ("test", "check", "bench", "lock")


@contextmanager
def _environment() -> Iterator[dict[str, str]]:
    """The environment of the running portal, or of services that run only as long as this command."""
    state = state_folder()
    found = running(state)
    if found is not None:
        yield environment(found, SETTINGS)
        return
    lock = Lock(state)
    if not lock.take():
        raise Stop(f"`{lock.holder()}` is busy in this folder; try again when it is done.")
    services = Services(state)
    try:
        port = (state / "port").read_text(encoding="utf-8").strip() if (state / "port").exists() else "8000"
        yield environment({**services.start(), **whereabouts(state, int(port), free_port())}, SETTINGS)
    finally:
        with undisturbed():
            services.stop()
            lock.give_back()


def manage(arguments: list[str]) -> int:
    """`./run manage …`"""
    compile_translations()
    return _with_services(["manage.py", *arguments])


def bench(arguments: list[str]) -> int:
    """`./run bench …`"""
    return _with_services(["-m", "bench", *arguments])


def _with_services(words: list[str]) -> int:
    try:
        with interruptible(), _environment() as settings:
            return run_in_front([str(PYTHON), *words], settings)
    except Interrupted:
        return 130


def reset(arguments: list[str]) -> int:
    """`./run reset`: refuses while something runs, says what goes, removes it."""
    if arguments:
        raise Stop("./run reset takes no arguments.")
    folder = ROOT / ".run"
    if not folder.exists():
        plain("There is nothing to remove: .run does not exist.")
        return 0
    for part in (folder, folder / "test"):
        if part.exists() and not (lock := Lock(part)).take():
            raise Stop(f"`{lock.holder()}` runs here. Stop it first (Ctrl-C), then:", "./run reset")
    if (folder / "dev" / "background.json").exists():
        dev_services(["stop"])
    plain(f"Removing {folder}: the demo database, documents, mails, logs and passwords of this machine.")
    try:
        shutil.rmtree(folder)
    except PermissionError as problem:
        raise Stop(f"{problem.filename} belongs to another user.", f"sudo rm -rf {folder}") from None
    plain("Removed. ./run builds everything anew.")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "test": test,
    "check": check,
    "manage": manage,
    "bench": bench,
    "reset": reset,
    "dev-services": dev_services,
}


def main(arguments: list[str]) -> int:
    """Carry out one command; every anticipated refusal is a sentence on the error stream."""
    started_at()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without cached bytecode everything starts three times slower
    word, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if word in ("-h", "--help", "help"):
        plain(HELP)
        return 0
    if word not in ("", "lock", *COMMANDS):
        complain(f"./run {word} does not exist. These do:\n\n{HELP}")
        return 2
    try:
        if os.name != "posix":
            raise Stop("The portal starts on Linux and macOS; on Windows, inside WSL.", "wsl ./run")
        if word == "reset":
            return reset(rest)
        with interruptible():
            enter(development=word in DEVELOPMENT)
        if word == "lock":
            return lock_requirements()
        return COMMANDS[word](rest) if word else start()
    except Stop as stop:
        complain(f"\n{stop}" if not word else str(stop))
        return stop.code
    except (Interrupted, KeyboardInterrupt):
        say("Stopped")
        return 130
