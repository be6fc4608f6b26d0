"""What the cockpit shows of the bank: grouped per administration, so that the screen joins it once."""

from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from bankfeeds.models import Statement, StatementLine, StatementState
from bankfeeds.queries.filters import text_q


def cockpit_counts(today: date) -> QuerySet[Any]:
    """Rows of administration and lines_to_do; none where everything is done."""
    to_do = StatementLine.objects.exclude(open_amount=0)
    counts: QuerySet[Any] = to_do.order_by().values("administration").annotate(lines_to_do=Count("*"))
    return counts


def days_of(administration: Any) -> QuerySet[Any]:
    """The days of the newest balances of one administration, newest first, for a subquery."""
    booked = Statement.objects.filter(administration=administration, state=StatementState.BOOKED)
    return booked.filter(new_balance_on__isnull=False).order_by("-new_balance_on").values("new_balance_on")


def administrations_saying(text: str) -> Any:
    """A subquery of the administrations with a bank line that says every word of `text`; amounts count as words."""
    found = StatementLine.objects.all()
    for word in text.split():
        found = found.filter(text_q(word))
    return found.order_by().values("administration")
