"""`manage.py restore --from DIR`: put a back-up into an empty installation, or over this one with --force."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backup import BackupProblem
from portal.backup.restore import here, restore
from portal.management.commands.backup import describe


class Command(BaseCommand):
    """Restores a back-up."""

    help = "Restore a back-up made by `backup --to`. Refuses a database with firms or people in it, unless forced."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where it lies, and whether what is here may go."""
        parser.add_argument("--from", dest="source", type=Path, required=True, metavar="DIR", help="the back-up")
        parser.add_argument("--force", action="store_true", help="lose what is in the database now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what to type next."""
        try:
            manifest = restore(options["source"].resolve(), here(), self.stdout.write, force=options["force"])
        except BackupProblem as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"✓ {describe(manifest)}")
        self.stdout.write("Now: ./run manage migrate, ./run manage doctor, ./run manage verify_books")
