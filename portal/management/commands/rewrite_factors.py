"""`rewrite_factors`: encrypt the secrets of all second factors under the newest key, after MFA_KEY was changed."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.people.factors import rewrite_all


class Command(BaseCommand):
    """One line: how many secrets were written anew."""

    help = "Encrypt the secrets of second factors under the newest key (see portal.people.factors)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and say how many."""
        self.stdout.write(f"Written under the newest key: {rewrite_all()}.")
