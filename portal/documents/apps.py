"""The documents app: what people hand in, kept unaltered."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents and their previews."""

    name = "portal.documents"
    label = "documents"
