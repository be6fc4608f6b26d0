"""The bankfeeds app: bank files in, statement lines to process."""

from django.apps import AppConfig


class BankfeedsConfig(AppConfig):
    """Bank accounts, statements, lines and their allocation."""

    name = "bankfeeds"
