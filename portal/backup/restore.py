"""restore(): put a back-up into an empty database and an empty folder, and count that all of it arrived."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from django.core.files.base import File
from django.core.files.storage import Storage, default_storage
from django.db.migrations.loader import MigrationLoader

from portal.backup import BackupProblem, programs
from portal.backup.manifest import DUMP, Manifest, check, files
from portal.backup.tables import address, differences, one_moment, tables
from portal.runner.database import SQL, Address, ask, connect, run_sql

Say = Callable[[str], None]
SOMEBODY = "SELECT EXISTS (SELECT FROM tenancy_firm) OR EXISTS (SELECT FROM people_user)"
AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = %s
"""
# No rights by default before the restore: a table would arrive with all of them, and what the dump leaves out (to
# change the ledger) would stay granted. The dump brings its own; only owning its functions needs a right beforehand.
EMPTY = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO portal_ops
"""


@dataclass(frozen=True)
class Target:
    """Where a back-up goes: the same database as two roles, the name of the third, and the folder of papers."""

    owner: Address
    ops: Address
    app: str
    storage: Storage


def here() -> Target:
    """This installation."""
    return Target(address("owner"), address("ops"), address("default").user, default_storage)


def restore(source: Path, target: Target, say: Say, *, force: bool = False) -> Manifest:
    """Restore the back-up in `source`; `force`: over what is there. Raises BackupProblem.

    Everything that can be known beforehand is checked before anything is touched. The dump goes in as the owner, in
    one transaction; its policies and guards are the last things in it, so they are there again and hinder nothing.
    """
    say("Checking the back-up")
    manifest, wrong = check(source)
    if wrong:
        raise BackupProblem("\n".join(["The back-up is damaged:", *wrong]))
    unknown = set(manifest.migrations) - {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown:
        raise BackupProblem(f"The back-up is of a newer version ({manifest.version}): it knows {min(unknown)}.")
    program, _ = programs.find("pg_restore", max(manifest.program, programs.server_major(target.owner)))
    _make_room(target, force=force)
    say("Restoring the database")
    programs.run(program, target.owner, "--single-transaction", "--exit-on-error", str(source / DUMP))
    run_sql(target.owner, (SQL / "roles.sql").read_text(encoding="utf-8"), "ANALYZE")
    say("Counting")
    with one_moment(target.ops) as cursor:
        unlike = differences(manifest.tables, tables(cursor))
    if unlike:
        raise BackupProblem("\n".join(["The database is not what was backed up:", *unlike]))
    say(f"Copying {manifest.files} papers")
    for name in files(source):
        _put_back(source / "documents" / name, name, target.storage)
    return manifest


def _make_room(target: Target, *, force: bool) -> None:
    at_work = ask(target.owner, AT_WORK, target.app)
    if at_work:
        raise BackupProblem(f"{at_work} connections of the portal are open: stop web, worker and clock first.")
    there = ask(target.ops, "SELECT to_regclass('public.tenancy_firm') IS NOT NULL")
    if there and ask(target.ops, SOMEBODY) and not force:
        raise BackupProblem(f"The database {target.owner.name} is not empty. To lose what is in it: --force")
    handle = connect(target.owner)
    try:
        with handle.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
            cursor.execute(EMPTY)
    except psycopg2.errors.LockNotAvailable:
        raise BackupProblem("Somebody is still reading in the database: stop everything that uses it.") from None
    finally:
        handle.close()


def _put_back(source: Path, name: str, storage: Storage) -> None:
    """Write one file unless the same bytes lie there; a half one (an earlier restore that was cut off) goes first."""
    if storage.exists(name):
        with storage.open(name, "rb") as there, source.open("rb") as wanted:
            if _same(there, wanted):
                return
        storage.delete(name)
    with source.open("rb") as file:
        storage.save(name, File(file))


def _same(one: object, other: object) -> bool:
    while True:
        left, right = one.read(shutil.COPY_BUFSIZE), other.read(shutil.COPY_BUFSIZE)  # type: ignore[attr-defined]
        if left != right:
            return False
        if not left:
            return True
