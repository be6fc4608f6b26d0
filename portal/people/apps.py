"""The people app: users, what they may enter, and who they are in this request."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and their doors."""

    name = "portal.people"
    label = "people"
