"""Bank lines to ask about, without a bank file."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from accounting.models import Account, Journal
from bankfeeds.models import BankAccount, Import, Statement, StatementLine
from portal.documents.models import Document
from portal.kernel.clock import now
from portal.people.access import Actor
from portal.tenancy.models import Administration
from requests_app.actions.ask import Recipient, ask
from requests_app.models import Request

_numbers = count(1)
SOFIE = Recipient(email="sofie@newlogo.example", name="Sofie Lemmens", language="nl")


def new_document(administration: Administration, by: Actor, seed: str = "a") -> Document:
    """A document row; its bytes do not matter here."""
    return Document.objects.create(
        firm_id=administration.firm_id,
        administration=administration,
        sha256=(seed * 64)[:64],
        size=10,
        mime="image/png",
        kind="image",
        source="link",
        name="bon.png",
        storage_key=f"x/{seed}",
        created_at=now(),
        **by.as_columns(),
    )


class Bank:
    """A bank account of one administration, and lines on it."""

    def __init__(self, administration: Administration, by: Actor) -> None:
        tenant: dict[str, Any] = {"firm_id": administration.firm_id, "administration": administration}
        names = {"name_nl": "Bank", "name_fr": "Banque", "name_en": "Bank"}
        self.administration, self.tenant = administration, tenant
        account, _ = Account.objects.get_or_create(
            administration=administration, code="550001", defaults={**tenant, **names, "type": "asset"}
        )
        journal, _ = Journal.objects.get_or_create(
            administration=administration, code="BNK9", defaults={**tenant, **names, "kind": "bank"}
        )
        self.account, _ = BankAccount.objects.get_or_create(
            administration=administration,
            number="BE70063956273525",
            defaults={**tenant, "account": account, "journal": journal, "created_at": now()},
        )
        number = next(_numbers)
        document = new_document(administration, by, seed=f"{number:064d}")
        imported = Import.objects.create(
            **tenant, document=document, name="a.coda", created_at=now(), **by.as_columns()
        )
        self.statement = Statement.objects.create(
            **tenant,
            account=self.account,
            imported=imported,
            year=2026,
            number=f"{number:03d}",
            format="coda",
            old_balance=Decimal("0.00"),
            content_hash=f"{number:064d}",
            created_at=now(),
        )

    def line(
        self,
        amount: str = "-169.69",
        on: date = date(2026, 3, 6),
        name: str = "Exact Software",
        words: str = "FACTUUR 1815007",
        **more: Any,
    ) -> StatementLine:
        """A line of money out (negative) or in."""
        return StatementLine.objects.create(
            **self.tenant,
            statement=self.statement,
            account=self.account,
            sequence=next(_numbers),
            booked_on=on,
            amount=Decimal(amount),
            open_amount=Decimal(amount),
            counterparty_name=name,
            communication=words,
            **more,
        )


@pytest.fixture
def bank(world: Any, clock: Any) -> Callable[[], Bank]:
    """Make a bank inside the open scope: bank().line(…)."""
    return lambda administration=None: Bank(administration or world.newlogo, world.actor("els"))


@pytest.fixture
def asked(world: Any, clock: Any, bank: Any) -> Callable[..., Request]:
    """Ask Sofie about one new line inside the open scope."""

    def act(**line: Any) -> Request:
        [request] = ask(
            administration=world.newlogo,
            lines=[bank().line(**line)],
            recipient=SOFIE,
            by=world.actor("els"),
            on=clock.today,
        )
        return request

    return act


@pytest.fixture
def desk(world: Any, clock: Any) -> Iterator[Any]:
    """A desk to book at; whatever a test does there, the books are in order afterwards."""
    from tests.requests_app.at_the_desk import Desk  # it needs names of this module itself

    found = Desk(world)
    with found.scope():
        yield found
        found.in_order()
