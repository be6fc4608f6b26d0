"""`manage.py doctor`: one line per thing that can be wrong: ✓, or what to type. Exit 1 when something is broken."""

import smtplib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError as BrokerError

from portal.kernel.clock import now
from portal.runner.machine import install_line, missing_pango
from portal.tenancy.tasks import REFERENCES

RIGHT, ADVICE, BROKEN = "✓", "!", "✗"
QUEUES = ("mail", "pdf", "feeds", "ledger")
PATIENCE = timedelta(minutes=2)  # the clock comes by every 5 to 20 seconds
TOO_MANY = 1000

# Tables with a tenant's key must be forced under the policy of the firm, and those of an administration under both.
WITHOUT_POLICY = """
SELECT c.relname FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'firm_id' AND NOT a.attisdropped
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (
   NOT (c.relrowsecurity AND c.relforcerowsecurity)
   OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant' AND p.polpermissive)
   OR (EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attname = 'administration_id')
       AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive)))
 ORDER BY 1
"""
ROLES = """
SELECT rolname, rolsuper, rolbypassrls FROM pg_roles
 WHERE rolname IN ('portal_owner', 'portal_app', 'portal_ops') ORDER BY 1
"""
WANTED_ROLES = [("portal_app", False, False), ("portal_ops", False, True), ("portal_owner", False, False)]
STUCK_MAILS = """
SELECT count(*) FILTER (WHERE state = 'queued' AND due_at < %(before)s),
       count(*) FILTER (WHERE state = 'inflight' AND inflight_since < %(before)s),
       count(*) FILTER (WHERE state = 'uncertain'),
       count(*) FILTER (WHERE state = 'dead' AND bounced_at IS NULL),
       count(*) FILTER (WHERE bounced_at IS NOT NULL)
  FROM outbox_outgoingmail
"""
STUCK_PREVIEWS = """
SELECT count(*) FILTER (WHERE preview = 'waiting' AND created_at < %(before)s),
       count(*) FILTER (WHERE preview = 'failed')
  FROM documents_document
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: a sign, what was looked at, and what to type or to know."""

    sign: str
    what: str
    mend: str = ""


