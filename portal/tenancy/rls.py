"""Migration operations that put tables under row-level security, and functions that look over the wall.

One canonical PERMISSIVE policy on the firm, one RESTRICTIVE policy on the administration (so the two are
AND-ed), both forced, so that not even the owner of the table is above them. Every foreign key between two
rows of an administration is doubled by a composite one, because checks of foreign keys bypass the policies.
"""

from typing import Any

from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

FIRM_POLICY = "firm_id = (SELECT app_firm())"
ADMINISTRATION_POLICY = (
    "(SELECT app_administrations()) IS NULL OR {column} = ANY ((SELECT app_administrations())::uuid[])"
)

# `nullif`: the setting is NULL before its first use on a connection but '' after it
SCOPE_FUNCTIONS = """
CREATE OR REPLACE FUNCTION app_firm() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
 $$ SELECT nullif(current_setting('app.firm_id', true), '')::uuid $$;
CREATE OR REPLACE FUNCTION app_administrations() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
 $$ SELECT nullif(current_setting('app.administration_ids', true), '')::uuid[] $$;
"""


def _columns(model: type[models.Model]) -> set[str]:
    return {field.column for field in model._meta.local_fields if field.column}


def policy_sql(model: type[models.Model]) -> list[str]:
    """Return the statements that put the model's table under policy."""
    table = model._meta.db_table
    columns = _columns(model)
    if model._meta.label_lower == "tenancy.firm":
        firm, administration = "id = (SELECT app_firm())", None
    elif model._meta.label_lower == "tenancy.administration":
        firm, administration = FIRM_POLICY, ADMINISTRATION_POLICY.format(column="id")
    else:
        firm = FIRM_POLICY
        has_one = "administration_id" in columns
        administration = ADMINISTRATION_POLICY.format(column="administration_id") if has_one else None
    statements = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant ON "{table}" USING ({firm}) WITH CHECK ({firm})',
    ]
    if administration:
        statements.append(
            f'CREATE POLICY administration ON "{table}" AS RESTRICTIVE USING ({administration}) '
            f"WITH CHECK ({administration})"
        )
    return statements


def key_sql(model: type[models.Model]) -> list[str]:
    """Return the statements that give the table its composite unique key."""
    table, columns = model._meta.db_table, _columns(model)
    if "administration_id" not in columns:
        return []
    return [f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_key" UNIQUE (administration_id, id)']


def reference_sql(model: type[models.Model], guarded: tuple[str, ...] = ()) -> list[str]:
    """Return composite foreign keys for every reference from this table to another row of a tenant.

    A check of such a key may go by any index that begins with the administration, as long as a table is new and the
    planner knows nothing of it: for the thousands of rows of one batch that is quadratic. See `guarded` below.
    """
    table, columns = model._meta.db_table, _columns(model)
    statements = []
    if "administration_id" in columns and not guarded:
        statements.append(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_own_firm" FOREIGN KEY (firm_id, administration_id) '
            "REFERENCES tenancy_administration (firm_id, id)"
        )
    for field in model._meta.local_fields:
        if not isinstance(field, models.ForeignKey) or field.name in ("firm", "administration", *guarded):
            continue
        target = field.related_model
        if "administration_id" in _columns(target) and "administration_id" in columns:
            statements.append(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.column}_tenant" '
                f'FOREIGN KEY (administration_id, "{field.column}") '
                f'REFERENCES "{target._meta.db_table}" (administration_id, id)'
            )
    return statements


class PutUnderPolicy(Operation):
    """Put the tables of these models (of the migration's own app) under policy, keys and references included.

    `guarded` names, per model, the columns of references that a guard of the model checks for all rows of a statement
    at once, tenant included, to a row that is never deleted. Such a model takes its firm and administration from there.
    """

    reversible = False
    reduces_to_sql = True

    def __init__(
        self, *names: str, append_only: tuple[str, ...] = (), guarded: dict[str, tuple[str, ...]] | None = None
    ) -> None:
        self.names = names
        self.append_only = append_only
        self.guarded = guarded or {}

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """Describe the operation to the migration writer."""
        return self.__class__.__qualname__, self.names, {"append_only": self.append_only, "guarded": self.guarded}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in the state: policies are the database's own affair."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Write policies, then keys, then references (which need the keys)."""
        found = [to_state.apps.get_model(app_label, name) for name in self.names]
        for make in (policy_sql, key_sql):
            for model in found:
                for statement in make(model):
                    schema_editor.execute(statement)
        for model in found:
            for statement in reference_sql(model, self.guarded.get(model.__name__, ())):
                schema_editor.execute(statement)
        for name in self.append_only:
            table = to_state.apps.get_model(app_label, name)._meta.db_table
            schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM portal_app')

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Refuse: a table that once stood under policy keeps it."""
        raise NotImplementedError("Policies are not taken away by going back; drop the table instead.")

    def describe(self) -> str:
        """Say what happens."""
        return f"Put under policy: {', '.join(self.names)}"


class TakeRowsOfTheFirm(Operation):
    """Let a narrowed scope add rows without an administration to these tables; which rows it reads does not change."""

    reversible = False
    reduces_to_sql = True

    def __init__(self, *names: str) -> None:
        self.names = names

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """Describe the operation to the migration writer."""
        return self.__class__.__qualname__, self.names, {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in the state: policies are the database's own affair."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Widen what the second wall takes, by rows of the firm itself alone; the first wall stands."""
        takes = f"{ADMINISTRATION_POLICY.format(column='administration_id')} OR administration_id IS NULL"
        for name in self.names:
            table = to_state.apps.get_model(app_label, name)._meta.db_table
            schema_editor.execute(f'ALTER POLICY administration ON "{table}" WITH CHECK ({takes})')

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Refuse: rows that were taken would stand outside the narrower policy."""
        raise NotImplementedError("Policies are not taken away by going back; drop the table instead.")

    def describe(self) -> str:
        """Say what happens."""
        return f"Take rows of the firm: {', '.join(self.names)}"


class LookOverTheWall(Operation):
    """Create one narrow SECURITY DEFINER function, owned by the role that bypasses the policies.

    These are the only ways to learn anything before a scope is known (which firms a person belongs to,
    whose link this is, which rows wait for a worker). The catalogue test holds their list.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, signature: str, returns: str, body: str, volatility: str = "STABLE") -> None:
        self.signature, self.returns, self.body, self.volatility = signature, returns, body, volatility

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """Describe the operation to the migration writer."""
        return self.__class__.__qualname__, (self.signature, self.returns, self.body, self.volatility), {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in the state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the function, give it away, and let only the app role call it."""
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {self.signature} RETURNS {self.returns} LANGUAGE sql {self.volatility} "
            f"SECURITY DEFINER SET search_path = public, pg_temp AS $$ {self.body} $$",
            params=None,
        )
        schema_editor.execute(f"ALTER FUNCTION {self._types()} OWNER TO portal_ops")
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {self._types()} FROM PUBLIC")
        schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {self._types()} TO portal_app")

    def _types(self) -> str:
        name, _, arguments = self.signature.rstrip(")").partition("(")
        types = ", ".join(part.split()[-1] for part in arguments.split(",") if part.strip())
        return f"{name}({types})"

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the function."""
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {self._types()}")

    def describe(self) -> str:
        """Say what happens."""
        return f"Create the function {self.signature}"
