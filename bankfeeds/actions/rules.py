"""Rules of allocation: set from a line, and taken away. They only ever propose."""

from datetime import date

from django.db import transaction

from accounting.models import Account
from bankfeeds.actions.allocate import TRADE, check_account
from bankfeeds.actions.vat import check_vat
from bankfeeds.models import AllocationRule, StatementLine
from bankfeeds.queries.rules import rules_like
from bankfeeds.refusals import NobodyNamed, RuleNeedsParty
from portal.audit.record import record
from portal.kernel.clock import now
from portal.people.access import Actor


@transaction.atomic
def set_rule(*, line: StatementLine, account: Account, vat_code: str = "", by: Actor, on: date) -> AllocationRule:
    """Propose this account and VAT code for every line of this counterparty in this direction, from now on.

    A rule that was there is replaced. Raises NobodyNamed (the bank names no counterparty), RuleNeedsParty (accounts of
    customers and suppliers), AccountNotForThis, VatDoesNotFit.
    """
    if not line.counterparty_iban and not line.counterparty_name:
        raise NobodyNamed
    if account.subtype in TRADE:
        raise RuleNeedsParty(account=account.code)
    check_account(account)
    if vat_code:
        check_vat(account, vat_code)
    rules_like(line).delete()
    rule: AllocationRule = AllocationRule.objects.create(
        firm_id=line.firm_id,
        administration_id=line.administration_id,
        counterparty_iban=line.counterparty_iban,
        counterparty_name=line.counterparty_name,
        receipts=line.amount > 0,
        account=account,
        vat_code=vat_code,
        created_at=now(),
        **by.as_columns(),
    )
    record("rule.set", subject=rule, by=by, data=_facts(rule))
    return rule


@transaction.atomic
def remove_rule(*, rule: AllocationRule, by: Actor, on: date) -> None:
    """Stop proposing; what was booked stays. Again does nothing."""
    found = AllocationRule.objects.select_for_update(of=("self",)).filter(pk=rule.pk).first()
    if found is not None:
        record("rule.removed", subject=found, by=by, data=_facts(found))
        found.delete()


def _facts(rule: AllocationRule) -> dict[str, str]:
    return {
        "iban": rule.counterparty_iban,
        "name": rule.counterparty_name,
        "account": str(rule.account_id),
        "vat_code": rule.vat_code,
    }
