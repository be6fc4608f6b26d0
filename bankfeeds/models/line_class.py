"""Classes of bank lines the client is not asked about, unless the administration says otherwise."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.audit.models import ActorColumns
from portal.tenancy.managers import TenantModel


class LineClass(models.TextChoices):
    """What a bank line is about, when the bank itself shows that there is no document to ask for."""

    BANK_COSTS = "bank_costs", pgettext_lazy("class of lines", "Bank costs and interest")
    SALARY = "salary", pgettext_lazy("class of lines", "Salaries")
    TAX = "tax", pgettext_lazy("class of lines", "Taxes and social security")
    OWN_TRANSFER = "own_transfer", pgettext_lazy("class of lines", "Transfers between own accounts")


class AskedClass(TenantModel, ActorColumns):
    """A class of lines about which the client of this administration is asked all the same."""

    line_class = models.CharField(max_length=12, choices=LineClass.choices)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["administration", "line_class"], name="asked_class_once")]