def environment() -> Iterator[Finding]:
    """Python, the key, the folder of this installation, fonts, translations."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        RIGHT if sys.version_info >= (3, 11) else BROKEN, f"Python {version}", "Install Python 3.11 or newer."
    )
    yield Finding(RIGHT if settings.SECRET_KEY else BROKEN, "SECRET_KEY", "export SECRET_KEY=… (50 random characters)")
    font = settings.BASE_DIR / "static" / "fonts" / "plex-sans-var.woff2"
    yield Finding(RIGHT if font.is_file() else BROKEN, "Font of screens and papers", "git checkout static/fonts")
    late = [path for path in settings.BASE_DIR.glob("locale/*/LC_MESSAGES/*.po") if _is_stale(path)]
    yield Finding(BROKEN if late else RIGHT, "Translations compiled", "python -m portal.runner.messages")


def _is_stale(source: Path) -> bool:
    made = source.with_suffix(".mo")
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def databases() -> Iterator[Finding]:
    """The three roles can come in, and each is what it should be."""
    variables = {"default": "DATABASE_URL", "owner": "OWNER_DATABASE_URL", "ops": "OPS_DATABASE_URL"}
    for alias, variable in variables.items():
        try:
            rows = ask(alias, "SELECT current_user, version()")
        except (DatabaseError, ImproperlyConfigured) as problem:
            yield Finding(BROKEN, f"Database through {variable}", str(problem).strip().splitlines()[0])
            continue
        yield Finding(RIGHT, f"Database through {variable}: {rows[0][0]}, {rows[0][1].split(' on ')[0]}")
    found = ask("owner", ROLES)
    mend = "psql -f portal/tenancy/sql/cluster.sql (as administrator)"
    yield Finding(RIGHT if found == WANTED_ROLES else BROKEN, "Roles: owner, app and ops, with the right powers", mend)


def schema() -> Iterator[Finding]:
    """Migrations applied, every tenant's table under policy, no reference the database does not vouch for."""
    executor = MigrationExecutor(connections["owner"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(BROKEN if waiting else RIGHT, "Migrations", f"{len(waiting)} to apply: ./run manage migrate")
    bare = [row[0] for row in ask("owner", WITHOUT_POLICY)]
    mend = f"without policy: {', '.join(bare)}. Add PutUnderPolicy in a migration."
    yield Finding(BROKEN if bare else RIGHT, "Row-level security on every table of a tenant", mend)
    loose = [f"{table}.{name}" for table, name in ask("owner", REFERENCES)]
    yield Finding(BROKEN if loose else RIGHT, "References across tenants: 0", f"not vouched for: {', '.join(loose)}")


def broker() -> Iterator[Finding]:
    """Redis answers, the queues are short, a worker listens."""
    try:
        server = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3)
        lengths = {queue: int(server.llen(queue)) for queue in QUEUES}
    except redis.RedisError as problem:
        yield Finding(BROKEN, "Redis", f"{problem}. Start it with ./run, or set REDIS_URL.")
        return
    long = {queue: length for queue, length in lengths.items() if length > TOO_MANY}
    shown = ", ".join(f"{queue} {length}" for queue, length in lengths.items())
    yield Finding(ADVICE if long else RIGHT, f"Redis; waiting in the queues: {shown}", "start more workers")
    try:
        workers = current_app.control.ping(timeout=1.0)
    except (BrokerError, OSError):
        workers = []
    yield Finding(RIGHT if workers else ADVICE, "A worker listens", "none answered: ./run starts one")


def stuck() -> Iterator[Finding]:
    """Rows that wait longer than they should, in every firm."""
    before = {"before": now() - PATIENCE}
    waiting, hanging, uncertain, dead, bounced = ask("ops", STUCK_MAILS, before)[0]
    mend = f"{waiting} wait and {hanging} hang: the worker or the clock stands still. ./run starts both."
    yield Finding(BROKEN if waiting or hanging else RIGHT, "Mails leave in time", mend)
    mend = f"{uncertain} perhaps left, {dead} given up: decide in the question, see docs/runbook.md"
    yield Finding(ADVICE if uncertain or dead else RIGHT, "Mails that wait for a person", mend)
    mend = f"{bounced} addresses refused: the questions show them"
    yield Finding(ADVICE if bounced else RIGHT, "Mails that came back", mend)
    late, failed = ask("ops", STUCK_PREVIEWS, before)[0]
    yield Finding(BROKEN if late else RIGHT, "Page images are made in time", f"{late} wait: ./run starts the worker")
    yield Finding(
        ADVICE if failed else RIGHT, "Papers that can be shown", f"{failed} cannot: only the original is there"
    )


def machine() -> Iterator[Finding]:
    """The folder of documents, the mail server, the libraries for PDF."""
    try:
        name = default_storage.save("doctor/probe", ContentFile(b"probe"))
        default_storage.delete(name)
        yield Finding(RIGHT, "Folder of documents")
    except OSError as problem:
        yield Finding(BROKEN, "Folder of documents", f"{problem}. Make it writable, or set DOCUMENT_ROOT.")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as post:
            post.noop()
        yield Finding(RIGHT, f"Mail server {where}")
    except (OSError, smtplib.SMTPException) as problem:
        sign = ADVICE if settings.SANDBOX else BROKEN
        yield Finding(sign, f"Mail server {where}", f"{problem}. ./run starts one; on a server set EMAIL_HOST.")
    missing = missing_pango()
    yield Finding(ADVICE if missing else RIGHT, "Libraries for writing PDFs", install_line(missing))


def ask(alias: str, question: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of one question. Raises DatabaseError."""
    with connections[alias].cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (environment, databases, schema, broker, stuck, machine)


class Command(BaseCommand):
    """Looks at everything the portal leans on."""

    help = "Say what is wrong with this installation and what to type."
    requires_system_checks: list[str] = []  # the doctor must come in when the house is ill

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per check; exit 1 when something is broken."""
        broken = 0
        for check in CHECKS:
            try:
                for finding in check():
                    broken += finding.sign == BROKEN
                    self.stdout.write(_line(finding))
            except (DatabaseError, ImproperlyConfigured) as problem:
                broken += 1
                self.stdout.write(_line(Finding(BROKEN, check.__name__, str(problem).strip().splitlines()[0])))
        if broken:
            self.stdout.write(f"\n{broken} broken.")
            raise SystemExit(1)
        self.stdout.write("\nNothing is broken.")


def _line(finding: Finding) -> str:
    mend = f"\n    {finding.mend}" if finding.sign != RIGHT and finding.mend else ""
    return f"{finding.sign} {finding.what}{mend}"
