"""Postgres and Redis together: whose they are, their secrets, the environment they give, and who holds the folder."""

import fcntl
import json
import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from portal.runner import database
from portal.runner.console import ROOT, Stop, say
from portal.runner.database import ADMIN, ROLES, Address
from portal.runner.ports import answers
from portal.runner.postgres import Postgres
from portal.runner.valkey import Redis

OWN = ("OWNER_DATABASE_URL", "OPS_DATABASE_URL")
# Tests may lose a power cut's worth of data, not a process's: a killed server still recovers from what it wrote.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def state_folder(name: str = "") -> Path:
    """The folder in which everything that runs keeps its files: ``.run``, or a part of it."""
    folder = ROOT / ".run" / name if name else ROOT / ".run"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "log").mkdir(exist_ok=True)
    except PermissionError:
        raise Stop(f"{ROOT / '.run'} belongs to another user.", f"sudo chown -R $(id -un) {ROOT / '.run'}") from None
    if not os.access(folder, os.W_OK):
        raise Stop(f"{folder} belongs to another user.", f"sudo chown -R $(id -un) {ROOT / '.run'}")
    return folder


class Lock:
    """One command at a time per state folder; the kernel lets go when the process ends, however it ends."""

    def __init__(self, state: Path) -> None:
        self.path = state / "lock"
        self._file: TextIO | None = None

    def take(self) -> bool:
        """Try to hold the folder; False when somebody else does."""
        handle = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        handle.truncate(0)
        handle.write(f"{os.getpid()} {' '.join(['./run', *sys.argv[1:]])}\n")
        handle.flush()
        self._file = handle
        return True

    def holder(self) -> str:
        """The command that holds the folder, as it was typed."""
        return self.path.read_text(encoding="utf-8").partition(" ")[2].strip() if self.path.exists() else ""

    def give_back(self) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()
            self._file = None


def load_secrets(state: Path) -> dict[str, str]:
    """The passwords and the signing key of this folder, made once and readable by the owner only."""
    path = state / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    wanted = (ADMIN, *ROLES, "redis", "SECRET_KEY")
    missing = [name for name in wanted if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(48 if name == "SECRET_KEY" else 24) for name in missing}
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        fresh.replace(path)
    return kept


class Services:
    """Starts what the environment does not already give, in order; stops it in the opposite order."""

    def __init__(self, state: Path, *, given: bool = True, fast: bool = False, connections: int = 100) -> None:
        """``given``: use DATABASE_URL and REDIS_URL when they are set. ``fast``: a server for tests."""
        self.state = state
        self.secrets = load_secrets(state)
        self.variables: dict[str, str] = {}
        self.admin: Address | None = None
        self.own_database = False
        self._given = given
        self._options = {"max_connections": str(connections), **(FAST if fast else {})}
        self._packaged_only = os.environ.get("RUN_SERVICES", "") == "packaged"
        self._stops: list[Callable[[], None]] = []
        self.servers: list[Postgres | Redis] = []

    def start(self) -> dict[str, str]:
        """Start both; returns the environment variables with which the portal finds them."""
        self.variables = {**self._postgres(), "REDIS_URL": self._redis(), "SECRET_KEY": self._secret_key()}
        return self.variables

    def publish(self, variables: dict[str, str]) -> None:
        """Let other commands typed in this checkout find what runs here."""
        note = self.state / "services.json"
        note.unlink(missing_ok=True)
        note.touch(mode=0o600)
        note.write_text(json.dumps(variables, indent=2) + "\n", encoding="utf-8")

    def stop(self) -> None:
        """Stop what was started here; safe to call twice."""
        (self.state / "services.json").unlink(missing_ok=True)
        while self._stops:
            self._stops.pop()()

    def start_over(self) -> None:
        """Replace our own database by an empty one. Never touches a database that was given to us."""
        if self.admin is None or not self.own_database:
            return
        database.drop_database(self.admin, database.DATABASE)
        database.prepare_database(self.admin, database.DATABASE)

    def _watch(self, server: Postgres | Redis) -> None:
        self._stops.append(server.stop)
        self.servers.append(server)

    def _secret_key(self) -> str:
        return os.environ.get("SECRET_KEY") or self.secrets["SECRET_KEY"]

    def _redis(self) -> str:
        if self._given and os.environ.get("REDIS_URL"):
            parts = urlsplit(os.environ["REDIS_URL"])
            if not answers(parts.port or 6379, parts.hostname or "127.0.0.1"):
                raise Stop("The Redis of REDIS_URL does not answer. To use one of our own:", "env -u REDIS_URL ./run")
            say("Redis: the one of REDIS_URL")
            return os.environ["REDIS_URL"]
        server = Redis(self.state, self.secrets["redis"], packaged_only=self._packaged_only)
        self._watch(server.start())
        say(f"{server.label} on port {server.port}")
        return server.url

    def _postgres(self) -> dict[str, str]:
        if self._given and os.environ.get("DATABASE_URL"):
            return self._given_postgres(Address.parse(os.environ["DATABASE_URL"]))
        server = Postgres(self.state, self.secrets[ADMIN], options=self._options, packaged_only=self._packaged_only)
        self._watch(server.start())
        self.admin, self.own_database = server.admin, True
        database.prepare_roles(server.admin, self.secrets)
        database.prepare_database(server.admin, database.DATABASE)
        say(f"{server.binaries.label} on port {server.port}")
        return database.addresses(server.admin, database.DATABASE, self.secrets)

    def _given_postgres(self, address: Address) -> dict[str, str]:
        import psycopg2

        try:
            powerful = database.ask(address, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        except psycopg2.OperationalError as problem:
            raise Stop(f"The database of DATABASE_URL does not answer: {str(problem).strip()}") from None
        if all(os.environ.get(name) for name in OWN):
            say("Postgres: the one of DATABASE_URL")
            return {name: os.environ[name] for name in ("DATABASE_URL", *OWN)}
        if not powerful:
            raise Stop(
                f"DATABASE_URL is set to the role {address.user}; the portal also needs the role that migrates and the "
                "role that makes back-ups.",
                "export OWNER_DATABASE_URL=postgresql://portal_owner:…@… OPS_DATABASE_URL=postgresql://portal_ops:…@…",
            )
        say(f"Postgres: the one of DATABASE_URL; its administrator {address.user} makes the three roles of the portal")
        self.admin = address
        database.prepare_roles(address, self.secrets)
        database.prepare_database(address, address.name)
        return database.addresses(address, address.name, self.secrets)


def running(state: Path) -> dict[str, str] | None:
    """The variables of services that another command keeps running in ``state``, or None when nobody does.

    Waits a little for a command that is just starting.
    """
    note = state / "services.json"
    for _ in range(50):
        lock = Lock(state)
        if lock.take():
            lock.give_back()
            return None
        if note.exists():
            found: dict[str, str] = json.loads(note.read_text(encoding="utf-8"))
            return found
        time.sleep(0.2)
    raise Stop(f"`{Lock(state).holder()}` is busy in this folder; try again when it is done.")
