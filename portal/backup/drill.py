"""drill(): back up, restore into a scratch database, check the books there, and see that damage is noticed."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from psycopg2 import sql

from portal.backup import BackupProblem
from portal.backup.make import Say, make
from portal.backup.manifest import DUMP, Manifest, files, hash_of, read
from portal.backup.restore import Target, restore
from portal.backup.tables import address
from portal.runner.database import Address, connect, drop_database


def drill(say: Say, folder: Path | None = None) -> Manifest:
    """Prove that a back-up of now can be restored; leaves nothing behind. Raises BackupProblem at the first doubt.

    The scratch database lies on the same server under another name; no worker looks at it, so no mail leaves it.
    """
    name = f"{address('owner').name}_drill_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="drill-", dir=folder) as held:
        began = time.monotonic()
        manifest = make(Path(held) / "backup", say)
        if manifest.damaged:
            raise BackupProblem("\n".join(["Papers are missing or altered here:", *manifest.damaged]))
        made = time.monotonic()
        papers = Path(held) / "papers"
        target = Target(
            address("owner").on(name), address("ops").on(name), address("default").user, FileSystemStorage(papers)
        )
        _create(target.owner)
        try:
            restore(Path(held) / "backup", target, say)
            say("Comparing the papers")
            _compare(Path(held) / "backup", papers)
            say("Verifying the books of the restored database")
            if manifest.tables["tenancy_administration"].rows:
                _verify(name, papers)
        finally:
            drop_database(address("owner").on("postgres"), name)
        say("Looking whether damage is noticed")
        _damage(Path(held) / "backup")
        say(f"Backed up in {made - began:.1f} s, restored and verified in {time.monotonic() - made:.1f} s")
    return manifest


def _create(owner: Address) -> None:
    handle = connect(owner.on("postgres"))
    try:
        with handle.cursor() as cursor:
            create = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(owner.name))
            cursor.execute(create)
    except psycopg2.errors.InsufficientPrivilege:
        raise BackupProblem(f"{owner.user} may not make a scratch database: ALTER ROLE {owner.user} CREATEDB") from None
    finally:
        handle.close()


def _compare(backup: Path, papers: Path) -> None:
    for name, digest in files(backup).items():
        if hash_of(papers / name) != digest:
            raise BackupProblem(f"{name} is not the same after the restore.")


def _verify(name: str, papers: Path) -> None:
    """verify_books in a process of its own, as the app role: the walls stand in the restored database too."""
    environment = {
        **os.environ,
        "DATABASE_URL": address("default").on(name).url(),
        "OWNER_DATABASE_URL": address("owner").on(name).url(),
        "OPS_DATABASE_URL": address("ops").on(name).url(),
        "DOCUMENT_ROOT": str(papers),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_books"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-6:]
        raise BackupProblem("\n".join(["The restored books are not in order:", *said]))


def _damage(backup: Path) -> None:
    """Turn one bit in the middle of the dump: a check that does not see that would see nothing."""
    dump = backup / DUMP
    with dump.open("r+b") as file:
        file.seek(dump.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    try:
        read(backup)
    except BackupProblem:
        return
    raise BackupProblem("A damaged dump was not noticed: do not trust any back-up of this version.")
