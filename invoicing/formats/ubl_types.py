"""What a UBL invoice says, as frozen values.

Amounts are Decimals with two places in the currency of the invoice and keep the sign of the file:
in a credit note a positive amount is an amount credited. Quantities and unit prices keep the
decimals of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from portal.kernel import ids

Kind = Literal["invoice", "credit_note"]


@dataclass(frozen=True)
class Remark:
    """Something odd that does not stop the reading. rule: stable name; template: English with
    %(name)s placeholders."""

    rule: str
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None

    def message(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.template) % self.data

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True)
class UblParty:
    """Supplier or customer. Empty text = not in the file.

    vat and enterprise_number are canonical when their check digits hold, else as the file has them
    (with a remark). ibans: the valid accounts the file asks to pay to (supplier only).
    """

    name: str
    trade_name: str = ""
    vat: str = ""
    enterprise_number: str = ""
    endpoint: str = ""
    ibans: tuple[str, ...] = ()
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class VatBreakdown:
    """One row of the VAT summary. rate in percent (0 when the file gives none); category of UNCL
    5305 (S, Z, E, AE, K, G, O)."""

    rate: Decimal
    category: str
    base: Decimal
    tax: Decimal
    exemption: str = ""
    exemption_code: str = ""


@dataclass(frozen=True)
class UblAllowance:
    """A charge (is_charge) or allowance on the whole document; amount as the file has it, usually
    positive."""

    is_charge: bool
    amount: Decimal
    reason: str
    rate: Decimal
    category: str


@dataclass(frozen=True)
class UblLine:
    """One invoice line. net: the line's total without VAT, after its own allowances and charges."""

    number: str
    name: str
    description: str
    quantity: Decimal
    unit: str
    price: Decimal | None
    net: Decimal
    rate: Decimal
    category: str
    account_hint: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file inside the invoice. name is safe to show; mime is what the file claims, not what it
    is."""

    name: str
    mime: str
    data: bytes
    description: str = ""


@dataclass(frozen=True)
class UblInvoice:
    """A UBL 2.x invoice or credit note. total includes VAT; payable = total − prepaid +
    rounding."""

    kind: Kind
    type_code: str
    self_billed: bool
    number: str
    issue_date: date
    due_date: date | None
    delivery_date: date | None
    period: tuple[date | None, date | None]
    currency: str
    supplier: UblParty
    customer: UblParty
    net: Decimal
    vat_total: Decimal
    total: Decimal
    prepaid: Decimal
    rounding: Decimal
    payable: Decimal
    vat: tuple[VatBreakdown, ...]
    lines: tuple[UblLine, ...]
    allowances: tuple[UblAllowance, ...]
    payment_reference: str
    payment_means: tuple[str, ...]
    payment_ibans: tuple[str, ...]
    payment_accounts: tuple[str, ...]
    order_reference: str
    buyer_reference: str
    preceding_invoices: tuple[str, ...]
    notes: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    customization_id: str
    profile_id: str
    warnings: tuple[Remark, ...] = ()

    @property
    def structured_reference(self) -> str:
        """The canonical OGM (twelve digits) or RF reference to pay with; "" when there is none."""
        if ids.is_ogm(self.payment_reference):
            return ids.parse_ogm(self.payment_reference)
        if ids.is_rf(self.payment_reference):
            return ids.parse_rf(self.payment_reference)
        return ""
