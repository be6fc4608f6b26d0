"""The web app: template tags and view tools shared by all audiences."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Shared view tools."""

    name = "portal.web"
    label = "web"
