"""PurchaseDocument: a paper from a supplier, from arrival to entry, with its entry proposal."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from accounting.models import Account, Entry, OpenItem, Party
from portal.audit.models import ActorColumns
from portal.documents.models import Document
from portal.tenancy.fields import MoneyField
from portal.tenancy.managers import TenantModel


class PurchaseState(models.TextChoices):
    """The life of a purchase document."""

    UPLOADED = "uploaded", pgettext_lazy("purchase", "Uploaded")
    PROPOSED = "proposed", pgettext_lazy("purchase", "Entry proposal")
    BOOKED = "booked", pgettext_lazy("purchase", "Booked")
    REJECTED = "rejected", pgettext_lazy("purchase", "Rejected")


class PurchaseKind(models.TextChoices):
    """What the paper is. The total of a credit note is negative."""

    INVOICE = "invoice", pgettext_lazy("purchase kind", "Invoice")
    CREDIT_NOTE = "credit_note", pgettext_lazy("purchase kind", "Credit note")
    RECEIPT = "receipt", pgettext_lazy("purchase kind", "Receipt")


class PurchaseDocument(TenantModel, ActorColumns):
    """One supplier's paper; at most one per stored document."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="purchase")
    state = models.CharField(max_length=10, choices=PurchaseState.choices, default=PurchaseState.UPLOADED)
    kind = models.CharField(max_length=12, choices=PurchaseKind.choices, default=PurchaseKind.INVOICE)
    supplier = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    supplier_name = models.CharField(max_length=120, blank=True, help_text="As the document says")
    supplier_vat_number = models.CharField(max_length=16, blank=True)
    supplier_iban = models.CharField(max_length=34, blank=True)
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    net: "models.Field[Decimal | None, Decimal | None]" = MoneyField(null=True, blank=True)  # type: ignore[assignment, misc]
    vat: "models.Field[Decimal | None, Decimal | None]" = MoneyField(null=True, blank=True)  # type: ignore[assignment, misc]
    total: "models.Field[Decimal | None, Decimal | None]" = MoneyField(null=True, blank=True)  # type: ignore[assignment, misc]
    structured_reference = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="What was read from the document, field by field")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, blank=True, related_name="+")
    open_item = models.OneToOneField(OpenItem, models.PROTECT, null=True, blank=True, related_name="+")
    bookings = models.PositiveSmallIntegerField(default=0, help_text="How often booked: each is a source of its own")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["administration", "supplier", "number", "kind"],
                condition=Q(state="booked") & ~Q(number=""),
                name="supplier_number_booked_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(entry__isnull=False, supplier__isnull=False),
                name="booked_has_entry",
            ),
        ]
        indexes = [
            models.Index(fields=["administration", "state", "-created_at"], name="purchase_by_state"),
            models.Index(fields=["administration", "total"], name="purchase_by_total"),
        ]


class PurchaseLine(TenantModel):
    """One line of the entry proposal: cost account, VAT code, net and VAT."""

    purchase = models.ForeignKey(PurchaseDocument, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    description = models.CharField(max_length=200, blank=True)
    vat_code = models.CharField(max_length=8, blank=True)
    net = MoneyField()
    vat = MoneyField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["purchase", "position"], name="purchase_line_once")]
