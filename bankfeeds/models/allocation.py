"""Allocation: (part of) a bank line given to a ledger account or to an open item. Each posts one entry."""

from django.db import models
from django.utils.translation import pgettext_lazy

from accounting.models import Account, Clearing, Entry, OpenItem, Party
from bankfeeds.models.guards import guards_of_allocation
from bankfeeds.models.statement import StatementLine
from portal.audit.models import ActorColumns
from portal.tenancy.fields import MoneyField
from portal.tenancy.managers import TenantModel


class AllocationKind(models.TextChoices):
    """Where the money of a line goes."""

    ACCOUNT = "account", pgettext_lazy("allocation", "Ledger account")
    OPEN_ITEM = "open_item", pgettext_lazy("allocation", "Open item")


class Allocation(TenantModel, ActorColumns):
    """The source of one entry: undo and a new allocation make new sources (the row, not the line, is the source)."""

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="allocations")
    kind = models.CharField(max_length=10, choices=AllocationKind.choices)
    amount = MoneyField(help_text="same sign as the line")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    open_item = models.ForeignKey(OpenItem, models.PROTECT, null=True, blank=True, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    vat_code = models.CharField(max_length=8, blank=True)
    description = models.CharField(max_length=200, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, blank=True, related_name="+")
    clearing = models.OneToOneField(Clearing, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="allocation_not_zero"),
            models.CheckConstraint(
                condition=models.Q(kind="account", account__isnull=False, open_item=None)
                | models.Q(kind="open_item", open_item__isnull=False, account=None),
                name="allocation_has_its_target",
            ),
        ]
        indexes = [models.Index(fields=["line"], condition=models.Q(undone_at=None), name="allocation_live")]
        triggers = guards_of_allocation()
