"""A dead child ends the run and shows its log; a clean stop leaves nothing behind."""

import os
import subprocess
import sys
import time

import pytest

from portal.runner.console import Stop
from portal.runner.processes import NOTE, Children, command_line, run, run_in_front, stop_leftovers


@pytest.fixture
def state(tmp_path):
    (tmp_path / "log").mkdir()
    return tmp_path


@pytest.fixture
def children(state):
    """The processes of one test, none of which outlives it."""
    made = Children(state, dict(os.environ))
    yield made
    made.stop()


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def gone(pid: int) -> bool:
    """Whether the process has ended; init collects it, so give it a moment."""
    for _ in range(100):
        if not command_line(pid):
            return True
        time.sleep(0.05)
    return False


def test_a_dead_child_stops_the_run_and_shows_the_end_of_its_log(state, children) -> None:
    children.start("web", python("import time; time.sleep(60)"))
    children.start("worker", python("print('no such queue'); raise SystemExit(3)"))
    with pytest.raises(Stop, match=r"(?s)“worker” ended by itself \(exit 3\).*no such queue") as caught:
        children.watch(seconds=20)
    assert "Traceback" not in str(caught.value)


def test_a_dead_database_stops_the_run_too(state, children) -> None:
    log = state / "log" / "postgres.log"
    log.write_text("FATAL: the disk is full")
    with subprocess.Popen(python("raise SystemExit(1)")) as database:
        children.guard("Postgres", database, log)
        with pytest.raises(Stop, match=r"(?s)“Postgres” ended by itself.*the disk is full"):
            children.watch(seconds=20)


def test_stopping_ends_grandchildren_too(state, children) -> None:
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    children.start("worker", python(code))
    log = state / "log" / "worker.log"
    assert children.watch(lambda: bool(log.read_text().strip()), seconds=20)
    grandchild = int(log.read_text())
    children.stop()
    assert gone(grandchild)
    assert not (state / NOTE).exists()


def test_a_run_that_was_killed_is_swept_up_by_the_next(state, children) -> None:
    # the sweep trusts only a command of this checkout, so the child carries the folder's path
    children.start("web", [*python("import time; time.sleep(60)"), os.getcwd()])
    process = children.running[0].process
    while not command_line(process.pid):  # the kernel shows it a moment after the start
        time.sleep(0.01)
    stop_leftovers(state)
    assert process.wait(10) != 0
    assert not (state / NOTE).exists()


def test_a_number_that_now_belongs_to_another_program_is_left_alone(state) -> None:
    (state / NOTE).write_text(f'[{{"pid": {os.getpid()}, "has": "gunicorn"}}]')
    stop_leftovers(state)
    assert command_line(os.getpid())


def test_the_log_of_the_run_before_is_kept(state) -> None:
    for text in ("first", "second"):
        children = Children(state, dict(os.environ))
        children.start("web", python(f"print('{text}')"))
        children.running[0].process.wait(20)
        children.stop()
    assert (state / "log" / "web.log.1").read_text() == "first\n"
    assert (state / "log" / "web.log").read_text() == "second\n"


def test_a_step_gives_its_code_and_words() -> None:
    assert run(python("print('hello'); raise SystemExit(4)"), dict(os.environ), quiet=True) == (4, "hello\n")
    assert run_in_front(python("raise SystemExit(5)"), dict(os.environ)) == 5
