"""The ledger lines of a cost or an income that is booked straight from the bank, with VAT as a document would have."""

from datetime import date
from decimal import Decimal

from accounting.drafts import LineDraft
from accounting.models import Account, AccountRole, AccountType, Party
from accounting.queries.chart import account_by_role
from accounting.vat import UnknownVatCode, purchase_postings, split_gross
from accounting.vat import vat_code as find_vat_code
from accounting.vat_lines import purchase_lines
from bankfeeds.refusals import VatDoesNotFit

_TAKES_PURCHASE_VAT = (AccountType.EXPENSE, AccountType.ASSET)


def check_vat(account: Account, vat_code: str) -> None:
    """Whether a VAT code can stand on an account. Raises VatDoesNotFit as `cost_lines` does."""
    try:
        found = find_vat_code(vat_code, account.administration.country)
    except UnknownVatCode as unknown:
        raise VatDoesNotFit(vat_code=vat_code[:12]) from unknown
    if found.direction != "purchase" or account.type not in _TAKES_PURCHASE_VAT:
        raise VatDoesNotFit(vat_code=vat_code)


def cost_lines(
    account: Account, amount: Decimal, vat_code: str, description: str, party: Party | None, day: date
) -> list[LineDraft]:
    """The lines that sum to `amount` (debit positive, VAT included): cost, recoverable VAT, VAT we owe ourselves.

    A payment is a purchase, money that comes back a credit note. Raises VatDoesNotFit for a code the country does
    not have, a code of sales, or an account that cannot carry purchase VAT.
    """
    if not vat_code:
        return [LineDraft(account, amount, description=description, party=party)]
    administration = account.administration
    country = administration.country
    check_vat(account, vat_code)
    net, vat = split_gross(vat_code, abs(amount), country)
    return purchase_lines(
        purchase_postings(vat_code, net, vat, credit_note=amount < 0, country=country),
        cost=account,
        deductible=account_by_role(administration, AccountRole.VAT_DEDUCTIBLE),
        due=account_by_role(administration, AccountRole.VAT_DUE),
        vat_code=vat_code,
        vat_on=day,
        description=description,
        party=party,
    )
