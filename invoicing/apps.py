"""The invoicing app: papers that come in (and, later, go out)."""

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    """Purchase documents."""

    name = "invoicing"
