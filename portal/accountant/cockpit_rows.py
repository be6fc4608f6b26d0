"""The rows of the cockpit: one SQL statement over every administration of the scope, whatever is sorted or filtered.

Each app gives its counts grouped per administration (queries/cockpit.py); here they are joined once, in a WITH, with
what follows from them: whose turn it is, what is late, what a list sorts by. What only a shown row says (until when
the bank is in, which period) is asked for those fifty alone. Writing that WITH costs more than running it, so its
text is kept per scope and day.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    DateField,
    Exists,
    Expression,
    F,
    Field,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    UUIDField,
    Value,
)
from django.db.models.functions import Coalesce, Lower
from django.db.models.sql import Query

from accounting.queries.cockpit import periods_of, returns_around, returns_to_make
from bankfeeds.queries import cockpit as bank_cockpit
from portal.accountant.cockpit_filters import Filters
from portal.people.models import Responsible, TeamAdministration
from portal.tenancy.models import Administration
from portal.tenancy.scope import Scope, current_scope
from portal.web.tables import Sort
from requests_app.queries import cockpit as requests_cockpit
from requests_app.queries.pauses import in_force

LONG_AGO = date(1, 1, 1)

# It bears the name of the table it stands for, so that a query of Administration reads it instead, without a join.
# FULL JOIN, because that one is always hashed: behind policies the planner takes a thousand rows for one, and would
# look through all of them for each. What is filed waits for nobody: it sorts behind what is due.
STATED = """
WITH tenancy_administration AS MATERIALIZED (
SELECT counted.*,
  questions_client + questions_firm AS questions,
  CASE WHEN questions_firm > 0 THEN 'firm' WHEN questions_client > 0 THEN 'client'
       WHEN lines_to_do > 0 THEN 'firm' ELSE 'nobody' END AS turn,
  is_overdue OR questions_late > 0 AS is_late,
  CASE WHEN vat_done OR vat_due_on IS NULL THEN DATE '9999-12-31' ELSE vat_due_on END AS due_key
FROM (
  SELECT {fields}, owner.owner_id, coalesce(owner.owner_name, '') AS owner_name,
    coalesce(bank.lines_to_do, 0) AS lines_to_do,
    coalesce(asked.questions_client, 0) AS questions_client,
    coalesce(asked.questions_firm, 0) AS questions_firm,
    coalesce(asked.questions_late, 0) AS questions_late,
    coalesce(to_make.due_on, filing.due_on) AS vat_due_on,
    CASE WHEN to_make.due_on IS NULL THEN filing.is_done ELSE false END AS vat_done,
    coalesce(to_make.due_on < %s, false) AS is_overdue
  FROM ({books}) books
  FULL JOIN ({owner}) owner ON owner.administration = books.id
  FULL JOIN ({bank}) bank ON bank.administration = books.id
  FULL JOIN ({asked}) asked ON asked.administration = books.id
  FULL JOIN ({to_make}) to_make ON to_make.administration = books.id
  FULL JOIN ({filing}) filing ON filing.administration = books.id
  WHERE coalesce(books.is_active, false)
) counted)
"""
COLUMNS: "dict[str, Field[Any, Any]]" = {
    "owner_id": UUIDField(null=True),
    "owner_name": CharField(),
    "lines_to_do": IntegerField(),
    "questions_client": IntegerField(),
    "questions_firm": IntegerField(),
    "questions_late": IntegerField(),
    "questions": IntegerField(),
    "vat_due_on": DateField(null=True),
    "vat_done": BooleanField(null=True),
    "turn": CharField(),
    "is_late": BooleanField(),
    "is_overdue": BooleanField(),
    "due_key": DateField(),
}

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
    "mine": Q(),  # narrowed by person in `view_filter`, as is the next
    "team": Q(),
    "work": Q(questions_firm__gt=0) | Q(is_overdue=True),  # of one's own clients
    "firm": Q(turn="firm"),
    "client": Q(turn="client"),
    "late": Q(is_late=True),
    "overdue": Q(is_overdue=True),  # opened from the process strip; no tab of its own until then
}

_FIELDS = ("id", "firm_id", "code", "name", "enterprise_number", "country", "vat_rhythm")
Kept = tuple[str, Filters, str]  # the key of its count, and what a saved view shows
Written = tuple[str, tuple[Any, ...]]  # SQL and its parameters


class WithCounts(Query):
    """A query in front of which the WITH is written."""

    written: Written

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        """Return the usual compiler, whose SQL starts with the counts."""
        compiler: Any = super().get_compiler(*args, **kwargs)
        plain = compiler.as_sql

        def as_sql(*args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
            sql, parameters = plain(*args, **kwargs)
            return f"{self.written[0]} {sql}", (*self.written[1], *parameters)

        compiler.as_sql = as_sql
        return compiler


class Column(Expression):
    """A column of that WITH."""

    def __init__(self, name: str, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Name it."""
        return f'"tenancy_administration".{compiler.quote_name_unless_alias(self.name)}', ()


class Totals(Expression):
    """The one row of totals, as JSON."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Read it."""
        return "(SELECT to_jsonb(totals) FROM totals)", ()


