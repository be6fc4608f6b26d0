"""The manifest of a back-up and the hashes of its parts: written last, read first."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from portal.backup import BackupProblem
from portal.backup.tables import Table

MANIFEST, DUMP, FILES, SUMS = "manifest.json", "database.dump", "documents.sha256", "SHA256SUMS"
PARTS = (MANIFEST, DUMP, FILES)
FORMAT = 1
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """What a back-up holds and what it was made with."""

    made_at: str
    version: str
    server: int  # major version of Postgres
    program: int  # major version of pg_dump: pg_restore may not be older
    migrations: list[str]
    tables: dict[str, Table]
    files: int
    file_bytes: int
    dump_bytes: int
    damaged: list[str] = field(default_factory=list)  # papers that were missing or altered when the back-up was made
    format: int = FORMAT


def hash_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, then the hashes of the parts: a folder without them is no back-up."""
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    sums = "".join(f"{hash_of(folder / name)}  {name}\n" for name in PARTS)
    (folder / SUMS).write_text(sums, encoding="utf-8")


def _sums(path: Path) -> dict[str, str]:
    """The lines of a file of hashes, as sha256sum writes them: name → hash. Raises BackupProblem."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        pairs = [line.split("  ", 1) for line in lines]
        return {name: digest for digest, name in pairs}
    except (OSError, ValueError) as problem:
        raise BackupProblem(f"{path} cannot be read: {problem}") from None


def files(folder: Path) -> dict[str, str]:
    """The papers in a back-up: name (under documents/) → hash. Raises BackupProblem."""
    return {name.removeprefix("documents/"): digest for name, digest in _sums(folder / FILES).items()}


def read(folder: Path) -> Manifest:
    """The manifest of a back-up whose own parts are whole. Raises BackupProblem for the first that is not."""
    if not (folder / SUMS).is_file():
        raise BackupProblem(f"{folder} is no back-up, or one that was never finished: it has no {SUMS}.")
    sums = _sums(folder / SUMS)
    for name in PARTS:
        if not (folder / name).is_file():
            raise BackupProblem(f"{name} is missing from the back-up.")
        if sums.get(name) != hash_of(folder / name):
            raise BackupProblem(f"{name} is not what was written: its hash differs. Use another back-up.")
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if said["format"] != FORMAT:
            raise BackupProblem(f"This back-up has format {said['format']}; this version reads {FORMAT}.")
        said["tables"] = {name: Table(**table) for name, table in said["tables"].items()}
        return Manifest(**said)
    except (KeyError, TypeError, ValueError) as problem:
        raise BackupProblem(f"{MANIFEST} cannot be read: {problem}") from None


def check(folder: Path) -> tuple[Manifest, list[str]]:
    """The manifest, and what is wrong with the papers, a sentence each. Raises BackupProblem as `read` does."""
    manifest, wrong = read(folder), []
    kept = files(folder)
    if len(kept) != manifest.files:
        wrong.append(f"{manifest.files} papers were written, {len(kept)} are listed.")
    for name, digest in kept.items():
        path = folder / "documents" / name
        if not path.is_file():
            wrong.append(f"documents/{name} is missing.")
        elif hash_of(path) != digest:
            wrong.append(f"documents/{name} is not what was written.")
    return manifest, wrong
