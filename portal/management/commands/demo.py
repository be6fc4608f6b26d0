"""`manage.py demo`: two firms with a hundred days of work in their books, built through the real actions."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from portal.demo.build import build
from portal.demo.people import PASSWORD


class Command(BaseCommand):
    """Builds the demo in an empty database."""

    help = "Build two accounting firms with 164 clients and the stories of some (sandbox only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option."""
        parser.add_argument("--if-empty", action="store_true", help="Do nothing when there is a firm already.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, with a line for every step. Refuses a database with firms in it, and a server that serves people."""
        if not settings.SANDBOX:
            raise CommandError("The demo belongs in a sandbox: use DJANGO_SETTINGS_MODULE=portal.settings.dev.")
        if _has_firms():
            if options["if_empty"]:
                self.stdout.write("There is a firm already: nothing to do.")
                return
            raise CommandError("There is a firm already. To begin anew: ./run reset, then ./run")
        began = time.monotonic()

        def say(line: str) -> None:
            self.stdout.write(f"  {time.monotonic() - began:5.1f} s  {line}")
            self.stdout.flush()

        build(say)
        say(f"✓ The demo stands. Everybody's password: {PASSWORD}")


def _has_firms() -> bool:
    # no scope is open yet, and the app role sees no firm without one
    with connections["ops"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM tenancy_firm)")
        return bool(cursor.fetchone()[0])
