"""The rows of the cockpit: one SQL statement over every administration of the scope, whatever is sorted or filtered.

Each app gives its columns (queries/cockpit.py); here they stand once, in a WITH, and everything that follows from
them (whose turn it is, what is late, what a list sorts by) is worked out over it. Writing that WITH costs far more
than running it, so its text is kept per scope and day.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Case, CharField, Count, Expression, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Lower
from django.db.models.sql import Query

from accounting.queries import cockpit as accounting_cockpit
from bankfeeds.queries import cockpit as bank_cockpit
from portal.people.models import Responsible
from portal.tenancy.models import Administration
from portal.tenancy.scope import Scope, current_scope
from portal.web.tables import Sort
from requests_app.queries import cockpit as requests_cockpit

FAR = date(9999, 12, 31)
LONG_AGO = date(1, 1, 1)
SHOWN = (
    "lines_to_do",
    "bank_until",
    "questions_client",
    "questions_firm",
    "questions_late",
    "vat_period",
    "vat_due_on",
    "vat_done",
)

SORTS = {
    "due": Sort("due_key"),
    "name": Sort("name_key"),
    "lines": Sort("lines_to_do"),
    "until": Sort("until_key"),
    "questions": Sort("questions"),
    "turn": Sort("turn"),
}
VIEWS = {
    "all": Q(),
    "mine": Q(),  # narrowed by person in `view_filter`
    "firm": Q(turn="firm"),
    "client": Q(turn="client"),
    "late": Q(is_late=True),
    "overdue": Q(is_overdue=True),  # opened from the process strip; no tab of its own until then
}

Written = tuple[str, tuple[Any, ...], dict[str, Any]]  # SQL, its parameters, and the field of each column


class WithColumns(Query):
    """A query in front of which `WITH cockpit AS (…)` is written."""

    written: Written

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        """Return the usual compiler, whose SQL starts with the columns."""
        compiler: Any = super().get_compiler(*args, **kwargs)
        plain = compiler.as_sql

        def as_sql(*args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
            sql, parameters = plain(*args, **kwargs)
            return f"WITH cockpit AS MATERIALIZED ({self.written[0]}) {sql}", (*self.written[1], *parameters)

        compiler.as_sql = as_sql
        return compiler


class Column(Expression):
    """One of those columns."""

    def __init__(self, name: str, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Name it."""
        return f"{compiler.quote_name_unless_alias('cockpit')}.{compiler.quote_name_unless_alias(self.name)}", ()


@lru_cache(maxsize=256)
def _written(scope: Scope, day: date) -> Written:
    """The apps' columns as SQL, for the scope that is open (it is in the parameters, hence in the key)."""
    responsible = Responsible.objects.filter(administration_id=OuterRef("pk"))
    offered: dict[str, Any] = {
        **bank_cockpit.cockpit_columns(day),
        **requests_cockpit.cockpit_columns(day),
        **accounting_cockpit.cockpit_columns(day),
    }
    columns: dict[str, Any] = {name: offered[name] for name in SHOWN} | {
        "owner_id": Subquery(responsible.values("member__user_id")[:1]),
        "owner_name": Coalesce(Subquery(responsible.values("member__user__name")[:1]), Value("")),
    }
    query = Administration.objects.filter(is_active=True).annotate(**columns).values("id", *columns).query
    sql, parameters = query.sql_with_params()
    return sql, tuple(parameters), {name: query.annotations[name].output_field for name in columns}


def rows(day: date) -> "QuerySet[Any]":
    """Every administration of the scope with what its row shows."""
    written = _written(current_scope(), day)
    columns = {name: Column(name, field) for name, field in written[2].items()}
    found: QuerySet[Any] = Administration.objects.extra(
        tables=["cockpit"], where=['"cockpit"."id" = "tenancy_administration"."id"']
    )
    query: Any = found.query
    query = query.chain(klass=WithColumns)
    query.written, found.query = written, query
    turn = Case(
        When(questions_firm__gt=0, then=Value("firm")),
        When(questions_client__gt=0, then=Value("client")),
        When(lines_to_do__gt=0, then=Value("firm")),
        default=Value("nobody"),
        output_field=CharField(),
    )
    overdue = Q(vat_due_on__lt=day, vat_done=False)
    late = overdue | Q(questions_late__gt=0)
    stated: QuerySet[Any] = found.annotate(**columns).annotate(
        questions=F("questions_client") + F("questions_firm"),
        turn=turn,
        is_late=Case(When(late, then=Value(True)), default=Value(False)),
        is_overdue=Case(When(overdue, then=Value(True)), default=Value(False)),
        # what is filed waits for nobody: it stands behind what is due
        due_key=Case(When(vat_done=True, then=Value(FAR)), default=Coalesce("vat_due_on", Value(FAR))),
        until_key=Coalesce("bank_until", Value(LONG_AGO)),
        name_key=Lower("name"),
    )
    return stated


def view_filter(view: str, user_id: Any) -> Q:
    """The condition of one of the views."""
    return Q(owner_id=user_id) if view == "mine" else VIEWS[view]


def totals(found: "QuerySet[Any]", user_id: Any, day: date) -> dict[str, int]:
    """Every count of the page in one statement, over the same rows as the list: so they always agree."""
    counts: dict[str, Any] = {name: Count("pk", filter=view_filter(name, user_id)) for name in VIEWS}
    due = Q(vat_due_on__isnull=False)
    to_file = due & Q(vat_done=False, vat_due_on__gte=day)
    counts |= {
        "lines": Coalesce(Sum("lines_to_do"), Value(0)),
        "questions_client_sum": Coalesce(Sum("questions_client"), Value(0)),
        "questions_firm_sum": Coalesce(Sum("questions_firm"), Value(0)),
        "bank_done_count": Count("pk", filter=Q(lines_to_do=0)),
        "bank_client_count": Count("pk", filter=Q(lines_to_do__gt=0, questions_client__gt=0)),
        "bank_firm_count": Count("pk", filter=Q(lines_to_do__gt=0, questions_client=0)),
        "vat_done_count": Count("pk", filter=due & Q(vat_done=True)),
        "vat_client_count": Count("pk", filter=to_file & Q(questions_client__gt=0)),
        "vat_firm_count": Count("pk", filter=to_file & Q(questions_client=0)),
        "asked_clients": Count("pk", filter=Q(questions_client__gt=0)),
    }
    return dict(found.aggregate(**counts))
