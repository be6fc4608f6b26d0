"""What the booking form hands to the verbs: an entry proposal, values without rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounting.models import Account, Party
from accounting.vat import vat_code
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
    country: str = "BE"  # whose VAT code

    @property
    def payable(self) -> Decimal:
        """What the supplier gets for it: without the VAT when we owe that ourselves. Raises UnknownVatCode."""
        own = bool(self.vat_code) and vat_code(self.vat_code, self.country).is_self_assessed
        return self.net if own else self.net + self.vat


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
        """What is to be paid: net of all lines, and the VAT the supplier charges."""
        return sum((line.payable for line in self.lines), Decimal("0.00"))
