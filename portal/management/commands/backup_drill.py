"""`manage.py backup_drill`: back up, restore into a scratch database, compare, verify the books, drop it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backup import BackupProblem
from portal.backup.drill import drill
from portal.management.commands.backup import describe


class Command(BaseCommand):
    """A back-up nobody ever restored is a hope."""

    help = "Prove that a back-up of now can be restored: into a scratch database, which is dropped again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where there is room."""
        parser.add_argument("--in", dest="folder", type=Path, help="a folder with room for everything twice (/tmp)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drill; exit 1 at the first doubt."""
        try:
            manifest = drill(self.stdout.write, options["folder"])
        except BackupProblem as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"✓ {describe(manifest)}")
