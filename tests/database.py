"""Test databases: one migrated template with the cast in it, and a clone for whoever needs one.

The template belongs to portal_owner like the real database, so the tests meet the same walls; its name holds a
hash of everything that decides its content. A clone costs a tenth of a second.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

from portal.runner.database import SQL, Address, connect, run_sql

ROOT = Path(__file__).resolve().parents[1]
VARIABLES = {"default": "DATABASE_URL", "owner": "OWNER_DATABASE_URL", "ops": "OPS_DATABASE_URL"}
PREFIX = "samen_template_"
LOCK = 7_110_429
BASE = re.sub(r"\W", "_", settings.DATABASES["default"]["NAME"])[:30]


def address(alias: str, name: str | None = None) -> Address:
    """Where an alias connects to, or the same role in another database."""
    entry = settings.DATABASES[alias]
    return Address(entry["HOST"], int(entry["PORT"]), entry["USER"], entry["PASSWORD"], name or entry["NAME"])


def fingerprint() -> str:
    """A hash of what makes the template: migrations, what they call, rights, and the cast."""
    found = [*ROOT.glob("portal/*/migrations/*.py"), *ROOT.glob("*/migrations/*.py"), *SQL.glob("*.sql")]
    found += [ROOT / "portal/tenancy/rls.py", ROOT / "portal/tenancy/guard.py", ROOT / "requirements.txt"]
    found += [ROOT / "tests/cast.py", ROOT / "tests/world.py", ROOT / "tests/database.py"]
    digest = hashlib.sha256(repr(settings.PASSWORD_HASHERS).encode())
    for path in sorted(found):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _server() -> Iterator["psycopg2.extensions.cursor"]:
    """A cursor of the owner outside any test database."""
    with closing(connect(address("owner", "postgres"))) as handle, handle.cursor() as cursor:
        yield cursor


def _create(cursor: "psycopg2.extensions.cursor", name: str, template: str) -> None:
    cursor.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(sql.Identifier(name), sql.Identifier(template))
    )


def _drop(cursor: "psycopg2.extensions.cursor", name: str) -> None:
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def ensure_template(fill: Callable[[], None], *, again: bool = False) -> str:
    """Return the name of the template database; make it first where it is missing (one maker at a time)."""
    name = PREFIX + fingerprint()
    with _server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            there = cursor.fetchone() is not None
            if there and not again:
                return name
            _forget_old_templates(cursor)
            raw = f"{name}_raw"
            for each in (raw, name):
                _drop(cursor, each)
            _create(cursor, raw, "template0")
            _migrate(raw, fill)
            # only a finished one gets the name that others look for
            cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(raw), sql.Identifier(name)))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def _migrate(name: str, fill: Callable[[], None]) -> None:
    run_sql(address("owner", name), (SQL / "roles.sql").read_text(encoding="utf-8"))
    with pointed_at(name):
        call_command("migrate", database="owner", verbosity=0)
        fill()


def _forget_old_templates(cursor: "psycopg2.extensions.cursor", keep: int = 6) -> None:
    cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC", [PREFIX + "%"])
    for (name,) in cursor.fetchall()[keep:]:
        with suppress(psycopg2.Error):  # somebody is using it right now
            _drop(cursor, name)


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Let every alias, and every child process, connect to database `name` while inside."""
    before = {alias: settings.DATABASES[alias]["NAME"] for alias in VARIABLES}
    environment = {variable: os.environ.get(variable) for variable in VARIABLES.values()}
    connections.close_all()
    for alias, variable in VARIABLES.items():
        settings.DATABASES[alias]["NAME"] = name
        os.environ[variable] = address(alias).url()
    try:
        yield
    finally:
        connections.close_all()
        for alias, old in before.items():
            settings.DATABASES[alias]["NAME"] = old
        for variable, value in environment.items():
            if value is None:
                os.environ.pop(variable, None)
            else:
                os.environ[variable] = value


@contextmanager
def cloned(template: str, name: str) -> Iterator[str]:
    """A fresh copy of the template, in use by every alias while inside and dropped afterwards."""
    with _server() as cursor:
        _drop(cursor, name)
        _create(cursor, name, template)
    try:
        with pointed_at(name):
            yield name
    finally:
        drop(name)


def drop(name: str) -> None:
    """Drop a database; whoever still hangs on it is cut off, each by its own role (no superuser needed)."""
    with _server() as cursor:
        try:
            _drop(cursor, name)
        except psycopg2.errors.ObjectInUse:
            for alias in VARIABLES:
                _cut_off(alias, name)
            _drop(cursor, name)


def _cut_off(alias: str, name: str) -> None:
    with closing(connect(address(alias, "postgres"))) as handle, handle.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
            "WHERE datname = %s AND usename = current_user",
            [name],
        )


def clone_name(worker: str, number: int = 0) -> str:
    """A database name of this process alone."""
    return f"test_{BASE}_{worker}_{os.getpid()}" + (f"_{number}" if number else "")


def sweep_orphans() -> None:
    """Drop clones of processes that were killed before they could clean up."""
    with _server() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"test\\_{BASE}\\_%"])
        for (name,) in cursor.fetchall():
            found = re.fullmatch(rf"test_{BASE}_(?:gw\d+|main)_(\d+)(?:_\d+)?", name)
            if found and not Path(f"/proc/{found[1]}").exists() and Path("/proc/self").exists():
                with suppress(psycopg2.Error):
                    _drop(cursor, name)
