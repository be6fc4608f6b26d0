"""AllocationRule: "always book this counterparty here". It proposes; nothing is ever booked by itself."""

from django.db import models
from django.db.models import Q

from accounting.models import Account
from portal.audit.models import ActorColumns
from portal.tenancy.managers import TenantModel


class AllocationRule(TenantModel, ActorColumns):
    """One rule per counterparty and direction. Known by account number; by name where the bank gives none."""

    counterparty_iban = models.CharField(max_length=37, blank=True)
    counterparty_name = models.CharField(max_length=120, blank=True)
    receipts = models.BooleanField(default=False, help_text="for money coming in; otherwise for payments")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    vat_code = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["administration", "counterparty_iban", "receipts"],
                condition=~Q(counterparty_iban=""),
                name="rule_once_per_iban",
            ),
            models.UniqueConstraint(
                fields=["administration", "counterparty_name", "receipts"],
                condition=Q(counterparty_iban=""),
                name="rule_once_per_name",
            ),
            models.CheckConstraint(
                condition=~Q(counterparty_iban="", counterparty_name=""), name="rule_names_a_counterparty"
            ),
        ]
