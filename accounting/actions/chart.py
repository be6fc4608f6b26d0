"""add_account: one more ledger account."""

from collections.abc import Mapping
from datetime import date

from accounting.models import Account, AccountType
from accounting.refusals import CodeTaken, RoleTaken
from portal.audit.record import record
from portal.people.access import Actor
from portal.tenancy.models import Administration


def add_account(
    *,
    administration: Administration,
    code: str,
    names: Mapping[str, str],
    type: AccountType,  # noqa: A002  (the word of the model)
    subtype: str = "",
    role: str = "",
    keeps_open_items: bool = False,
    by: Actor,
    on: date,
) -> Account:
    """Add an account; `names` by language ("nl", "fr", "en"). Raises CodeTaken, or RoleTaken by another account."""
    mine = Account.objects.filter(administration=administration)
    if mine.filter(code=code).exists():
        raise CodeTaken(code=code)
    if role and (other := mine.filter(role=role).first()):
        raise RoleTaken(role=role, code=other.code)
    account: Account = Account.objects.create(
        firm_id=administration.firm_id,
        administration=administration,
        code=code,
        name_nl=names["nl"][:120],
        name_fr=(names.get("fr") or names["nl"])[:120],
        name_en=(names.get("en") or names["nl"])[:120],
        type=type,
        subtype=subtype,
        role=role,
        keeps_open_items=keeps_open_items,
    )
    record("account.added", subject=account, by=by, data={"account": code, "on": on.isoformat()})
    return account
