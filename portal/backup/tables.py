"""What a database holds, in numbers: rows per table and a sum over their contents, at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from psycopg2 import sql

from portal.runner.database import Address, connect

if TYPE_CHECKING:
    import psycopg2.extensions

# a row as text looks the same everywhere only when these do
FIXED = """
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1
"""
NAMES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1"
COUNT = "SELECT count(*), coalesce(sum(hashtextextended(whole_row::text, 0)::numeric), 0)::text FROM {} whole_row"


@dataclass(frozen=True)
class Table:
    """How many rows, and the sum of their hashes: equal contents give equal sums, in whatever order they lie."""

    rows: int
    sum: str


def address(alias: str) -> Address:
    """Where an alias of the settings connects to."""
    entry: dict[str, Any] = settings.DATABASES[alias]
    return Address(entry["HOST"] or "127.0.0.1", int(entry["PORT"]), entry["USER"], entry["PASSWORD"], entry["NAME"])


@contextmanager
def one_moment(where: Address) -> Iterator["psycopg2.extensions.cursor"]:
    """A cursor for which the time stands still; nothing can be written through it."""
    handle = connect(where)
    try:
        with handle.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(FIXED)
            yield cursor
            cursor.execute("COMMIT")
    finally:
        handle.close()


def tables(cursor: "psycopg2.extensions.cursor") -> dict[str, Table]:
    """Every table with what it holds, as a role that sees all rows."""
    cursor.execute(NAMES)
    found = {}
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL(COUNT).format(sql.Identifier(name)))
        rows, total = cursor.fetchone() or (0, "0")
        found[name] = Table(rows, total)
    return found


def migrations(cursor: "psycopg2.extensions.cursor") -> list[str]:
    """The migrations this database has been through, in their order."""
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
    return [row[0] for row in cursor.fetchall()]


def differences(wanted: dict[str, Table], found: dict[str, Table]) -> list[str]:
    """What is not the same on both sides, a sentence per table."""
    said = []
    for name in sorted(wanted.keys() | found.keys()):
        one, other = wanted.get(name), found.get(name)
        if one is None or other is None:
            said.append(f"{name}: only {'in the database' if one is None else 'in the back-up'}")
        elif one.rows != other.rows:
            said.append(f"{name}: {one.rows} rows in the back-up, {other.rows} in the database")
        elif one.sum != other.sum:
            said.append(f"{name}: {one.rows} rows, but other contents")
    return said
