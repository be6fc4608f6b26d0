"""What the cockpit shows of the bank: columns for one SQL statement over administrations."""

from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from bankfeeds.models import Statement, StatementLine, StatementState
from bankfeeds.queries.filters import text_q


def cockpit_columns(today: date) -> dict[str, Any]:
    """Annotations of Administration: lines_to_do (a number) and bank_until (a date, or NULL without a statement)."""
    here = OuterRef("pk")
    to_do = StatementLine.objects.filter(administration=here).exclude(open_amount=0)
    until = Statement.objects.filter(administration=here, state=StatementState.BOOKED)
    return {
        "lines_to_do": Coalesce(
            Subquery(to_do.order_by().values("administration").annotate(n=Count("pk")).values("n")),
            Value(0),
            output_field=IntegerField(),
        ),
        "bank_until": Subquery(
            until.order_by().values("administration").annotate(day=Max("new_balance_on")).values("day")
        ),
    }


def administrations_saying(text: str) -> Any:
    """A subquery of the administrations with a bank line that says every word of `text`; amounts count as words."""
    found = StatementLine.objects.all()
    for word in text.split():
        found = found.filter(text_q(word))
    return found.order_by().values("administration")
