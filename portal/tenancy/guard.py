"""Guards: triggers that hold for everybody, the owner of the tables included.

pgtrigger's own template lets a session skip any trigger by a setting (`pgtrigger.ignore`) and resolves names
through the session's search path, where a temporary table may stand in for ours. A guard may allow neither.
"""

from typing import Any

import pgtrigger
from pgtrigger import compiler


class GuardSql(compiler.UpsertTriggerSql):
    """The statements that install one guard. Migrations hold these, so the template never changes."""

    def get_template(self) -> str:
        """Return the template; `pgid` is the name of both function and trigger."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql SET search_path = public, pg_temp;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Guard(pgtrigger.Trigger):
    """A trigger without a way around."""

    def compile(self, model: Any) -> compiler.Trigger:
        """Compile to GuardSql instead of pgtrigger's own statements."""
        return compiler.Trigger(
            name=self.name,
            sql=GuardSql(
                pgid=self.get_pgid(model),
                declare=self.render_declare(model),
                func=self.render_func(model),
                table=model._meta.db_table,
                constraint="CONSTRAINT" if self.timing else "",
                when=self.when,
                operation=self.operation,
                timing=f"DEFERRABLE INITIALLY {self.timing}" if self.timing else "",
                referencing=self.referencing or "",
                level=self.level,
                condition=self.render_condition(model),
                execute=self.render_execute(model),
            ),
        )


def before(name: str, operation: pgtrigger.Operation, func: str, declare: list[tuple[str, str]] | None = None) -> Guard:
    """A guard that looks at each row before it is written."""
    return Guard(name=name, operation=operation, when=pgtrigger.Before, func=func, declare=declare)


def after_statement(name: str, func: str, declare: list[tuple[str, str]] | None = None) -> Guard:
    """A guard that looks, after an INSERT, at all rows of the statement at once, as table `written`."""
    return Guard(
        name=name,
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
        func=func,
        declare=declare,
    )


def at_commit(
    name: str,
    operation: pgtrigger.Operation,
    func: str,
    declare: list[tuple[str, str]] | None = None,
    condition: pgtrigger.Condition | None = None,
) -> Guard:
    """A guard that judges at the commit, when all of the transaction is there; only rows that meet the condition."""
    return Guard(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        func=func,
        declare=declare,
        condition=condition,
    )


REFUSE = "RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';"


def never(operation: pgtrigger.Operation, name: str = "append_only") -> list[Guard]:
    """Guards that refuse the operation on rows, and emptying the table at once."""
    return [
        before(name, operation, REFUSE),
        Guard(
            name="no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func=REFUSE,
        ),
    ]
