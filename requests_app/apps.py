"""The requests app: asking and answering."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Requests, answers and reminders."""

    name = "requests_app"
