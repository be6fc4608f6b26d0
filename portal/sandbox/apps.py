"""The sandbox: the outside world over real HTTP and SMTP, in development and tests only."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Plays the outside world."""

    name = "portal.sandbox"
    label = "sandbox"
