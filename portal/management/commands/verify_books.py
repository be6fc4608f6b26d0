"""`verify_books`: check every invariant of every administration again; exit 1 at the first that does not hold."""

import importlib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounting.queries.chain import Head, holds
from accounting.queries.verify import Broken, counts
from accounting.tasks import every_firm
from portal.tenancy.models import Administration, Firm
from portal.tenancy.scope import scope

APPS = ("accounting", "invoicing", "bankfeeds", "requests_app")


def verifiers() -> list[Callable[[Administration], list[Broken]]]:
    """The `verify` of every app that has one in queries/verify.py."""
    names = (f"{app}.queries.verify" for app in APPS)
    return [importlib.import_module(name).verify for name in names if find_spec(name) is not None]


class Command(BaseCommand):
    """One line per administration: what was looked at, and that it is in order."""

    help = "Check the books of every administration again. Exits 1 at the first thing that does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the check be narrowed."""
        parser.add_argument("--firm", help="only this firm (its slug)")
        parser.add_argument("--administration", help="only this administration (its code)")
        parser.add_argument(
            "--head",
            action="append",
            metavar="ADMINISTRATION:POSITION:HASH",
            help="a head of the chain noted earlier: is it still in it? Administration by code or id; can be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print, and stop at the first break."""
        noted = [_read(self, text) for text in options["head"] or ()]
        checked = 0
        for firm_id in every_firm():
            with scope(firm_id=firm_id):
                firm = Firm.all_firms.get(pk=firm_id)
                if options["firm"] in (None, firm.slug):
                    for administration in _administrations(options["administration"]):
                        self._check(firm, administration)
                        for one in [one for one in noted if one[0] in (administration.code, str(administration.pk))]:
                            self._hold(firm, administration, one)
                            noted.remove(one)
                        checked += 1
        if not checked:
            self.stderr.write("No such firm or administration.")
            raise SystemExit(1)
        for code, position, _ in noted:
            self.stderr.write(f"✗ No administration {code} was checked: the head of place {position} has no chain.")
            raise SystemExit(1)
        self.stdout.write(f"✓ {checked} administrations in order")

    def _check(self, firm: Firm, administration: Administration) -> None:
        facts = ", ".join(f"{number} {what}" for what, number in counts(administration).items())
        for verify in verifiers():
            for broken in verify(administration):
                self.stderr.write(f"✗ {firm.slug} {administration.code}: {broken.sentence} ({broken.invariant})")
                raise SystemExit(1)
        self.stdout.write(f"✓ {firm.slug} {administration.code} {administration.name}: {facts}")

    def _hold(self, firm: Firm, administration: Administration, noted: tuple[str, int, str]) -> None:
        _, position, hash_ = noted
        if not holds(Head(administration.pk, position, hash_)):
            self.stderr.write(
                f"✗ {firm.slug} {administration.code}: The head of place {position} is not in the chain: entries from"
                " before it was noted are gone or changed. (chain)"
            )
            raise SystemExit(1)
        self.stdout.write(f"✓ {firm.slug} {administration.code}: the head of place {position} is in the chain")


def _read(command: BaseCommand, text: str) -> tuple[str, int, str]:
    """Administration, position and hash of a noted head. Exits 1 when it is something else."""
    name, _, rest = text.strip().partition(":")
    position, _, hash_ = rest.partition(":")
    if not (name and position.isdecimal() and hash_):
        command.stderr.write(f"{text} is not ADMINISTRATION:POSITION:HASH.")
        raise SystemExit(1)
    return name, int(position), hash_


def _administrations(code: str | None) -> Iterator[Administration]:
    rows = Administration.objects.order_by("code")
    yield from rows if code is None else rows.filter(code=code)
