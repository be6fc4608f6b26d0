"""Party: a customer or supplier of one administration, and the bank accounts we have seen of it."""

from django.db import models
from django.utils.translation import pgettext_lazy

from accounting.models.chart import Account
from portal.tenancy.managers import TenantModel


class PartyKind(models.TextChoices):
    """Which side of the business a party stands on."""

    SUPPLIER = "supplier", pgettext_lazy("party", "Supplier")
    CUSTOMER = "customer", pgettext_lazy("party", "Customer")
    BOTH = "both", pgettext_lazy("party", "Both")


class Party(TenantModel):
    """A customer or supplier."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=PartyKind.choices, default=PartyKind.SUPPLIER)
    vat_number = models.CharField(max_length=16, blank=True)
    enterprise_number = models.CharField(max_length=12, blank=True)
    country = models.CharField(max_length=2, default="BE")
    default_account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    default_vat_code = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["administration", "vat_number"], condition=~models.Q(vat_number=""), name="party_vat_once"
            )
        ]
        indexes = [models.Index(fields=["administration", "name"], name="party_by_name")]


class PartyIban(TenantModel):
    """A bank account of a party: when it was first seen, and where."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="ibans")
    iban = models.CharField(max_length=34)
    source = models.CharField(max_length=12, help_text="document, bank or person")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["party", "iban"], name="party_iban_once")]
        indexes = [models.Index(fields=["administration", "iban"], name="party_by_iban")]
