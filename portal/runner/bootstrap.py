"""From a bare Python to the virtual environment with everything in it, and into it."""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from portal.runner.console import ROOT, Stop, say
from portal.runner.processes import run

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN_TIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"


def enter(*, development: bool = False) -> None:
    """Make or renew the virtual environment, then go on inside it (does not return when it was outside)."""
    if not _inside() or _pending(development):
        with _installing_alone():
            _make_environment()
            for name in _pending(development):
                _install(name)
    if not _inside():
        os.execv(PYTHON, [str(PYTHON), str(ROOT / "run"), *sys.argv[1:]])  # noqa: S606  (that is the point)


def _inside() -> bool:
    return Path(sys.prefix) == VENV


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _stamp(name: str) -> Path:
    return VENV / f".installed-{name}"


def _pending(development: bool) -> list[str]:
    """The requirement files whose packages are not (or no longer) the installed ones."""
    names = (RUN_TIME, DEVELOPMENT) if development else (RUN_TIME,)
    return [name for name in names if not _stamp(name).exists() or _stamp(name).read_text() != _digest(name)]


class _installing_alone:  # noqa: N801  (reads as a phrase in the with statement)
    """Two commands typed at once install one after the other."""

    def __enter__(self) -> None:
        self.handle = os.open(ROOT, os.O_RDONLY)
        fcntl.flock(self.handle, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self.handle)


def _make_environment() -> None:
    if os.access(PYTHON, os.X_OK) and _run([str(PYTHON), "-m", "pip", "--version"])[0] == 0:
        return
    for folder in (ROOT, VENV):
        if folder.exists() and not os.access(folder, os.W_OK):
            raise Stop(f"{folder} is not yours to write in.", f"sudo chown -R $(id -un) {ROOT}")
    say("Making the virtual environment in .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    code, said = _run([sys.executable, "-m", "venv", str(VENV)])
    if code == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if "ensurepip" in said or "No module named venv" in said:
        raise Stop("Python's venv module is not complete on this machine.", f"{_sudo()}apt-get install -y python3-venv")
    raise Stop(f"The virtual environment could not be made:\n{said.strip()[-1000:]}")


def _install(name: str) -> None:
    say(f"Installing packages ({name})")
    uv = _uv()
    ways = [[uv, "pip", "install", "--quiet", "--python", str(PYTHON), "-r", name]] if uv else []
    ways.append([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", name])
    said = ""
    for command in ways:
        code, said = _run(command)
        if code == 0:
            _stamp(name).write_text(_digest(name))
            return
    if "No space left" in said:
        raise Stop(f"The disk is full; the packages need about 700 MB in {VENV}.", "df -h .")
    raise Stop(
        f"The packages of {name} could not be installed:\n{said.strip()[-1500:]}\n\nWhen the package index answers:",
        " ".join(["./run", *sys.argv[1:]]),
    )


def _run(command: list[str]) -> tuple[int, str]:
    return run(command, dict(os.environ), quiet=True)


def _uv() -> str | None:
    """uv installs five times as fast as pip; it comes from the machine, or into the virtual environment."""
    if found := shutil.which("uv"):
        return found
    own = VENV / "bin" / "uv"
    if not own.exists():
        _run([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])
    return str(own) if own.exists() else None


def _sudo() -> str:
    return "" if os.geteuid() == 0 else "sudo "


def lock_requirements() -> int:
    """`./run lock`: compile requirements*.in into requirements*.txt, for every platform, without addresses."""
    uv = _uv()
    if uv is None:
        raise Stop("uv is needed to compile the requirements.", f"{PYTHON} -m pip install uv")
    for name in (RUN_TIME, DEVELOPMENT):
        source = name.replace(".txt", ".in")
        flags = ["--universal", "--python-version", "3.11", "--no-annotate", "--no-header", "--no-emit-index-url"]
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / name
            shutil.copy(ROOT / name, fresh)  # known versions stay unless something asks for others
            command = [uv, "pip", "compile", "--quiet", *flags, source, "-o", str(fresh)]
            code, said = _run(command)
            if code:
                raise Stop(f"{source} could not be compiled:\n{said.strip()}")
            shutil.copy(fresh, ROOT / name)
        say(f"{source} → {name}")
    return 0
