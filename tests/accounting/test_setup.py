"""Books from the data of the country; periods; parties; who may see."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import Http404
from uuid_utils.compat import uuid7

from accounting import rules
from accounting.actions.chart import add_account
from accounting.actions.journals import add_journal
from accounting.actions.parties import create_party, learn_iban
from accounting.actions.periods import lock_period, unlock_period
from accounting.actions.setup import open_books, open_fiscal_year
from accounting.data_files import table
from accounting.models import (
    Account,
    AccountRole,
    AccountType,
    FiscalYear,
    Journal,
    JournalKind,
    OpenItem,
    Party,
    Period,
)
from accounting.queries.chart import account_by_role, accounts_by_role, accounts_for_picker, journal_of
from accounting.queries.open_items import open_items
from accounting.queries.parties import find_party, parties_like
from accounting.queries.periods import months_of, period_of
from accounting.refusals import BooksAlreadyOpen, CodeTaken, PartyExists, RoleMissing, RoleTaken, YearNotNext
from portal.audit.models import Event
from portal.kernel.ids import BadIban, BadVatNumber
from portal.people.access import Right
from tests.accounting.books import DAY, Books


@pytest.fixture
def books(world):
    with world.scope(world.newlogo):
        yield Books(world.newlogo).open()


def test_belgian_books(books):
    codes = {role: account.code for role, account in accounts_by_role(books.administration).items()}
    assert codes["suspense"] == "580900"
    assert (codes["payable"], codes["receivable"]) == ("440000", "400000")
    assert set(codes) == set(AccountRole.values)
    assert Account.objects.count() == 404
    suspense = account_by_role(books.administration, AccountRole.SUSPENSE)
    assert [suspense.name(language) for language in ("nl", "fr", "en-gb")] == [
        "Niet toegewezen betalingen",
        "Paiements non attribués",
        "Unallocated payments",
    ]
    assert sorted(Journal.objects.values_list("code", flat=True)) == ["AANK", "DIV", "OPEN", "TOEW", "VERK"]
    assert journal_of(books.administration, JournalKind.ALLOCATION).code == "TOEW"
    assert [period.code for period in months_of(books.administration)][::11] == ["2026-12", "2026-01"]
    with pytest.raises(BooksAlreadyOpen):
        open_books(administration=books.administration, first_year=2026, by=books.by, on=DAY)


def test_dutch_books(world):
    with world.scope(world.bikes if world.bikes.country == "NL" else world.newlogo):
        administration = world.bikes if world.bikes.country == "NL" else world.newlogo
        administration.country = "NL"
        Books(administration).open()
        roles = accounts_by_role(administration)
        assert set(roles) == set(AccountRole.values)
        assert (roles["suspense"].code, roles["payable"].code) == ("2010", "1600")
        assert roles["payable"].name("fr") == "Fournisseurs"
        assert sorted(Journal.objects.values_list("code", flat=True)) == ["BEG", "INK", "MEM", "TOEW", "VERK"]
        rows = Account.objects.filter(administration=administration)
        assert not rows.filter(name_fr="").exists()
        assert set(rows.values_list("code", flat=True)) == {row["code"] for row in table("nl_chart_of_accounts.csv")}


def test_book_years_join(books):
    def open_year(year: int) -> FiscalYear:
        return open_fiscal_year(administration=books.administration, year=year, by=books.by, on=DAY)

    with pytest.raises(YearNotNext):
        open_year(2028)
    assert open_year(2027).code == "2027"
    assert open_year(2025).first_day == date(2025, 1, 1)
    assert open_year(2027) == FiscalYear.objects.get(code="2027")
    assert Period.objects.count() == 36
    assert period_of(date(2025, 2, 28)).code == "2025-02"
    assert period_of(date(2024, 2, 29)) is None


def test_accounts_and_journals_have_one_code_and_one_role(books):
    def add(code: str, role: str = "") -> Account:
        names = {"nl": "Zichtrekening", "fr": "Compte à vue", "en": "Current account"}
        return add_account(
            administration=books.administration, code=code, names=names, type=AccountType.ASSET, subtype="bank",
            role=role, by=books.by, on=DAY,
        )  # fmt: skip

    assert add("550001").name("fr") == "Compte à vue"
    with pytest.raises(CodeTaken):
        add("550001")
    with pytest.raises(RoleTaken):
        add("550002", role="payable")
    with pytest.raises(CodeTaken):
        add_journal(
            administration=books.administration, kind=JournalKind.BANK, code="AANK", names={"nl": "x"}, by=books.by
        )
    Account.objects.filter(role="private").update(role="")
    with pytest.raises(RoleMissing):
        account_by_role(books.administration, AccountRole.PRIVATE)


def test_the_picker_finds_by_code_and_by_name(books):
    def found(search: str, language: str = "nl") -> list[str]:
        return [account.code for account in accounts_for_picker(books.administration, search, language)]

    assert found("6120")[0] == "612000"
    assert found("gas", "fr") == found("gas"), "Dutch names help in every language"
    assert "658000" in found("frais bancaires", "fr")
    assert found("elektr 6120") == ["612000"]
    Account.objects.filter(code="612000").update(is_active=False)
    assert "612000" not in found("612")


def test_periods_lock_once_and_say_by_whom(books, world):
    els = world.actor("els")
    period = period_of(DAY)
    locked = lock_period(period=period, by=els, on=DAY)
    again = lock_period(period=period, by=books.by, on=DAY)
    assert (locked.locked_by_id, again.locked_by_id, again.locked_at) == (els.user_id, els.user_id, locked.locked_at)
    unlock_period(period=period, by=els, on=DAY)
    assert unlock_period(period=period, by=els, on=DAY).locked_at is None
    assert Event.objects.filter(what__startswith="period.").count() == 2


def test_parties_are_found_by_the_surest_thing(books):
    def make(name: str, **more: object) -> Party:
        return create_party(administration=books.administration, name=name, by=books.by, on=DAY, **more)

    exact = make("Exact Software", vat_number="BE 0437.480.292", ibans=["BE71 0961 2345 6769"])
    other = make("Exact Garage", ibans=["BE70 0639 5627 3525"])
    assert (exact.vat_number, exact.enterprise_number) == ("BE0437480292", "0437480292")
    find = lambda **what: find_party(books.administration, **what)  # noqa: E731
    assert find(vat_number="0437.480.292", iban="BE70063956273525") == exact
    assert find(iban="BE70 0639 5627 3525") == other
    assert find(name="exact garage") == other
    assert find(name="Exact") is None
    assert find(iban="not an account") is None
    learn_iban(party=exact, iban="BE70063956273525", source="bank", by=books.by, on=DAY)
    learn_iban(party=exact, iban="BE70063956273525", source="bank", by=books.by, on=DAY)
    assert exact.ibans.count() == 2
    assert find(iban="BE70063956273525") is None, "an account of two parties says nothing"
    assert parties_like(books.administration, "exact soft") == [exact]
    assert parties_like(books.administration, "BE0437") == [exact]
    with pytest.raises(PartyExists):
        make("Twin", vat_number="BE0437480292")
    with pytest.raises(BadVatNumber):
        make("Wrong", vat_number="BE0437480200")
    with pytest.raises(BadIban):
        learn_iban(party=exact, iban="BE00 0000 0000 0000", source="person", by=books.by, on=DAY)


def test_open_items_are_found_by_amount_reference_and_party(books):
    books.purchase("121.00", reference="2026/118")
    books.purchase("42.00", reference="A-7")
    find = lambda **what: [item.reference for item in open_items(books.administration, **what)]  # noqa: E731
    assert find() == ["2026/118", "A-7"]
    assert find(amount=Decimal("121.00")) == find(amount=Decimal("-121.00")) == ["2026/118"]
    assert find(search="a-7") == ["A-7"]
    assert find(search="nothing") == []


def test_doors_open_for_those_inside_only(books, world):
    entry = books.purchase()
    rows = {
        rules.access_account: books.account("612000"),
        rules.access_open_item: OpenItem.objects.get(),
        rules.access_entry: entry,
        rules.access_period: period_of(DAY),
    }
    els = world.actor("els")
    for access, row in rows.items():
        assert access(els, row.pk, to=Right.SEE_BOOKS) == row
        for missing in (uuid7(), "nonsense"):
            with pytest.raises(Http404):
                access(els, missing, to=Right.SEE_BOOKS)
    stranger = world.actor("system", world.other_firm)
    with pytest.raises(Http404):
        rules.access_entry(stranger, entry.pk, to=Right.SEE_BOOKS)
