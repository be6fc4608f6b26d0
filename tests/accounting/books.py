"""Books to test with: opened once per test, and short ways to write in them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from accounting.actions.post import post_entry
from accounting.actions.setup import open_books, open_fiscal_year
from accounting.drafts import LineDraft, OpenItemDraft, Source
from accounting.models import Account, Journal, JournalKind
from accounting.queries.chart import journal_of
from portal.people.access import Actor, system_actor
from portal.tenancy.models import Administration

DAY = date(2026, 10, 14)


class Books:
    """The books of one administration, inside an open scope."""

    def __init__(self, administration: Administration, by: Actor | None = None) -> None:
        self.administration = administration
        self.by = by or system_actor(administration.firm_id)

    def open(self, *years: int) -> "Books":
        """Open the books with these years (2026)."""
        first, *more = years or (2026,)
        open_books(administration=self.administration, first_year=first, by=self.by, on=DAY)
        for year in more:
            open_fiscal_year(administration=self.administration, year=year, by=self.by, on=DAY)
        return self

    def account(self, code: str) -> Account:
        """A ledger account by code."""
        return Account.objects.get(administration=self.administration, code=code)

    def journal(self, kind: JournalKind = JournalKind.GENERAL) -> Journal:
        """A journal by kind."""
        return journal_of(self.administration, kind)

    def line(self, code: str, amount: str | Decimal, **more: Any) -> LineDraft:
        """A line on an account by code."""
        return LineDraft(self.account(code), Decimal(amount), **more)

    def post(
        self,
        *lines: LineDraft,
        day: date = DAY,
        kind: JournalKind = JournalKind.GENERAL,
        source: UUID | None = None,
        purpose: str = "posting",
        description: str = "Test",
    ) -> Any:
        """Post an entry of a new source."""
        return post_entry(
            administration=self.administration,
            journal=self.journal(kind),
            booked_on=day,
            lines=lines,
            description=description,
            source=Source("tests.source", source or uuid7(), purpose),
            by=self.by,
            on=day,
        )

    def simple(self, amount: str = "100.00", **more: Any) -> Any:
        """Post bank charges out of the suspense account."""
        return self.post(self.line("658000", amount), self.line("580900", f"-{amount}"), **more)

    def purchase(self, amount: str = "121.00", reference: str = "F-1") -> Any:
        """Post an invoice of a supplier: cost against 440000 with an open item of −amount."""
        item = OpenItemDraft(reference=reference, issued_on=DAY, due_on=date(2026, 11, 13))
        return self.post(
            self.line("612000", amount), self.line("440000", f"-{amount}", open_item=item), kind=JournalKind.PURCHASE
        )

    def payment(self, amount: str = "121.00") -> Any:
        """Post a payment: 440000 against the suspense account; its first line clears."""
        return self.post(self.line("440000", amount), self.line("580900", f"-{amount}"), kind=JournalKind.ALLOCATION)
