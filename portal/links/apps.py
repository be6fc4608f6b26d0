"""The links app: capability links in mails."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    """Links that open one thing for one person without login."""

    name = "portal.links"
    label = "links"