@lru_cache(maxsize=256)
def _written(scope: Scope, day: date) -> Written:
    """The apps' counts as SQL, for the scope that is open (it is in the parameters, hence in the key)."""
    responsible = Responsible.objects.order_by().values("administration")
    parts: dict[str, QuerySet[Any]] = {
        "books": Administration.objects.filter(is_active=True).order_by().values(*_FIELDS, "is_active"),
        "owner": responsible.annotate(owner_id=F("member__user_id"), owner_name=F("member__user__name")),
        "bank": bank_cockpit.cockpit_counts(day),
        "asked": requests_cockpit.cockpit_counts(day),
        "to_make": returns_to_make(day),
        "filing": returns_around(day),
    }
    written = {name: part.query.sql_with_params() for name, part in parts.items()}
    sql = STATED.format(
        fields=", ".join(f"books.{name}" for name in _FIELDS), **{name: text for name, (text, _) in written.items()}
    )
    return sql, (day, *(parameter for _, parameters in written.values() for parameter in parameters))


def rows(day: date, sort: str = "") -> "QuerySet[Any]":
    """Every administration of the scope with what its row shows; `sort`: the field of the Sort, if it is to be sorted.

    A key that has to be worked out for every row (small letters, the newest statement) is there only to sort by.
    """
    found: QuerySet[Any] = Administration.objects.only(*_FIELDS)
    query: Any = found.query
    query = query.chain(klass=WithCounts)
    query.written, found.query = _written(current_scope(), day), query
    stated: QuerySet[Any] = found.annotate(**{name: Column(name, field) for name, field in COLUMNS.items()}).annotate(
        bank_until=Subquery(bank_cockpit.days_of(OuterRef("pk"))[:1]),
        rests=Exists(in_force(day).filter(request=None, administration=OuterRef("pk"))),
        vat_period=Subquery(periods_of(OuterRef("pk"), OuterRef("vat_due_on"))[:1]),
    )
    keys = {"name_key": Lower("name"), "until_key": Coalesce("bank_until", Value(LONG_AGO))}
    return stated.annotate(**{sort: keys[sort]}) if sort in keys else stated


def view_filter(view: str, user_id: Any) -> Q:
    """The condition of one of the views."""
    if view == "mine":
        return Q(owner_id=user_id)
    if view == "team":
        teams = TeamAdministration.objects.filter(team__members__member__user_id=user_id)
        return Q(pk__in=teams.values("administration_id"))
    return VIEWS[view] & Q(owner_id=user_id) if view == "work" else VIEWS[view]


def totals(found: "QuerySet[Any]", user_id: Any, day: date, kept: tuple[Kept, ...] = ()) -> dict[str, int]:
    """Every count of the page in one statement, over the same rows as the list: so they always agree."""
    return dict(found.aggregate(**_counts(user_id, day, kept)))


def with_totals(found: "QuerySet[Any]", user_id: Any, day: date, kept: tuple[Kept, ...] = ()) -> "QuerySet[Any]":
    """The same rows, each with `totals`: the counts over all of rows(day), without a statement of their own."""
    whole, of_whole = _written_totals(current_scope(), day, user_id, kept)
    every: QuerySet[Any] = found.annotate(totals=Totals(output_field=JSONField()))
    query: Any = every.query
    sql, parameters = query.written
    query.written = f"{sql}, totals AS ({whole})", (*parameters, *of_whole)
    return every


@lru_cache(maxsize=256)
def _written_totals(scope: Scope, day: date, user_id: Any, kept: tuple[Kept, ...]) -> Written:
    counts = _counts(user_id, day, kept)
    counted = rows(day).order_by().values(whole=Value(1)).annotate(**counts).values(*counts)
    sql, parameters = counted.query.chain(klass=Query).sql_with_params()
    return sql, tuple(parameters)


def _counts(user_id: Any, day: date, kept: tuple[Kept, ...]) -> dict[str, Any]:
    counts: dict[str, Any] = {name: Count("pk", filter=view_filter(name, user_id)) for name in VIEWS}
    for key, filters, view in kept:
        counts[key] = Count("pk", filter=filters.condition() & view_filter(view, user_id))
    due = Q(vat_due_on__isnull=False)
    to_file = due & Q(vat_done=False, vat_due_on__gte=day)
    return counts | {
        "lines": Coalesce(Sum("lines_to_do"), Value(0)),
        "questions_client_sum": Coalesce(Sum("questions_client"), Value(0)),
        "questions_firm_sum": Coalesce(Sum("questions_firm"), Value(0)),
        "bank_done_count": Count("pk", filter=Q(lines_to_do=0)),
        "bank_client_count": Count("pk", filter=Q(lines_to_do__gt=0, questions_client__gt=0)),
        "bank_firm_count": Count("pk", filter=Q(lines_to_do__gt=0, questions_client=0)),
        "vat_done_count": Count("pk", filter=due & Q(vat_done=True)),
        "vat_client_count": Count("pk", filter=to_file & Q(questions_client__gt=0)),
        "vat_firm_count": Count("pk", filter=to_file & Q(questions_client=0)),
        "asked_late_count": Count("pk", filter=Q(questions_late__gt=0)),
        "asked_clients": Count("pk", filter=Q(questions_client__gt=0)),
    }
