"""The people app: users, what they may enter, and who they are in this request."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class PeopleConfig(AppConfig):
    """People and their doors."""

    name = "portal.people"
    label = "people"

    def ready(self) -> None:
        """Refuse to start a server without second factors; listen to what happens to sessions and factors."""
        if not (settings.SECOND_FACTOR_REQUIRED and settings.STEP_UP_REQUIRED) and not settings.SANDBOX:
            raise ImproperlyConfigured("SECOND_FACTOR_REQUIRED and STEP_UP_REQUIRED may be off in development only.")
        from portal.people import visits

        visits.listen()
