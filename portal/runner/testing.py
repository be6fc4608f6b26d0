"""`./run test`: tests without a browser first, then the browser journeys, on a server of their own."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from portal.runner.bootstrap import PYTHON
from portal.runner.console import ROOT, Stop, plain, say
from portal.runner.machine import prepare_for_tests
from portal.runner.ports import free_port
from portal.runner.processes import Interrupted, interruptible, run, undisturbed
from portal.runner.services import Lock, Services, state_folder
from portal.runner.start import compile_translations, environment, whereabouts

SETTINGS = "portal.settings.test"
JOURNEYS = "tests/journeys"
NOTHING_COLLECTED = 5


@contextmanager
def test_services() -> Iterator[dict[str, str]]:
    """The environment for tests and checks, with Postgres and Redis running while inside."""
    state = state_folder("test")
    lock = Lock(state)
    if not lock.take():
        raise Stop(f"`{lock.holder()}` runs in this folder; wait until it ends.")
    services = Services(state, given=False, fast=True, connections=200)
    try:
        with interruptible():
            variables = {**services.start(), **whereabouts(state, free_port(), free_port())}
            compile_translations()
            yield environment(variables, SETTINGS)
    except Interrupted:
        raise Stop("Stopped.", code=130) from None
    finally:
        with undisturbed():
            services.stop()
            lock.give_back()


def names_paths(arguments: list[str]) -> list[str]:
    """The arguments that are files, folders or tests in them."""
    return [each for each in arguments if not each.startswith("-") and (ROOT / each.partition("::")[0]).exists()]


def test(arguments: list[str]) -> int:
    """Run pytest with ``arguments``; ``--long`` adds the campaigns. Returns pytest's exit code."""
    extra = {"LONG": "1"} if "--long" in arguments else {}
    arguments = [each for each in arguments if each != "--long"]
    paths = names_paths(arguments)
    has_journeys = (ROOT / JOURNEYS).is_dir()
    browser = any(JOURNEYS in path or path.rstrip("/") == "tests" for path in paths) if paths else has_journeys
    extra |= prepare_for_tests(browser=browser)
    with test_services() as settings:
        settings |= extra
        if paths:
            return _pytest(settings, "The named tests", arguments)
        began = time.monotonic()
        spread = [] if any(each.startswith(("-n", "--numprocesses")) for each in arguments) else ["-n", _workers()]
        first = ["--ignore", JOURNEYS, *spread, *arguments] if has_journeys else [*spread, *arguments]
        code = _pytest(settings, "Tests without a browser", first)
        if has_journeys and (code in (0, NOTHING_COLLECTED) or not _stops_early(arguments)):
            other = _pytest(settings, "Browser journeys", [JOURNEYS, *arguments])
            code = worst(code, other)
        plain(f"All tests took {_duration(time.monotonic() - began)}.")
        return code


def worst(first: int, second: int) -> int:
    """One exit code for two legs: a failure wins; nothing collected counts only when both collected nothing."""
    codes = {first, second} - {NOTHING_COLLECTED}
    if not codes:
        return NOTHING_COLLECTED
    return max(codes)


def _stops_early(arguments: list[str]) -> bool:
    return any(each in ("-x", "--exitfirst") or each.startswith("--maxfail") for each in arguments)


def _workers() -> str:
    return os.environ.get("TEST_WORKERS", "2")


def _pytest(settings: dict[str, str], title: str, arguments: list[str]) -> int:
    say(title)
    began = time.monotonic()
    code, _ = run([str(PYTHON), "-m", "pytest", *arguments], settings, ending=signal.SIGINT)
    plain(f"{title} took {_duration(time.monotonic() - began)}.")
    return code


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
