"""A database of its own for the measurements, with the cast in it: policies on, as the role of the portal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count

from accounting.actions.setup import open_books
from bankfeeds.actions.accounts import add_bank_account
from portal.kernel.clock import frozen
from portal.people.access import Actor, system_actor
from portal.runner.database import connect
from portal.tenancy.models import Administration, Firm
from portal.tenancy.scope import scope
from tests import cast
from tests.conftest import NOW
from tests.database import address, clone_name, cloned, ensure_template
from tests.world import put_cast_on_stage

TODAY = date(2026, 11, 23)
IBAN = "BE39123456789019"


class Stage:
    """The firm of the measurements, and a connection beside the portal for the floors."""

    def __init__(self) -> None:
        self.firm_id = cast.OFFICES["van-damme"].id
        self.floor = connect(address("owner"))
        self.actor: Actor = system_actor(self.firm_id)
        self._numbers = count(1)
        with self.floor.cursor() as cursor:
            cursor.execute("CREATE SCHEMA bench")
            cursor.execute("SET search_path = bench, public")

    def books(self) -> Administration:
        """A new administration with books and a bank account."""
        number = next(self._numbers)
        with scope(firm_id=self.firm_id):
            firm = Firm.all_firms.get(pk=self.firm_id)
            made: Administration = Administration.objects.create(firm=firm, code=f"B{number}", name=f"Bench {number}")
            open_books(administration=made, first_year=2026, by=self.actor, on=TODAY)
            add_bank_account(administration=made, number=IBAN, by=self.actor, on=TODAY)
        return made


@contextmanager
def staged() -> Iterator[Stage]:
    """The stage, dropped afterwards; the time stands still."""
    template = ensure_template(put_cast_on_stage)
    with cloned(template, clone_name("bench")), frozen(NOW):
        stage = Stage()
        try:
            yield stage
        finally:
            stage.floor.close()
