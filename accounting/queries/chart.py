"""Accounts and journals: by role, by kind, by what a person types."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounting.models import Account, AccountRole, Journal, JournalKind
from accounting.refusals import RoleMissing
from portal.tenancy.models import Administration

_NAME = {"nl": "name_nl", "fr": "name_fr"}


def account_by_role(administration: Administration, role: AccountRole) -> Account:
    """The account that plays a role in this administration. Raises RoleMissing."""
    account: Account | None = Account.objects.filter(administration=administration, role=role).first()
    if account is None:
        raise RoleMissing(role=AccountRole(role).label)
    return account


def accounts_by_role(administration: Administration) -> dict[str, Account]:
    """Every account with a role, by role, in one query."""
    return {account.role: account for account in Account.objects.filter(administration=administration).exclude(role="")}


def journal_of(administration: Administration, kind: JournalKind) -> Journal:
    """The first journal of a kind; banks have one journal each, so ask the bank account for that one."""
    journal: Journal = Journal.objects.filter(administration=administration, kind=kind).order_by("code")[:1].get()
    return journal


def accounts_for_picker(administration: Administration, search: str = "", language: str = "nl") -> "QuerySet[Account]":
    """Active accounts for a picker: those whose code starts with the search first, then by code.

    `search` is matched with the start of the code and with any part of the name, in the reader's language or Dutch.
    """
    name = _NAME.get(language, "name_en")
    rows = Account.objects.filter(administration=administration, is_active=True)
    words = search.split()
    for word in words:
        rows = rows.filter(Q(code__startswith=word) | Q(**{f"{name}__icontains": word}) | Q(name_nl__icontains=word))
    if not words:
        return rows.order_by("code")
    first = Case(When(code__startswith=words[0], then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(first, "code")


def account_by_code(administration: Administration, code: str) -> Account | None:
    """The active account with exactly this number, or None."""
    return Account.objects.filter(administration=administration, code=code, is_active=True).first()
