"""Roles, rights and databases on a running server, and the addresses the portal connects with.

`python -m portal.runner.database NAME` makes (or renews the rights of) database NAME on the server of
ADMIN_DATABASE_URL and prints the exports for it.
"""

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from portal.runner.console import ROOT, Stop

if TYPE_CHECKING:
    from psycopg2.extensions import connection

SQL = ROOT / "portal" / "tenancy" / "sql"
ADMIN, OWNER, APP, OPS = "portal_admin", "portal_owner", "portal_app", "portal_ops"
ROLES = (OWNER, APP, OPS)
DATABASE = "samen"


@dataclass(frozen=True)
class Address:
    """One ``postgresql://`` address, taken apart."""

    host: str
    port: int
    user: str
    password: str
    name: str

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Read a DATABASE_URL; raises Stop when it is not one."""
        parts = urlsplit(url)
        if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
            raise Stop(
                "DATABASE_URL is not a Postgres address.",
                "export DATABASE_URL=postgresql://user:password@host:5432/name",
            )
        return cls(
            parts.hostname or "127.0.0.1",
            parts.port or 5432,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            parts.path.strip("/"),
        )

    def url(self) -> str:
        """The address as one text again."""
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        return f"postgresql://{quote(self.user, safe='')}{secret}@{self.host}:{self.port}/{self.name}"

    def as_role(self, role: str, password: str) -> "Address":
        """The same database seen by another role."""
        return Address(self.host, self.port, role, password, self.name)

    def on(self, name: str) -> "Address":
        """Another database of the same server, same role."""
        return Address(self.host, self.port, self.user, self.password, name)


def connect(address: Address) -> "connection":
    """An autocommit connection; raises psycopg2.OperationalError when nobody answers."""
    import psycopg2

    handle = psycopg2.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password,
        dbname=address.name,
        connect_timeout=10,
        client_encoding="utf8",
    )
    handle.autocommit = True
    return handle


def run_sql(address: Address, *scripts: str) -> None:
    """Run whole scripts, one after another."""
    handle = connect(address)
    try:
        with handle.cursor() as cursor:
            for script in scripts:
                cursor.execute(script)
    finally:
        handle.close()


def ask(address: Address, question: str, *values: object) -> object:
    """The first column of the first row, or None."""
    handle = connect(address)
    try:
        with handle.cursor() as cursor:
            cursor.execute(question, values)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        handle.close()


def prepare_roles(admin: Address, passwords: dict[str, str]) -> None:
    """Make the three roles on the server of ``admin`` (a superuser) and set their passwords."""
    from psycopg2 import sql

    handle = connect(admin)
    try:
        with handle.cursor() as cursor:
            cursor.execute((SQL / "cluster.sql").read_text(encoding="utf-8"))
            for role in ROLES:
                cursor.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(passwords[role]))
                )
    finally:
        handle.close()


def prepare_database(admin: Address, name: str) -> bool:
    """Make database ``name`` (owned by portal_owner) unless it is there, and give the roles their rights in it.

    Returns True when the database is new. The roles must exist.
    """
    from psycopg2 import sql

    handle = connect(admin)
    try:
        with handle.cursor() as cursor:
            cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (name,))
            row = cursor.fetchone()
            if row is None:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                        sql.Identifier(name), sql.Identifier(OWNER)
                    )
                )
            elif row[0] != OWNER:
                cursor.execute(
                    sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(OWNER))
                )
    finally:
        handle.close()
    run_sql(admin.on(name), (SQL / "roles.sql").read_text(encoding="utf-8"))
    return row is None


def drop_database(admin: Address, name: str) -> None:
    """Drop database ``name`` with its connections; silent when it is not there."""
    from psycopg2 import sql

    handle = connect(admin)
    try:
        with handle.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    finally:
        handle.close()


def addresses(admin: Address, name: str, passwords: dict[str, str]) -> dict[str, str]:
    """The environment variables with which the portal finds database ``name``."""
    target = admin.on(name)
    return {
        "ADMIN_DATABASE_URL": admin.url(),
        "DATABASE_URL": target.as_role(APP, passwords[APP]).url(),
        "OWNER_DATABASE_URL": target.as_role(OWNER, passwords[OWNER]).url(),
        "OPS_DATABASE_URL": target.as_role(OPS, passwords[OPS]).url(),
    }


def exports(variables: dict[str, str]) -> str:
    """The variables as shell lines."""
    return "\n".join(f"export {key}='{value}'" for key, value in variables.items())


def main(arguments: list[str]) -> int:
    """Make one more database on the running server and print its exports."""
    known = {role: os.environ.get(variable, "") for role, variable in VARIABLES.items()}
    if len(arguments) != 1 or not os.environ.get("ADMIN_DATABASE_URL") or not all(known.values()):
        raise Stop("Type a database name, with the exports of `./run dev-services` in the environment.")
    admin = Address.parse(os.environ["ADMIN_DATABASE_URL"])
    passwords = {role: Address.parse(url).password for role, url in known.items()}
    prepare_database(admin, arguments[0])
    print(exports(addresses(admin, arguments[0], passwords)))
    return 0


VARIABLES = {APP: "DATABASE_URL", OWNER: "OWNER_DATABASE_URL", OPS: "OPS_DATABASE_URL"}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.exit(str(stop))
