"""Files handed over, and statements held back until a person looks."""

from bankfeeds.models import Import, Statement, StatementState
from portal.tenancy.models import Administration

SHOWN = 20


def latest_imports(administration: Administration) -> list[Import]:
    """The last files, newest first, each with its report."""
    return list(Import.objects.filter(administration=administration).order_by("-created_at", "pk")[:SHOWN])


def held_statements(administration: Administration) -> list[Statement]:
    """Statements in quarantine, oldest first."""
    rows = Statement.objects.filter(administration=administration, state=StatementState.QUARANTINED)
    return list(rows.select_related("account").order_by("year", "number", "pk"))


def count_held(administration: Administration) -> int:
    """How many statements wait in quarantine: their lines are not on the desk."""
    return Statement.objects.filter(administration=administration, state=StatementState.QUARANTINED).count()


def is_held(statement: Statement) -> bool:
    """Whether a statement waits in quarantine."""
    return statement.state == StatementState.QUARANTINED
