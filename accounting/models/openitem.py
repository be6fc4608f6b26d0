"""OpenItem and Clearing: what is still to be paid or received, and what has been matched to it.

Bank and papers never know each other; both speak of open items.
"""

from django.db import models
from django.db.models import F, Q

from accounting.models import guards
from accounting.models.chart import Account
from accounting.models.journal import EntryLine
from accounting.models.party import Party
from portal.tenancy.fields import MoneyField
from portal.tenancy.managers import BulkRow, TenantModel


class OpenItem(BulkRow):
    """A receivable (amount positive) or payable (negative) with an amount left, as its ledger line says."""

    line = models.OneToOneField(EntryLine, models.PROTECT, related_name="open_item", db_constraint=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="open_items", db_constraint=False
    )
    reference = models.CharField(max_length=60, blank=True)
    structured_reference = models.CharField(max_length=40, blank=True)
    issued_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    amount = MoneyField()
    open_amount = MoneyField(help_text="amount plus its clearings; the database checks the sum at commit")

    class Meta(TenantModel.Meta):
        triggers = guards.OPEN_ITEM
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, open_amount__gte=0, open_amount__lte=F("amount"))
                | Q(amount__lt=0, open_amount__lte=0, open_amount__gte=F("amount")),
                name="open_between_zero_and_amount",
            )
        ]
        indexes = [
            models.Index(fields=["administration", "party"], condition=~Q(open_amount=0), name="open_item_open"),
            models.Index(
                fields=["administration", "open_amount"], condition=~Q(open_amount=0), name="open_item_amount"
            ),
        ]


class Clearing(TenantModel):
    """One match: `amount` has the opposite sign of the open item. Undone by a mirrored clearing, never deleted."""

    open_item = models.ForeignKey(OpenItem, models.PROTECT, related_name="clearings")
    line = models.ForeignKey(EntryLine, models.PROTECT, related_name="+")
    amount = MoneyField()
    cleared_on = models.DateField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")

    class Meta(TenantModel.Meta):
        triggers = guards.CLEARING
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="clearing_not_zero")]
