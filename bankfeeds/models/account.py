"""BankAccount: a bank account of the client, with its ledger account and its journal."""

from django.db import models

from accounting.models import Account, Journal
from portal.tenancy.managers import TenantModel


class BankAccount(TenantModel):
    """An own account, known by number and currency."""

    number = models.CharField(max_length=34, help_text="IBAN without spaces, or the number as the bank writes it")
    currency = models.CharField(max_length=3, default="EUR")
    name = models.CharField(max_length=60, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["administration", "number", "currency"], name="bank_account_once")
        ]
