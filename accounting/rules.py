"""The doors of the books: every screen fetches its rows here, and gets the same 404 for all it may not see."""

from typing import Any, TypeVar

from accounting.models import Account, Entry, Obligation, OpenItem, Party, Period
from portal.people.access import Actor, Right, get_or_404, require
from portal.tenancy.managers import TenantModel

M = TypeVar("M", bound=TenantModel)


def _access(model: type[M], actor: Actor, row_id: Any, to: Right) -> M:
    found: M = get_or_404(model.objects.all(), pk=row_id)
    require(actor, to, found.administration_id)
    return found


def access_account(actor: Actor, account_id: Any, *, to: Right) -> Account:
    """The door to a ledger account."""
    return _access(Account, actor, account_id, to)


def access_open_item(actor: Actor, open_item_id: Any, *, to: Right) -> OpenItem:
    """The door to an open item."""
    return _access(OpenItem, actor, open_item_id, to)


def access_party(actor: Actor, party_id: Any, *, to: Right) -> Party:
    """The door to a customer or supplier."""
    return _access(Party, actor, party_id, to)


def access_period(actor: Actor, period_id: Any, *, to: Right) -> Period:
    """The door to a period."""
    return _access(Period, actor, period_id, to)


def access_obligation(actor: Actor, obligation_id: Any, *, to: Right) -> Obligation:
    """The door to an obligation."""
    return _access(Obligation, actor, obligation_id, to)


def access_entry(actor: Actor, entry_id: Any, *, to: Right) -> Entry:
    """The door to an entry."""
    return _access(Entry, actor, entry_id, to)
