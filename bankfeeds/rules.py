"""The doors of the bank: every screen fetches its rows here, and gets the same 404 for all it may not see."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404

from bankfeeds.models import Allocation, AllocationRule, BankAccount, Import, Statement, StatementLine
from portal.people.access import Actor, Right, get_or_404, require
from portal.tenancy.managers import TenantModel

M = TypeVar("M", bound=TenantModel)
MOST_LINES = 500


def _access(model: type[M], actor: Actor, row_id: Any, to: Right, *related: str) -> M:
    rows = model.objects.select_related(*related) if related else model.objects.all()
    found: M = get_or_404(rows, pk=row_id)
    require(actor, to, found.administration_id)
    return found


def access_line(actor: Actor, line_id: Any, *, to: Right) -> StatementLine:
    """The door to a bank line, with its statement, account and administration."""
    return _access(StatementLine, actor, line_id, to, "statement", "account__account", "administration")


def access_lines(actor: Actor, line_ids: Iterable[Any], *, to: Right) -> list[StatementLine]:
    """The door to several bank lines of one administration, in the order asked; one that is missing is a 404."""
    wanted = [_uuid(each) for each in line_ids]
    if not wanted or len(wanted) > MOST_LINES:
        raise Http404
    rows = StatementLine.objects.filter(pk__in=wanted).select_related("statement", "account__account", "administration")
    found = {row.pk: row for row in rows}
    if any(each not in found for each in wanted) or len({row.administration_id for row in found.values()}) != 1:
        raise Http404
    for administration_id in {row.administration_id for row in found.values()}:
        require(actor, to, administration_id)
    return [found[each] for each in dict.fromkeys(wanted)]


def access_bank_account(actor: Actor, account_id: Any, *, to: Right) -> BankAccount:
    """The door to a bank account."""
    return _access(BankAccount, actor, account_id, to, "account", "administration")


def access_allocation(actor: Actor, allocation_id: Any, *, to: Right) -> Allocation:
    """The door to an allocation, with its line."""
    return _access(Allocation, actor, allocation_id, to, "line__administration")


def access_statement(actor: Actor, statement_id: Any, *, to: Right) -> Statement:
    """The door to a statement, booked or held back."""
    return _access(Statement, actor, statement_id, to, "account__administration", "imported__document")


def access_rule(actor: Actor, rule_id: Any, *, to: Right) -> AllocationRule:
    """The door to a rule of allocation."""
    return _access(AllocationRule, actor, rule_id, to, "account", "administration")


def access_import(actor: Actor, import_id: Any, *, to: Right) -> Import:
    """The door to an import and its report."""
    return _access(Import, actor, import_id, to, "document", "administration")


def _uuid(value: Any) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError as malformed:
        raise Http404 from malformed
