"""Accounts and journals of one administration. The Belgian chart (MAR/PCMN) is seeded from accounting/data."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.tenancy.managers import TenantModel


class AccountType(models.TextChoices):
    """The five kinds of account of double-entry bookkeeping."""

    ASSET = "asset", pgettext_lazy("account type", "Asset")
    LIABILITY = "liability", pgettext_lazy("account type", "Liability")
    EQUITY = "equity", pgettext_lazy("account type", "Equity")
    EXPENSE = "expense", pgettext_lazy("account type", "Expense")
    INCOME = "income", pgettext_lazy("account type", "Income")


class AccountRole(models.TextChoices):
    """What the software itself needs an account for; at most one account per administration plays each role."""

    SUSPENSE = "suspense", pgettext_lazy("account role", "Payments not yet allocated")
    OPENING = "opening", pgettext_lazy("account role", "Opening balances")
    PAYABLE = "payable", pgettext_lazy("account role", "Suppliers")
    RECEIVABLE = "receivable", pgettext_lazy("account role", "Customers")
    VAT_DEDUCTIBLE = "vat_deductible", pgettext_lazy("account role", "VAT to recover")
    VAT_DUE = "vat_due", pgettext_lazy("account role", "VAT to pay")
    PRIVATE = "private", pgettext_lazy("account role", "Private spending")
    NO_DOCUMENT = "no_document", pgettext_lazy("account role", "Costs without a document")
    BANK_COSTS = "bank_costs", pgettext_lazy("account role", "Bank costs")


class Account(TenantModel):
    """One ledger account."""

    code = models.CharField(max_length=10)
    name_nl = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    type = models.CharField(max_length=10, choices=AccountType.choices)
    subtype = models.CharField(max_length=24, blank=True)
    role = models.CharField(max_length=16, choices=AccountRole.choices, blank=True)
    vat_base_grid = models.CharField(max_length=2, blank=True, help_text="Suggested purchase grid: 81, 82 or 83")
    keeps_open_items = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["administration", "code"], name="account_code_once"),
            models.UniqueConstraint(
                fields=["administration", "role"], condition=~models.Q(role=""), name="account_role_once"
            ),
        ]

    def name(self, language: str) -> str:
        """The account's name in a language ("nl", "fr", "en-gb"); Dutch when that one is empty."""
        return {"fr": self.name_fr, "en-gb": self.name_en, "en": self.name_en}.get(language) or self.name_nl


class JournalKind(models.TextChoices):
    """What a journal is for."""

    PURCHASE = "purchase", pgettext_lazy("journal", "Purchases")
    SALE = "sale", pgettext_lazy("journal", "Sales")
    BANK = "bank", pgettext_lazy("journal", "Bank")
    ALLOCATION = "allocation", pgettext_lazy("journal", "Allocation of payments")
    GENERAL = "general", pgettext_lazy("journal", "Miscellaneous")
    OPENING = "opening", pgettext_lazy("journal", "Opening")


class Journal(TenantModel):
    """A numbered book of entries."""

    code = models.CharField(max_length=8)
    kind = models.CharField(max_length=10, choices=JournalKind.choices)
    name_nl = models.CharField(max_length=60)
    name_fr = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["administration", "code"], name="journal_code_once")]

    def name(self, language: str) -> str:
        """The journal's name in a language ("nl", "fr", "en-gb"); Dutch when that one is empty."""
        return {"fr": self.name_fr, "en-gb": self.name_en, "en": self.name_en}.get(language) or self.name_nl
