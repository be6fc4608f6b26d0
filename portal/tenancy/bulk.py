"""Rows by the thousand in one statement: columns as arrays, unnested by the database.

The database takes no COPY into a table under policy. An INSERT from arrays costs a third of what the ORM's VALUES do,
and is one statement whatever the number of rows, so that checks per statement are checks per batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models

Statement = tuple[str, list[Any]]


def insert(model: type[models.Model], same: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]) -> Statement:
    """The statement, and its parameters, that inserts one row per place in `columns`.

    Keys are columns of the table; values are what the database stores (cents, identifiers, texts). `same` holds what
    all rows have in common. Every column without a default of the database must be in one of the two.
    """
    fields = {field.column: field for field in model._meta.concrete_fields}
    names = ", ".join(f'"{name}"' for name in (*same, *columns))
    fixed = "".join(f"%s::{_type(fields[name])}, " for name in same)
    arrays = ", ".join(f"%s::{_type(fields[name])}[]" for name in columns)
    sql = (  # all names are of the model
        f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {fixed}made.* FROM unnest({arrays}) AS made'  # noqa: S608
    )
    return sql, [*(_plain(value) for value in same.values()), *map(array, columns.values())]


def run(*statements: Statement) -> None:
    """Run statements as one, in which none sees the rows of another; guards see all of them."""
    parts = ", ".join(f"part{place} AS ({sql})" for place, (sql, _) in enumerate(statements))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} SELECT", [value for _, values in statements for value in values])


def array(values: Sequence[Any]) -> str:
    """The values as the text of an array: all texts, or all something that needs no quotes; None is NULL there.

    Raises ValueError for a text with a NUL, which Postgres cannot hold.
    """
    if values and isinstance(values[0], str):
        joined = "\0".join(values)
        if joined.count("\0") != len(values) - 1:
            raise ValueError("A text for the database holds a NUL character.")
        return '{"' + joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","') + '"}'
    return "{" + ",".join(_texts(values)) + "}"


def _texts(values: Iterable[Any]) -> list[str]:
    """Each value as text; identifiers and days come again and again, and are written out once."""
    known: dict[Any, str] = {None: "NULL"}
    found = []
    for value in values:
        text = known.get(value)
        if text is None:
            text = known[value] = str(value)
        found.append(text)
    return found


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)


def _type(field: "models.Field[Any, Any]") -> str:
    """The type to cast to; a cast to varchar(n) would cut too long a text in silence, the column refuses it."""
    found = str(field.db_type(connection))
    return "text" if found.startswith("varchar") else found
