"""The rules of allocation of an administration, and the one for a line."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from bankfeeds.models import AllocationRule, StatementLine

LOOK_BACK = timedelta(days=365)  # how far back handled lines are counted


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


def lines_like(line: StatementLine, on: date) -> tuple[int, int]:
    """How many lines a rule made from this one fits: those to handle, itself too, and those handled of the last year.

    Up to `on`, in one question; (0, 0) where the line names nobody.
    """
    if not line.counterparty_iban and not line.counterparty_name:
        return 0, 0
    like = _like(line.counterparty_iban, line.counterparty_name) & _direction(line.amount > 0)
    rows = StatementLine.objects.filter(like, ~Q(open_amount=0) | _lately(on), administration_id=line.administration_id)
    counts = {"fits": Count("pk", filter=~Q(open_amount=0)), "fitted": Count("pk", filter=_lately(on))}
    found = rows.aggregate(**counts)
    return found["fits"], found["fitted"]


def fitting_lines(rules: list[AllocationRule]) -> dict[Any, int]:
    """How many lines to handle each rule of one administration proposes for, by its id. One question for all."""
    return _counted(rules, _to_do(rules[0].administration_id)) if rules else {}


def handled_fitting_lines(rules: list[AllocationRule], on: date) -> dict[Any, int]:
    """How many lines handled, of the twelve months up to `on`, each rule would have proposed for. One question."""
    return _counted(rules, _handled(rules[0].administration_id, on)) if rules else {}


def _counted(rules: list[AllocationRule], lines: QuerySet[StatementLine]) -> dict[Any, int]:
    counts = {
        rule.pk.hex: Count(
            "pk", filter=_like(rule.counterparty_iban, rule.counterparty_name) & _direction(rule.receipts)
        )
        for rule in rules
    }
    found = lines.aggregate(**{f"rule_{key}": each for key, each in counts.items()})
    return {rule.pk: found[f"rule_{rule.pk.hex}"] for rule in rules}


def _to_do(administration_id: Any) -> QuerySet[StatementLine]:
    rows: QuerySet[StatementLine] = StatementLine.objects.filter(administration_id=administration_id)
    return rows.exclude(open_amount=0)


def _handled(administration_id: Any, on: date) -> QuerySet[StatementLine]:
    return StatementLine.objects.filter(_lately(on), administration_id=administration_id)


def _lately(on: date) -> Q:
    return Q(open_amount=0, booked_on__gt=on - LOOK_BACK, booked_on__lte=on)


def _like(iban: str, name: str) -> Q:
    """The account number tells; only without one the name does (as in `rules_like`)."""
    return Q(counterparty_iban=iban) if iban else Q(counterparty_iban="", counterparty_name=name)


def _direction(receipts: bool) -> Q:
    return Q(amount__gt=0) if receipts else Q(amount__lte=0)


def rule_for(line: StatementLine) -> AllocationRule | None:
    """The rule for a line, or None; a line of nobody has none."""
    if not line.counterparty_iban and not line.counterparty_name:
        return None
    return rules_like(line).filter(account__is_active=True).select_related("account").first()
