"""What a caller hands to the ledger: drafts of entries, values without a row of their own yet."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounting.models import Account, Journal, Party


@dataclass(frozen=True, slots=True)
class GridDraft:
    """What a line does to one grid of the VAT return: a positive amount adds to the grid, a negative one takes off."""

    grid: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OpenItemDraft:
    """Makes of a line something still to be paid or received; amount and account are the line's."""

    reference: str = ""
    structured_reference: str = ""
    issued_on: date | None = None  # None: the day of the line
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line: debit positive, credit negative, never zero. Without `day` it takes the day of the entry.

    `vat_on` is the day the VAT counts for (default: the day of the line); only lines with grids use it.
    """

    account: Account
    amount: Decimal
    day: date | None = None
    description: str = ""
    party: Party | None = None
    vat_code: str = ""
    vat_on: date | None = None
    grids: tuple[GridDraft, ...] = ()
    open_item: OpenItemDraft | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from. One source has one entry per purpose, so posting it again changes nothing."""

    kind: str  # "bankfeeds.allocation", "invoicing.purchasedocument": the model's label, in lower case
    id: uuid.UUID
    purpose: str = "posting"


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One entry of a batch for `post_entries`."""

    journal: Journal
    booked_on: date
    lines: Sequence[LineDraft]
    description: str
    source: Source
