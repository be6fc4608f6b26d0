"""Obligation: what an administration owes the state, by when. Ensured from dated rules kept as data."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.people.models import User
from portal.tenancy.managers import TenantModel


class ObligationKind(models.TextChoices):
    """The filings we keep watch over."""

    VAT_RETURN = "vat_return", pgettext_lazy("obligation", "VAT return")
    EC_SALES_LIST = "ec_sales_list", pgettext_lazy("obligation", "EC sales list")
    CUSTOMER_LISTING = "customer_listing", pgettext_lazy("obligation", "Annual customer listing")


class Obligation(TenantModel):
    """One filing for one period. On track, due soon and overdue are computed; only "done" is said by a person."""

    kind = models.CharField(max_length=20, choices=ObligationKind.choices)
    period = models.CharField(max_length=8, help_text="2026-10, 2026-Q4 or 2026")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["administration", "kind", "period"], name="obligation_once_per_period")
        ]
        indexes = [
            models.Index(
                fields=["firm", "kind", "due_on"],
                include=["administration"],
                condition=models.Q(done_at=None),
                name="obligation_open",
            ),
            models.Index(
                fields=["firm", "kind", "due_on", "administration"], include=["done_at"], name="obligation_due"
            ),
        ]
