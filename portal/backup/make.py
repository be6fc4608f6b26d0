"""make(): dump the database, then copy the papers its rows name, then write down what was done."""

import hashlib
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import default_storage

from portal.backup import BackupProblem, programs
from portal.backup.manifest import CHUNK, DUMP, FILES, Manifest, write
from portal.backup.tables import address, migrations, one_moment, tables
from portal.kernel.clock import now

if TYPE_CHECKING:
    import psycopg2.extensions

Say = Callable[[str], None]
PAPERS = "SELECT storage_key, sha256, pages FROM documents_document ORDER BY storage_key"


def make(to: Path, say: Say) -> Manifest:
    """Back this installation up into the folder `to`, which may not hold anything yet.

    A paper that is missing or altered does not stop it: the rest would then have no back-up at all. It stands in
    `damaged` of the manifest. Raises BackupProblem; nothing stands in `to` then.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise BackupProblem(f"{to} is not empty: a back-up never goes over another. Name a new folder.")
    ops = address("ops")
    major = programs.server_major(ops)
    program, version = programs.find("pg_dump", major)
    partial = to.with_name(f".{to.name}.unfinished")
    shutil.rmtree(partial, ignore_errors=True)
    before = os.umask(0o077)  # everything of everybody stands in it: for its owner alone
    try:
        partial.mkdir(parents=True)
        with one_moment(ops) as cursor:
            if _bound_by_policies(cursor):
                raise BackupProblem(f"{ops.user} does not see all rows: OPS_DATABASE_URL must be portal_ops.")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = (cursor.fetchone() or ("",))[0]
            say("Dumping the database")
            where = f"--file={partial / DUMP}"
            programs.run(program, ops, "--format=custom", f"--snapshot={snapshot}", where)
            say("Counting")
            held, steps = tables(cursor), migrations(cursor)
            cursor.execute(PAPERS)
            rows = cursor.fetchall()
        say(f"Copying {len(rows)} papers")
        copied, size, damaged = _copy(rows, partial)
        manifest = Manifest(
            made_at=now().isoformat(timespec="seconds"),
            version=app_version(),
            server=major,
            program=version,
            migrations=steps,
            tables=held,
            files=copied,
            file_bytes=size,
            dump_bytes=(partial / DUMP).stat().st_size,
            damaged=damaged,
        )
        write(partial, manifest)
        _to_disk(partial)
        if to.exists():
            to.rmdir()
        partial.rename(to)
    except OSError as problem:
        raise BackupProblem(f"The back-up could not be written: {problem}") from None
    finally:
        os.umask(before)
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def app_version() -> str:
    """The version of this portal."""
    said = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(said["project"]["version"])


def _bound_by_policies(cursor: "psycopg2.extensions.cursor") -> bool:
    cursor.execute("SELECT NOT (rolbypassrls OR rolsuper) FROM pg_roles WHERE rolname = current_user")
    return bool((cursor.fetchone() or (True,))[0])


def _names(key: str, digest: str, pages: int) -> Iterator[tuple[str, str]]:
    """A paper and its page images, each with the hash it must have (page images: any)."""
    yield key, digest
    for page in range(1, pages + 1):
        yield f"{key}.pages/{page}.webp", ""


def _copy(rows: list[tuple[str, str, int]], folder: Path) -> tuple[int, int, list[str]]:
    """Copy what the rows name; returns how many files, their bytes, and the originals that are not what they were."""
    copied, size, damaged = 0, 0, []
    with (folder / FILES).open("w", encoding="utf-8") as sums:
        for key, digest, pages in rows:
            for name, wanted in _names(key, digest, pages):
                try:
                    found, length = _copy_one(name, folder / "documents" / name)
                except FileNotFoundError:
                    damaged.append(f"{name}: missing")
                    continue
                if wanted and found != wanted:
                    damaged.append(f"{name}: not the bytes that came in")
                sums.write(f"{found}  documents/{name}\n")
                copied, size = copied + 1, size + length
    return copied, size, damaged


def _copy_one(name: str, to: Path) -> tuple[str, int]:
    digest, length = hashlib.sha256(), 0
    with default_storage.open(name, "rb") as source:
        to.parent.mkdir(parents=True, exist_ok=True)
        with to.open("wb") as target:
            while block := source.read(CHUNK):
                digest.update(block)
                target.write(block)
                length += len(block)
    return digest.hexdigest(), length


def _to_disk(folder: Path) -> None:
    """Wait until the disk has it all: a back-up that a power cut halves is none."""
    for path in (*folder.rglob("*"), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
