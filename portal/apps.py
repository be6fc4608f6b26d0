"""The portal app: it holds the management commands and loads Celery with Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Loads the Celery app, so that every task declared with shared_task finds it."""

    name = "portal"

    def ready(self) -> None:
        from portal import celery  # noqa: F401
