"""Import, Statement, StatementLine: what the bank says, kept as it said it."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from bankfeeds.models.account import BankAccount
from bankfeeds.models.guards import guards_of_line, guards_of_statement
from portal.audit.models import ActorColumns
from portal.documents.models import Document
from portal.tenancy.fields import MoneyField
from portal.tenancy.managers import BulkRow, TenantModel


class Import(TenantModel, ActorColumns):
    """One file handed in, with its report: n new, n known, n refused and why."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["administration", "-created_at"], name="import_newest")]


class StatementState(models.TextChoices):
    """Booked, or held until a person looks (unbalanced, other content under a known number, locked period)."""

    BOOKED = "booked", pgettext_lazy("statement", "Booked")
    QUARANTINED = "quarantined", pgettext_lazy("statement", "Held back")
    REFUSED = "refused", pgettext_lazy("statement", "Refused")


class Statement(TenantModel):
    """One bank statement. Its identity is account + year + number; a known one is skipped whole.

    Only a booked statement has lines. One that is held back keeps its place in the file (`facts["index"]`), and is
    read from the file again when a person lets it through: so no list or count of lines ever has to leave it out.
    """

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements", db_index=False)
    imported = models.ForeignKey(Import, models.PROTECT, related_name="statements")
    year = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20)
    format = models.CharField(max_length=10)
    old_balance = MoneyField()
    old_balance_on = models.DateField(null=True, blank=True)
    new_balance: "models.Field[Decimal | None, Decimal | None]" = MoneyField(  # type: ignore[assignment, misc]
        null=True, blank=True
    )
    new_balance_on = models.DateField(null=True, blank=True)
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=StatementState.choices, default=StatementState.BOOKED)
    held_because = models.CharField(max_length=40, blank=True, help_text="rule code, worded by bankfeeds.wording")
    facts = models.JSONField(default=dict, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account", "year", "number"], condition=Q(state="booked"), name="statement_once"
            ),
            models.UniqueConstraint(
                fields=["account", "year", "number", "content_hash"], name="statement_content_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-new_balance_on"], name="statement_newest"),
            models.Index(
                fields=["administration", "-new_balance_on"], condition=Q(state="booked"), name="statement_bank_until"
            ),
        ]
        triggers = guards_of_statement()


class StatementLine(BulkRow):
    """One booked movement on an own account. `amount` and `open_amount`: money out is negative."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines", db_index=False, db_constraint=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    sequence = models.PositiveIntegerField()
    booked_on = models.DateField()
    value_on = models.DateField(null=True, blank=True)
    amount = MoneyField()
    open_amount = MoneyField(help_text="amount less its live allocations; the database checks it at commit")
    counterparty_name = models.CharField(max_length=120, blank=True)
    counterparty_iban = models.CharField(max_length=37, blank=True)
    counterparty_bic = models.CharField(max_length=11, blank=True)
    communication = models.TextField(blank=True)
    structured_reference = models.CharField(max_length=40, blank=True)
    transaction_code = models.CharField(max_length=12, blank=True)
    bank_reference = models.CharField(max_length=40, blank=True)
    raw = models.TextField(blank=True, help_text="The records as the bank wrote them")
    details = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Rises with every act; an act on an old one conflicts")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["statement", "sequence"], name="statement_line_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, open_amount__gte=0, open_amount__lte=F("amount"))
                | Q(amount__lt=0, open_amount__lte=0, open_amount__gte=F("amount")),
                name="line_open_between_zero_and_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["administration", "booked_on", "id"], condition=~Q(open_amount=0), name="line_to_do"),
            models.Index(fields=["firm", "administration"], condition=~Q(open_amount=0), name="line_to_do_of_firm"),
            models.Index(fields=["administration", "-booked_on", "id"], name="line_newest"),
            models.Index(fields=["administration", "amount"], name="line_by_amount"),
            models.Index(fields=["account", "booked_on"], name="line_of_account"),
            models.Index(
                fields=["administration", "counterparty_iban", "-booked_on"],
                condition=~Q(counterparty_iban=""),
                name="line_by_counterparty",
            ),
        ]
        triggers = guards_of_line()
