"""The audit app: who did what, when, to what."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """An insert-only log, written by the verbs themselves."""

    name = "portal.audit"
    label = "audit"
