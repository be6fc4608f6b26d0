"""One database, three roles: reads and writes go through the app role, migrations through the owner."""

from typing import Any


class RolesRouter:
    """Keeps every query on the app role and every migration on the owner role."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """No opinion: the app role unless the caller says otherwise."""
        return None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """No opinion: the app role unless the caller says otherwise."""
        return None

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """All aliases are one database, so rows read through any of them belong together."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Only the owner role makes tables."""
        return db == "owner"
