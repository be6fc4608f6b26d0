"""System checks: a model that points at a tenant and is not one refuses to start; so does a role above the law."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from portal.tenancy.managers import FirmModel

POWERS = """
SELECT rolsuper OR rolbypassrls,
       EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
               AND pg_has_role(c.relowner, 'USAGE')),
       rolname
  FROM pg_roles WHERE rolname = current_user
"""


@register()
def tenant_models(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find models with a foreign key to a tenant row that are not tenant models themselves."""
    found: list[CheckMessage] = []
    for model in apps.get_models():
        if issubclass(model, FirmModel) or model._meta.label_lower == "tenancy.firm":
            continue
        for field in model._meta.local_fields:
            target = field.related_model
            if isinstance(target, type) and (
                issubclass(target, FirmModel) or target._meta.label_lower == "tenancy.firm"
            ):
                found.append(
                    Error(
                        f"{model._meta.label}.{field.name} points at a tenant's row, but the model has no tenant.",
                        hint="Derive it from TenantModel or FirmModel and put its table under policy.",
                        obj=model,
                        id="tenancy.E001",
                    )
                )
    return found


@receiver(connection_created)
def refuse_mighty_roles(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Refuse to run the portal as a role that is above row-level security."""
    if connection.alias != "default" or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(POWERS)
        mighty, owns, name = cursor.fetchone()
    if mighty:
        raise ImproperlyConfigured(
            f"DATABASE_URL connects as {name}, a role that bypasses row-level security. Use portal_app."
        )
    if owns:
        raise ImproperlyConfigured(
            f"DATABASE_URL connects as {name}, a role that owns the tables and may lift their policies. Use portal_app."
        )
