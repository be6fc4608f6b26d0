"""`manage.py backup --to DIR`: database and papers into one folder; `--verify DIR`: is that folder still whole?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backup import BackupProblem
from portal.backup.make import make
from portal.backup.manifest import Manifest, check


class Command(BaseCommand):
    """Makes a back-up, or checks one."""

    help = "Back up the database and the papers into a new folder, or check such a folder."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One of the two."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--to", type=Path, metavar="DIR", help="make a back-up in this new folder")
        what.add_argument("--verify", type=Path, metavar="DIR", help="check the hashes of this back-up")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was made or found; exit 1 when something is wrong with it."""
        try:
            if options["verify"]:
                manifest, wrong = check(options["verify"].resolve())
            else:
                manifest, wrong = make(options["to"].resolve(), self.stdout.write), []
        except BackupProblem as problem:
            raise CommandError(str(problem)) from None
        if wrong:
            raise CommandError("\n".join(["The back-up is damaged:", *wrong]))
        self.stdout.write(f"✓ {describe(manifest)}")
        if manifest.damaged:
            raise CommandError("\n".join(["These papers were missing or altered here already:", *manifest.damaged]))


def describe(manifest: Manifest) -> str:
    """One line: when, how much, which version."""
    rows = sum(table.rows for table in manifest.tables.values())
    last = manifest.migrations[-1] if manifest.migrations else "no migration"
    return (
        f"{manifest.made_at}: {rows} rows in {len(manifest.tables)} tables ({manifest.dump_bytes} bytes), "
        f"{manifest.files} files ({manifest.file_bytes} bytes); version {manifest.version}, last migration {last}"
    )
