"""The tenancy app: firms, administrations, and the walls between them."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """Registers the system checks and the check of the database role."""

    name = "portal.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from portal.tenancy import checks  # noqa: F401
