"""Entry and EntryLine: the ledger. It only grows; the database keeps it balanced, numbered and within open periods."""

from django.db import models

from accounting.models import guards
from accounting.models.chart import Account, Journal
from accounting.models.party import Party
from accounting.models.period import FiscalYear, Period
from portal.audit.models import ActorColumns
from portal.tenancy.fields import MoneyField
from portal.tenancy.managers import BulkRow, TenantModel


class Purpose(models.TextChoices):
    """Why an entry exists beside others of the same source."""

    POSTING = "posting", "posting"
    REVERSAL = "reversal", "reversal"
    OPENING = "opening", "opening"


class NumberSeries(TenantModel):
    """The last number given in a journal and fiscal year: taken under a row lock, so without gaps."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="+")
    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["journal", "fiscal_year"], name="series_once")]


class Entry(BulkRow, ActorColumns):
    """One journal entry. Never changed, never deleted: a mistake is corrected by a reversal that points at it."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", db_constraint=False)
    number = models.PositiveIntegerField()
    booked_on = models.DateField()
    description = models.CharField(max_length=200)
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    purpose = models.CharField(max_length=60, default=Purpose.POSTING)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the content: same source, same entry")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", db_constraint=False
    )
    posted_at = models.DateTimeField()
    # says how many lines belong to it: complete at the commit, it has no room for anything later
    line_count = models.PositiveIntegerField()
    # the entry of the same INSERT at whose check this one is judged too; none: it has a check of its own
    closed_by = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        triggers = guards.ENTRY
        constraints = [
            models.UniqueConstraint(fields=["journal", "fiscal_year", "number"], name="entry_number_once"),
            models.UniqueConstraint(
                fields=["administration", "source_kind", "source_id", "purpose"], name="entry_source_once"
            ),
        ]
        indexes = [
            models.Index(fields=["administration", "booked_on"], name="entry_by_day"),
            models.Index(fields=["closed_by"], condition=models.Q(closed_by__isnull=False), name="entry_closed_by"),
        ]

    @property
    def shown_number(self) -> str:
        """The number as people see it: "AANK 2026/118"."""
        return f"{self.journal.code} {self.fiscal_year.code}/{self.number}"


class EntryLine(BulkRow):
    """One line of an entry: debit positive, credit negative, never zero."""

    # found by line_position_once
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lines", db_index=False, db_constraint=False)
    position = models.PositiveIntegerField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    amount = MoneyField(help_text="debit positive, credit negative")
    day = models.DateField()
    description = models.CharField(max_length=200, blank=True)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    vat_code = models.CharField(max_length=8, blank=True)
    vat_on = models.DateField(null=True, blank=True)
    grid_count = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        triggers = guards.ENTRY_LINE
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="line_position_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="line_not_zero"),
        ]
        indexes = [
            models.Index(fields=["administration", "account", "day"], name="line_by_account"),
            models.Index(fields=["party"], condition=models.Q(party__isnull=False), name="line_of_party"),
        ]


class GridEffect(BulkRow):
    """What an entry line does to one grid of the VAT return, written with the line and never recomputed."""

    # found by grid_position_once
    line = models.ForeignKey(EntryLine, models.PROTECT, related_name="grids", db_index=False, db_constraint=False)
    position = models.PositiveSmallIntegerField()
    grid = models.CharField(max_length=4)
    amount = MoneyField()
    vat_on = models.DateField()

    class Meta(TenantModel.Meta):
        triggers = guards.GRID_EFFECT
        constraints = [
            models.UniqueConstraint(fields=["line", "grid"], name="grid_once_per_line"),
            models.UniqueConstraint(fields=["line", "position"], name="grid_position_once"),
        ]
        indexes = [models.Index(fields=["administration", "vat_on", "grid"], name="grid_by_day")]
