"""What the booking form hands to the verbs: an entry proposal, values without rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounting.models import Account, Party
from invoicing.models import PurchaseKind

KIND_CHOICES = PurchaseKind.choices
INVOICE, CREDIT_NOTE = PurchaseKind.INVOICE.value, PurchaseKind.CREDIT_NOTE.value


@dataclass(frozen=True, slots=True)
class NewSupplier:
    """A supplier to create on the spot."""

    name: str
    vat_number: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class LineProposal:
    """One cost line. Amounts in euros, positive for a cost (also in a credit note: the kind turns the sign)."""

    account: Account | None
    description: str
    vat_code: str
    net: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole entry proposal."""

    supplier: Party | NewSupplier | None
    number: str
    issued_on: date | None
    due_on: date | None
    kind: str
    lines: tuple[LineProposal, ...]
    structured_reference: str = ""

    @property
    def total(self) -> Decimal:
        """What is to be paid: net and VAT of all lines."""
        return sum((line.net + line.vat for line in self.lines), Decimal("0.00"))
