"""The accounting app: ledger, VAT, open items, obligations."""

from django.apps import AppConfig


class AccountingConfig(AppConfig):
    """The books."""

    name = "accounting"
