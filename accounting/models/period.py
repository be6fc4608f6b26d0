"""Fiscal years and their months; a month can be locked, and then no entry gets in."""

from django.db import models

from accounting.models import guards
from portal.people.models import User
from portal.tenancy.managers import TenantModel


class FiscalYear(TenantModel):
    """A book year; entries are numbered per journal and fiscal year."""

    code = models.CharField(max_length=10)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta(TenantModel.Meta):
        triggers = guards.FISCAL_YEAR
        constraints = [
            models.UniqueConstraint(fields=["administration", "code"], name="fiscal_year_once"),
            models.CheckConstraint(condition=models.Q(first_day__lt=models.F("last_day")), name="fiscal_year_forward"),
        ]


class Period(TenantModel):
    """One month of a fiscal year."""

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="periods")
    code = models.CharField(max_length=7, help_text="2026-10")
    first_day = models.DateField()
    last_day = models.DateField()
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        triggers = guards.PERIOD
        constraints = [
            models.UniqueConstraint(fields=["administration", "code"], name="period_once"),
            models.UniqueConstraint(fields=["administration", "first_day"], name="period_starts_once"),
        ]
