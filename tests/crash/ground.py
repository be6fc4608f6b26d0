"""A portal that may be killed: Postgres, Redis and every process are our own children, on ports that stay the same."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from portal.runner import postgres, valkey
from portal.runner.bootstrap import PYTHON
from portal.runner.console import Stop
from portal.runner.ports import free_port
from portal.runner.processes import end_group, run
from portal.runner.services import Services
from portal.runner.start import SETTINGS, environment, whereabouts

KINDS = ("worker", "pool child", "clock", "web", "mail", "redis flushed", "redis", "postgres", "postgres at once")
PATIENCE = 60
# the disk may lie (nobody cuts the power here), the server may not: a commit that was answered is in the log
DURABLE = {"fsync": "off", "full_page_writes": "off"}


class Ground:
    """The services and processes, each of which can be killed and comes back by itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "log").mkdir(parents=True)
        self.services = Services(folder, given=False, connections=120)
        self.services._options |= DURABLE
        variables = self.services.start()
        self.postgres, self.redis = self.services.servers
        self.ports = (self.postgres.port, self.redis.port)
        self.port = free_port()
        own = {**variables, **whereabouts(folder, self.port, free_port())}
        self.environment = environment(own, SETTINGS) | {"DOCUMENT_ROOT": str(folder / "documents"), "NO_COLOR": "1"}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.returned: list[str] = []  # who ended by itself and was started again
        self._hands = threading.RLock()  # striking and watching take turns
        self._closing = threading.Event()

    # --- processes ----------------------------------------------------------------------------------------------

    def command(self, *words: str) -> str:
        """Run a Python command to its end; returns what it said. Raises AssertionError when it fails."""
        code, said = run([str(PYTHON), *words], self.environment, quiet=True)
        assert code == 0, f"{' '.join(words)} ended with {code}:\n{said[-3000:]}"
        return said

    def start(self, name: str) -> None:
        """Start one process; its log goes on where the last one's ended."""
        python, celery = str(PYTHON), [str(PYTHON), "-m", "celery", "--quiet", "-A", "portal"]
        work = ["worker", "-c", "2", "-l", "WARNING", "--without-mingle", "--without-gossip", "-n", f"{name}@%h"]
        web = ["--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "4", "--no-control-socket"]
        commands = {
            "mail": [python, "-m", "tests.crash.slow_post"],
            "web": [python, "-m", "gunicorn", "portal.wsgi:application", *web, "--worker-tmp-dir", str(self.folder)],
            "worker1": [*celery, *work],
            "worker2": [*celery, *work],
            "clock1": [*celery, "beat", "--schedule", str(self.folder / "beat1"), "--pidfile", ""],
            "clock2": [*celery, "beat", "--schedule", str(self.folder / "beat2"), "--pidfile", ""],
        }
        with (self.folder / "log" / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                commands[name],
                cwd=Path(__file__).parents[2],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def open(self) -> None:
        """Start everything: two workers and, on purpose, two clocks."""
        for name in ("mail", "web", "worker1", "worker2", "clock1", "clock2"):
            self.start(name)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        """Start again what ended by itself, as `restart: unless-stopped` does: a worker may give up with its broker."""
        while not self._closing.wait(1):
            with self._hands:
                for name in [name for name, child in self.children.items() if child.poll() is not None]:
                    self.returned.append(f"{name} ({self.children[name].returncode})")
                    print(f"{name} ended by itself:\n{self._end_of(name, 3000)}", flush=True)
                    self.start(name)

    # --- blows --------------------------------------------------------------------------------------------------

    def strike(self, kind: str, which: int) -> None:
        """Kill something and bring it back. `which` chooses among equals."""
        if kind in ("worker", "clock", "web", "mail"):
            name = f"{kind}{which % 2 + 1}" if kind in ("worker", "clock") else kind
            with self._hands:
                end_group(self.children[name].pid)
                self.children[name].wait(10)
                self.start(name)
        elif kind == "pool child":
            self._kill_a_pool_child(f"worker{which % 2 + 1}", which)
        elif kind == "redis flushed":
            self._flush()
        elif kind == "redis":
            self.redis.process.kill()
            self.redis.process.wait(10)
            time.sleep(0.3)
            with fixed_port(valkey, self.ports[1]):
                self.redis.start()
        else:
            self._kill_postgres(signal.SIGKILL if kind == "postgres" else signal.SIGQUIT)

    def _flush(self) -> None:
        import redis

        redis.Redis.from_url(self.environment["REDIS_URL"]).flushall()

    def _kill_a_pool_child(self, name: str, which: int) -> None:
        pid = self.children[name].pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if found:
            os.kill(int(found[which % len(found)]), signal.SIGKILL)

    def _kill_postgres(self, blow: signal.Signals) -> None:
        self.postgres.process.send_signal(blow)
        self.postgres.process.wait(30)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with fixed_port(postgres, self.ports[0]):
                    self.postgres.start()
                return
            except (Stop, psycopg2.Error):  # the killed server's last children still hold its memory
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def close(self) -> None:
        """End everything."""
        self._closing.set()
        with self._hands:
            self._end()

    def _end(self) -> None:
        for child in self.children.values():
            end_group(child.pid)
            child.wait(10)
        self.services.stop()

    def _end_of(self, name: str, most: int) -> str:
        log = self.folder / "log" / f"{name}.log"
        return log.read_text(errors="replace")[-most:] if log.exists() else ""

    def logs(self) -> str:
        """Who had to be started again, what waits in the queues, and the end of every log."""
        import redis

        broker = redis.Redis.from_url(self.environment["REDIS_URL"])
        waiting = {name: broker.llen(name) for name in ("mail", "pdf", "feeds", "ledger")}
        told = "\n".join(f"--- {name}\n{self._end_of(name, 4000)}" for name in (*self.children, "postgres", "redis"))
        return f"started again: {self.returned}; waiting in Redis: {waiting}\n{told}"


@contextmanager
def fixed_port(module: object, port: int) -> Iterator[None]:
    """A server that was killed comes back where it was: everybody else keeps its address."""
    before = module.free_port
    module.free_port = lambda: port
    try:
        yield
    finally:
        module.free_port = before


@contextmanager
def ground() -> Iterator[Ground]:
    """Somewhere of its own, open to the account that Postgres runs as, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="samen-crash-"))
    folder.chmod(0o755)
    made = None
    try:
        made = Ground(folder / "run")
        yield made
    finally:
        if made is not None:
            made.close()
        shutil.rmtree(folder, ignore_errors=True)
