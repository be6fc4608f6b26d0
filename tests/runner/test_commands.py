"""The door itself: what it imports, what it says, what it refuses."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.runner import bootstrap, checks, machine, postgres, start, testing
from portal.runner.commands import main
from portal.runner.console import ROOT, Stop
from portal.runner.ports import free_port, is_free
from portal.runner.services import Lock, load_secrets


def test_the_door_opens_before_anything_is_installed() -> None:
    """Isolated and without site-packages, as on a fresh clone: the standard library must be enough."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import portal.runner.commands; print('fine')"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("fine\n", "")


def test_help_names_every_command(capsys) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for word in ("test", "check", "manage", "bench", "reset", "lock"):
        assert f"./run {word}" in said


def test_an_unknown_word_is_refused_with_the_list(capsys) -> None:
    assert main(["tset"]) == 2
    assert "./run tset does not exist" in capsys.readouterr().err


def test_port_is_given_remembered_or_free(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    first = start.choose_port(tmp_path)
    assert start.choose_port(tmp_path) == first
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()
        assert not is_free(first)
        assert start.choose_port(tmp_path) != first
        monkeypatch.setenv("PORT", str(first))
        with pytest.raises(Stop, match="in use") as caught:
            start.choose_port(tmp_path)
        assert caught.value.command == "PORT=0 ./run"
    other = free_port()
    monkeypatch.setenv("PORT", str(other))
    assert start.choose_port(tmp_path) == other
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(Stop, match="not a port"):
        start.choose_port(tmp_path)


def test_what_is_ready_is_written_and_printed(tmp_path, capsys) -> None:
    login = {
        "firm": "Van Eyck",
        "administration": None,
        "role": "accountant",
        "email": "els@x.example",
        "password": "p",
    }
    demo = {"logins": [login], "upload_link": "http://127.0.0.1:1/l/abc/?next=1"}
    (tmp_path / "demo.json").write_text(json.dumps(demo), encoding="utf-8")
    start._announce(tmp_path, "http://127.0.0.1:4321")
    ready = json.loads((tmp_path / "ready.json").read_text(encoding="utf-8"))
    assert ready == {
        "url": "http://127.0.0.1:4321/",
        "logins": [login],
        "upload_link": "http://127.0.0.1:4321/l/abc/?next=1",
        "mailbox": "http://127.0.0.1:4321/sandbox/mail/",
    }
    said = capsys.readouterr().out
    assert "els@x.example" in said
    assert ready["upload_link"] in said


def test_secrets_are_made_once_and_closed(tmp_path) -> None:
    first = load_secrets(tmp_path)
    assert load_secrets(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(set(first.values())) == len(first)
    assert len(first["SECRET_KEY"]) >= 50


def test_one_command_at_a_time_holds_a_folder(tmp_path) -> None:
    one, two = Lock(tmp_path), Lock(tmp_path)
    assert one.take()
    assert not two.take()
    assert two.holder().startswith("./run")
    one.give_back()
    assert two.take()
    two.give_back()


@pytest.mark.parametrize(
    ("said", "sentence", "command"),
    [
        ("ensurepip is not available. On Debian/Ubuntu …", "venv module", "apt-get install -y python3-venv"),
        ("something else", "something else", ""),
    ],
)
def test_no_venv_module_ends_in_one_line_to_type(monkeypatch, tmp_path, said, sentence, command) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "run", lambda *_a, **_k: (1, said))
    with pytest.raises(Stop, match=sentence) as caught:
        bootstrap._make_environment()
    assert caught.value.command.endswith(command)


def test_an_index_out_of_reach_is_said_without_a_trace(monkeypatch) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda *_a, **_k: (1, "error: Failed to fetch `django`"))
    with pytest.raises(Stop, match="Failed to fetch"):
        bootstrap._install(bootstrap.RUN_TIME)


def test_no_browser_ends_in_one_line_to_type(monkeypatch) -> None:
    monkeypatch.setattr(machine, "chromium", lambda: None)
    monkeypatch.setattr(machine, "missing_pango", list)
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    with pytest.raises(Stop, match="need Chromium") as caught:
        machine.prepare_for_tests(browser=True)
    assert caught.value.command == "sudo apt-get install -y --no-install-recommends chromium"
    assert machine.prepare_for_tests(browser=False) == {}


def test_root_on_debian_says_what_it_installs_before_it_does(monkeypatch, capsys) -> None:
    found = iter([None, "/usr/bin/chromium"])
    asked = []
    monkeypatch.setattr(machine, "chromium", lambda: next(found))
    monkeypatch.setattr(machine, "missing_pango", list)
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0)
    monkeypatch.setattr(machine, "_debian", lambda: True)
    monkeypatch.setattr(machine, "_apt", lambda packages: asked.append((packages, capsys.readouterr().out)))
    assert machine.prepare_for_tests(browser=True) == {"CHROMIUM_PATH": "/usr/bin/chromium"}
    [(packages, said)] = asked
    assert packages == ["chromium"]
    assert "installing with apt-get, as root" in said


def test_no_postgres_ends_in_one_line_to_type(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(postgres, "system_binaries", list)
    monkeypatch.setattr(postgres, "packaged_binaries", list)
    with pytest.raises(Stop) as caught:
        postgres.choose(tmp_path)
    assert caught.value.command == "apt-get install -y postgresql"


def test_a_data_directory_keeps_its_major(monkeypatch, tmp_path, capsys) -> None:
    fifteen, eighteen = postgres.Binaries(Path("/a"), 15), postgres.Binaries(Path("/b"), 18)
    monkeypatch.setattr(postgres, "system_binaries", lambda: [fifteen])
    monkeypatch.setattr(postgres, "packaged_binaries", lambda: [eighteen])
    assert postgres.choose(tmp_path) == fifteen
    (tmp_path / "pg18").mkdir()
    (tmp_path / "pg18" / "PG_VERSION").write_text("18")
    assert postgres.choose(tmp_path) == eighteen
    monkeypatch.setattr(postgres, "packaged_binaries", list)
    assert postgres.choose(tmp_path) == fifteen
    assert "pg18" in capsys.readouterr().out


def test_arguments_that_are_tests_are_told_from_options() -> None:
    given = ["tests/runner", "-k", "money", "tests/runner/test_commands.py::test_x", "--lf"]
    assert testing.names_paths(given) == ["tests/runner", "tests/runner/test_commands.py::test_x"]


@pytest.mark.parametrize(
    ("first", "second", "code"), [(0, 0, 0), (1, 0, 1), (0, 5, 0), (5, 5, 5), (5, 1, 1), (0, 2, 2)]
)
def test_two_legs_give_one_exit_code(first: int, second: int, code: int) -> None:
    assert testing.worst(first, second) == code


def test_the_gate_has_a_name_for_every_step() -> None:
    names = [step.name for step in checks.steps()]
    assert len(names) == len(set(names)) >= 7


def test_bytecode_is_always_cached(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    given = start.environment(start.whereabouts(tmp_path, 1, 2), "s")
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert given["BASE_URL"] == "http://127.0.0.1:1"
    assert given["STATE_DIR"] == str(tmp_path)
    assert os.environ["PYTHONDONTWRITEBYTECODE"] == "1"
