"""`migrate`, through the owner role unless another alias is named: the app role owns nothing."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate


class Command(Migrate):
    """Django's own command with another default database."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Make the owner role the default."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> Any:
        """Migrate."""
        return super().handle(*args, **options)
