"""The outbox app: mail that leaves exactly when its reason was committed."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Outgoing mail."""

    name = "portal.outbox"
    label = "outbox"
