"""Bank accounts of the client: each with a ledger account and a journal of its own."""

from datetime import date

from django.db import transaction

from accounting.actions.chart import add_account
from accounting.actions.journals import add_journal
from accounting.models import Account, AccountType, Journal, JournalKind
from bankfeeds.incoming import account_number
from bankfeeds.models import BankAccount
from bankfeeds.refusals import BankAccountExists, CurrencyNotKept
from portal.audit.record import record
from portal.kernel.clock import now
from portal.kernel.ids import display_iban, is_iban
from portal.people.access import Actor
from portal.tenancy.models import Administration

# Current accounts with credit institutions, one number per account: 5500xx in the Belgian chart, 11xx in the Dutch
# one (1100, 1110 and 1120 stand there as examples, savings begin at 1150).
_CODES = {"BE": range(550001, 550999), "NL": range(1101, 1150)}
_EURO = "EUR"


@transaction.atomic
def add_bank_account(
    *,
    administration: Administration,
    number: str,
    currency: str = _EURO,
    name: str = "",
    bic: str = "",
    by: Actor,
    on: date,
) -> BankAccount:
    """Add an own account with its ledger account (5500xx, in the Netherlands 11xx) and its bank journal.

    A Belgian number of twelve digits becomes its IBAN. Raises BankAccountExists, or CurrencyNotKept for anything but
    the euro: the ledger is kept in euro.
    """
    if currency != _EURO:
        raise CurrencyNotKept(currency=currency)
    known_as = account_number(number)
    shown = display_iban(known_as) if is_iban(known_as) else known_as
    # codes are given one at a time
    Administration.objects.select_for_update(no_key=True).get(pk=administration.pk)
    if BankAccount.objects.filter(administration=administration, number=known_as, currency=currency).exists():
        raise BankAccountExists(number=shown)
    title = f"{name.strip()} {shown}".strip()[:120]
    titles = dict.fromkeys(("nl", "fr", "en"), title)
    ledger = add_account(
        administration=administration,
        code=_free_code(administration),
        names=titles,
        type=AccountType.ASSET,
        subtype="bank",
        role="",
        by=by,
        on=on,
    )
    journal = add_journal(
        administration=administration,
        kind=JournalKind.BANK,
        code=_free_journal(administration),
        names=dict.fromkeys(titles, title[:60]),
        by=by,
    )
    account: BankAccount = BankAccount.objects.create(
        firm_id=administration.firm_id,
        administration=administration,
        number=known_as,
        currency=currency,
        name=name.strip()[:60],
        bic=bic.strip()[:11],
        account=ledger,
        journal=journal,
        created_at=now(),
    )
    record("bank_account.added", subject=account, by=by, data={"number": known_as, "account": ledger.code})
    return account


def _free_code(administration: Administration) -> str:
    codes = _CODES[administration.country]
    mine = Account.objects.filter(administration=administration, code__startswith=str(codes.start)[:2])
    taken = set(mine.values_list("code", flat=True))
    return next(str(code) for code in codes if str(code) not in taken)


def _free_journal(administration: Administration) -> str:
    taken = set(
        Journal.objects.filter(administration=administration, kind=JournalKind.BANK).values_list("code", flat=True)
    )
    return next(f"BNK{number}" for number in range(1, len(taken) + 2) if f"BNK{number}" not in taken)
