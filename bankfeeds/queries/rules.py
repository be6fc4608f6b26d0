"""The rules of allocation of an administration, and the one for a line."""

from typing import Any

from django.db.models import QuerySet

from bankfeeds.models import AllocationRule, StatementLine


def rules_of(administration: Any) -> list[AllocationRule]:
    """All rules, by the name of the counterparty."""
    rows = AllocationRule.objects.filter(administration=administration).select_related("account")
    return list(rows.order_by("counterparty_name", "counterparty_iban", "pk"))


def rules_like(line: StatementLine) -> QuerySet[AllocationRule]:
    """The rule (at most one) of a line's counterparty in its direction."""
    rows = AllocationRule.objects.filter(administration_id=line.administration_id, receipts=line.amount > 0)
    if line.counterparty_iban:
        return rows.filter(counterparty_iban=line.counterparty_iban)
    return rows.filter(counterparty_iban="", counterparty_name=line.counterparty_name)


def rule_for(line: StatementLine) -> AllocationRule | None:
    """The rule for a line, or None; a line of nobody has none."""
    if not line.counterparty_iban and not line.counterparty_name:
        return None
    return rules_like(line).filter(account__is_active=True).select_related("account").first()
