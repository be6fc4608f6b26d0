"""pg_dump and pg_restore: the machine's, else those that came with the packages, of a version that fits the server."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from portal.backup import BackupProblem
from portal.runner.database import Address, ask
from portal.runner.postgres import packaged_binaries, system_binaries


def server_major(address: Address) -> int:
    """The major version of the server."""
    return int(str(ask(address, "SELECT current_setting('server_version_num')"))) // 10_000


def find(program: str, at_least: int) -> tuple[Path, int]:
    """The program of the lowest major version from `at_least` on, and that version: older ones refuse newer servers.

    Raises BackupProblem with the line to type when there is none.
    """
    places = [each.path for each in (*system_binaries(), *packaged_binaries())]
    if on_path := shutil.which(program):
        places.append(Path(on_path).resolve().parent)
    found: dict[int, Path] = {}
    for place in places:
        major = _major(place / program)
        if major >= at_least:
            found.setdefault(major, place / program)
    if not found:
        raise BackupProblem(
            f"No {program} of version {at_least} or newer was found: apt-get install -y postgresql-client-{at_least}"
        )
    return found[min(found)], min(found)


def _major(path: Path) -> int:
    if not path.is_file():
        return 0
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(number[1]) if number else 0


def run(program: Path, address: Address, *arguments: str) -> None:
    """Run one of them on a database. Raises BackupProblem with the last thing it said."""
    where = [f"--host={address.host}", f"--port={address.port}", f"--username={address.user}", "--no-password"]
    done = subprocess.run(
        [program, *where, f"--dbname={address.name}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGPASSWORD": address.password, "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BackupProblem(f"{program.name} failed: {said}")
