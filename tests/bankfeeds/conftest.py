"""Books with a bank account, and bank files made to measure."""

from datetime import date
from decimal import Decimal

import pytest
from uuid_utils.compat import uuid7

from accounting.actions.post import post_entry
from accounting.actions.setup import open_books
from accounting.drafts import LineDraft, OpenItemDraft, Source
from accounting.models import Account, JournalKind, OpenItem
from accounting.queries.chart import account_by_role, journal_of
from bankfeeds.actions.accounts import add_bank_account
from bankfeeds.actions.load import load_file
from bankfeeds.formats import BankLine, BankStatement, write_coda
from bankfeeds.models import StatementLine

IBAN = "BE70063956273525"
OTHER_IBAN = "BE68539007547034"
TODAY = date(2026, 11, 23)
MARCH = date(2026, 3, 6)


def movement(sequence=1, amount="-169.69", day=MARCH, name="EXACT SOFTWARE", text="FACTUUR 1815007", iban="", **more):
    """One movement as a bank would write it."""
    return BankLine(
        sequence=sequence,
        date=day,
        value_date=day,
        amount=Decimal(amount),
        counterparty_name=name,
        counterparty_account=iban,
        counterparty_iban=iban,
        communication=text,
        transaction_code="00150000",
        bank_reference=f"REF{day:%m%d}{sequence:04d}",
        **more,
    )


def statement(number=58, lines=None, old="1000.00", day=MARCH, account=IBAN, new=None):
    """A statement whose new balance is right unless `new` says otherwise."""
    lines = tuple([movement(day=day)] if lines is None else lines)
    total = Decimal(old) + sum((line.amount for line in lines), Decimal(0))
    return BankStatement(
        account=account,
        currency="EUR",
        number=f"{number:03d}",
        coda_sequence=f"{number:03d}",
        paper_sequence=f"{number:03d}",
        old_balance=Decimal(old),
        old_balance_date=day,
        new_balance=total if new is None else Decimal(new),
        new_balance_date=day,
        balanced=new is None,
        creation_date=day,
        lines=lines,
    )


def coda(*statements):
    """The bytes of a CODA file."""
    return write_coda(statements or [statement()])


class Bank:
    """The books of Consultancy New Logo with one bank account, and short ways to act on them."""

    def __init__(self, world, key="newlogo"):
        self.world = world
        self.administration = world.administrations[key]
        self.actor = world.actor("els")
        with self.scope():
            open_books(administration=self.administration, first_year=2026, by=self.actor, on=TODAY)
            self.account = self.add_account(IBAN)

    def scope(self):
        return self.world.scope(self.world.firm)

    def add_account(self, number):
        return add_bank_account(administration=self.administration, number=number, by=self.actor, on=TODAY)

    def load(self, data, name="058.cod", by=None):
        return load_file(administration=self.administration, data=data, name=name, by=by or self.actor, on=TODAY)

    def line(self, **lookup):
        return StatementLine.objects.get(administration=self.administration, **lookup)

    def invoice(self, amount="169.69", reference="1815007", day=MARCH, party=None, role="payable"):
        """An open item: an invoice to pay, or with role "receivable" one to be paid."""
        sign = Decimal(-1) if role == "payable" else Decimal(1)
        control = account_by_role(self.administration, role)
        entry = post_entry(
            administration=self.administration,
            journal=journal_of(self.administration, JournalKind.PURCHASE),
            booked_on=day,
            lines=[
                LineDraft(self.cost(), -sign * Decimal(amount)),
                LineDraft(
                    control,
                    sign * Decimal(amount),
                    party=party,
                    open_item=OpenItemDraft(reference=reference, issued_on=day),
                ),
            ],
            description=reference,
            source=Source("tests.invoice", uuid7()),
            by=self.actor,
            on=TODAY,
        )
        return OpenItem.objects.get(line__entry=entry)

    def cost(self):
        """An account for services, with purchase VAT."""
        rows = Account.objects.filter(administration=self.administration, type="expense", vat_base_grid="82")
        return rows.order_by("code").first()


@pytest.fixture
def bank(world):
    """Books with one bank account, not yet any statement."""
    return Bank(world)
