"""Bank lines: the list, its counts, the twins of a line, and which line comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounting.models import OpenItem
from bankfeeds.incoming import fold
from bankfeeds.models import Allocation, StatementLine
from bankfeeds.queries.filters import LineFilter
from bankfeeds.queries.suggestions import suggestions
from portal.tenancy.models import Administration

__all__ = [
    "LineFilter",
    "allocations_of",
    "are_twins",
    "counts",
    "group_twins",
    "lines",
    "next_to_do",
    "paid_with",
    "suggestions",
    "to_do_until",
    "twins_among",
    "twins_of",
]

TWINS_WITHIN = timedelta(days=10)
_TELLING = 12  # letters and digits of a text that is enough to know a payment by
_OPEN = ~Q(open_amount=0)
_STATUS = {"todo": _OPEN, "asked": _OPEN, "done": Q(open_amount=0), "all": Q()}
# newest first, as every list of lines is shown; keyset paging needs this order
ORDER = ("-booked_on", "pk")


def lines(
    administration: Administration | None, wanted: LineFilter, *, asked: Any = None, among: Any = None
) -> "QuerySet[StatementLine]":
    """The lines of a filter, newest first, of one administration or (None) of the whole scope.

    The bank knows nothing of questions: `asked` (ids or a subquery of line ids) says which lines have an open one,
    for the status "asked"; `among` narrows any list in the same way.
    """
    rows = _rows(administration, wanted, among).filter(_STATUS[wanted.status])
    if wanted.status == "asked" and asked is not None:
        rows = rows.filter(pk__in=asked)
    if wanted.after is not None:
        last = StatementLine.objects.filter(pk=wanted.after).first()
        rows = rows if last is None else rows.filter(_beyond(last))
    return rows.select_related("statement", "account").order_by(*ORDER)


def counts(
    administration: Administration | None = None,
    wanted: LineFilter | None = None,
    *,
    asked: Any = None,
    among: Any = None,
) -> dict[str, int]:
    """How many lines each status would list under the same filter: {"todo", "asked", "done", "all"}. One query."""
    rows = _rows(administration, wanted or LineFilter(), among)
    has_question = Q(pk__in=[] if asked is None else asked)
    questions = Count("pk", filter=_OPEN & has_question)
    found = rows.order_by().aggregate(todo=Count("pk", filter=_OPEN), asked=questions, all=Count("pk"))
    return {"todo": found["todo"], "asked": found["asked"], "done": found["all"] - found["todo"], "all": found["all"]}


def to_do_until(administration: Administration, days: Iterable[date]) -> dict[date, int]:
    """How many lines up to and with each of these days are to do, as `lines` lists them. One query."""
    wanted = {f"until_{day:%Y%m%d}": day for day in days}
    if not wanted:
        return {}
    rows = StatementLine.objects.filter(_OPEN, administration=administration)
    sums = {name: Count("pk", filter=Q(booked_on__lte=day)) for name, day in wanted.items()}
    found = rows.order_by().aggregate(**sums)
    return {day: found[name] for name, day in wanted.items()}


def _rows(administration: Administration | None, wanted: LineFilter, among: Any) -> "QuerySet[StatementLine]":
    rows = StatementLine.objects.filter(wanted.q())
    if administration is not None:
        rows = rows.filter(administration=administration)
    if wanted.ledger is not None:
        given = Allocation.objects.filter(line=OuterRef("pk"), account=wanted.ledger, undone_at=None)
        rows = rows.filter(Exists(given))
    return rows if among is None else rows.filter(pk__in=among)


def _beyond(line: StatementLine) -> Q:
    """What comes after a line in the list."""
    return Q(booked_on__lt=line.booked_on) | Q(booked_on=line.booked_on, pk__gt=line.pk)


def allocations_of(line: StatementLine, *, undone: bool = False) -> list[Allocation]:
    """Where the line went, oldest first; with `undone` also what was taken back."""
    rows = line.allocations.select_related("account", "open_item__party", "party", "entry__journal", "entry__period")
    return list(rows.filter(*([] if undone else [Q(undone_at=None)])).order_by("created_at", "pk"))


def paid_with(item: OpenItem) -> list[StatementLine]:
    """The lines that an open item was cleared with, as it stands, oldest first."""
    rows = StatementLine.objects.filter(allocations__open_item=item, allocations__undone_at=None)
    return list(rows.select_related("account").order_by(*ORDER).distinct())


def twins_of(line: StatementLine) -> list[StatementLine]:
    """The other lines that look just like this one: account, amount, counterparty and reference, within ten days.

    They are one question to the client and one document; the accountant decides which of them was paid twice.
    """
    near = StatementLine.objects.filter(
        account_id=line.account_id,
        amount=line.amount,
        booked_on__range=(line.booked_on - TWINS_WITHIN, line.booked_on + TWINS_WITHIN),
    ).exclude(pk=line.pk)
    return [other for other in near.select_related("statement", "account").order_by(*ORDER) if are_twins(line, other)]


def twins_among(line_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many twins each of these lines has, for those that have any; two queries for a whole page."""
    asked = list(StatementLine.objects.filter(pk__in=list(line_ids)))
    if not asked:
        return {}
    days = [line.booked_on for line in asked]
    near = StatementLine.objects.filter(
        account__in={line.account_id for line in asked},
        amount__in={line.amount for line in asked},
        booked_on__range=(min(days) - TWINS_WITHIN, max(days) + TWINS_WITHIN),
    )
    by_amount: dict[Any, list[StatementLine]] = {}
    for other in near:
        by_amount.setdefault(other.amount, []).append(other)
    found = {line.pk: sum(are_twins(line, other) for other in by_amount.get(line.amount, [])) for line in asked}
    return {pk: number for pk, number in found.items() if number}


def are_twins(one: StatementLine, other: StatementLine) -> bool:
    """Whether two lines look just the same to a person, days apart at most."""
    return one.pk != other.pk and _face(one) == _face(other) and abs(one.booked_on - other.booked_on) <= TWINS_WITHIN


def group_twins(asked: Sequence[StatementLine]) -> list[list[StatementLine]]:
    """These lines in groups of twins, in the order given: one group is one card for the client."""
    groups: list[list[StatementLine]] = []
    for line in asked:
        mine = next((group for group in groups if are_twins(group[0], line)), None)
        if mine is None:
            groups.append([line])
        else:
            mine.append(line)
    return groups


def _face(line: StatementLine) -> tuple[Any, ...]:
    """What twins have in common. A line that does not say why, or says too little, is like no other."""
    who = line.counterparty_iban or fold(line.counterparty_name)
    why = line.structured_reference or fold(line.communication)
    enough = bool(who and why) or len(why) >= _TELLING
    return (line.account_id, line.amount, who, why) if enough else (line.pk,)


def next_to_do(
    line: StatementLine | None,
    wanted: LineFilter | None = None,
    *,
    administration: Administration | None = None,
    asked: Any = None,
    among: Any = None,
) -> StatementLine | None:
    """The line to do that comes after this one in the list, or else the first one; None when nothing is left.

    Of the line's own administration; without a line, of `administration` or the whole scope.
    """
    where = administration if line is None else line.administration
    rows = lines(where, replace(wanted or LineFilter(), after=None), asked=asked, among=among).filter(_OPEN)
    if line is None:
        return rows.first()
    rows = rows.exclude(pk=line.pk)
    return rows.filter(_beyond(line)).first() or rows.first()
