"""A bank file becomes lines and entries, once, and what cannot be booked waits alone with its reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from accounting.actions.periods import lock_period, unlock_period
from accounting.actions.setup import open_books, open_fiscal_year
from accounting.models import Account, Entry, EntryLine, Period
from bankfeeds.actions.accounts import add_bank_account
from bankfeeds.actions.held import refuse_statement, release_statement
from bankfeeds.models import Import, Statement, StatementLine, StatementState
from bankfeeds.queries.balances import balances, gaps
from bankfeeds.queries.lines import group_twins
from bankfeeds.queries.verify import verify
from bankfeeds.refusals import (
    BankAccountExists,
    CurrencyNotKept,
    ImportRefused,
    ReasonMissing,
    StatementCannotBePosted,
    StatementNotHeld,
)
from bankfeeds.wording import sentence, summary, told, why_held
from portal.documents.models import Document
from tests.bankfeeds.conftest import IBAN, MARCH, OTHER_IBAN, TODAY, coda, movement, statement

GOLDEN = Path(__file__).parents[1] / "golden" / "coda"


def ledger(bank, code_or_role):
    by = "role" if code_or_role.isalpha() else "code"
    account = Account.objects.get(administration=bank.administration, **{by: code_or_role})
    return EntryLine.objects.filter(account=account).aggregate(total=Sum("amount"))["total"] or Decimal(0)


def test_a_file_becomes_lines_and_entries(bank):
    with bank.scope():
        report = bank.load(
            coda(statement(lines=[movement(1), movement(2, "250.00", name="STUDIO MAAN", text="2026-0131")]))
        )
        assert (report.new, report.known, report.refused) == (2, 0, [])
        assert StatementLine.objects.count() == 2
        assert ledger(bank, bank.account.account.code) == Decimal("1080.31")
        assert ledger(bank, "suspense") == Decimal("-80.31")
        assert ledger(bank, "opening") == Decimal("-1000.00")
        assert verify(bank.administration) == []
        row = Import.objects.get()
        assert row.report["new"] == 2
        assert row.document.kind == "bank"


def test_import_twice_is_zero_new(bank):
    data = coda(statement(58), statement(59, old="830.31", day=date(2026, 3, 9)))
    with bank.scope():
        bank.load(data)
        before = Entry.objects.count()
        again = bank.load(data, name="another name.txt")
        assert (again.new, again.known, again.refused) == (0, 2, [])
        assert Entry.objects.count() == before
        assert Document.objects.count() == 1
        assert summary(again)


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_the_same_statement_in_other_clothes_is_known(bank, line_end):
    with bank.scope():
        bank.load(coda())
        dressed = coda().replace(b"\r\n", line_end.encode())
        assert (bank.load(dressed).new, bank.load(dressed).known) == (0, 1)


def test_the_same_statement_twice_in_one_file_counts_once(bank):
    with bank.scope():
        report = bank.load(coda(statement(), statement()))
        assert (report.new, report.known) == (1, 1)
        assert StatementLine.objects.count() == 1


def test_numbers_restart_each_year(bank):
    with bank.scope():
        open_fiscal_year(administration=bank.administration, year=2027, by=bank.actor, on=TODAY)
        bank.load(coda(statement(1, day=date(2026, 1, 5))))
        later = coda(statement(1, day=date(2027, 1, 4), old="830.31"))
        assert bank.load(later).new == 1


def test_globalisation_is_one_line_with_details(bank):
    data = (GOLDEN / "globalised.cod").read_bytes()
    with bank.scope():
        report = bank.load(data)
        assert report.new == StatementLine.objects.count() > 0
        parts = [part for line in StatementLine.objects.all() for part in line.details if part["kind"] == "part"]
        assert parts
        assert verify(bank.administration) == []


def test_a_card_payment_names_the_shop(bank):
    with bank.scope():
        bank.load((GOLDEN / "everyday.cod").read_bytes())
        shops = StatementLine.objects.filter(amount=Decimal("-169.69"))
        assert {line.counterparty_name for line in shops} == {"KANTOORSHOP"}
        assert len(group_twins(list(shops))) == 1
        assert verify(bank.administration) == []


def test_an_unbalanced_statement_waits_alone(bank):
    good = statement(59, old="830.31", day=date(2026, 3, 9))
    with bank.scope():
        report = bank.load(coda(statement(58, new="99.00"), good))
        assert (report.new, report.refused_lines) == (1, 1)
        (held,) = report.refused
        assert held.reason == "unbalanced"
        assert "731" in sentence(held.remark)  # the difference is named
        row = Statement.objects.get(state=StatementState.QUARANTINED)
        assert row.lines.count() == 0
        assert why_held(row) == sentence(held.remark)
        assert verify(bank.administration) == []
        again = bank.load(coda(statement(58, new="99.00"), good))
        assert (again.new, again.known, again.refused_lines) == (0, 1, 1)
        assert Statement.objects.count() == 2


def test_other_content_under_a_known_number_waits_and_says_what_differs(bank):
    with bank.scope():
        bank.load(coda(statement(58)))
        report = bank.load(coda(statement(58, lines=[movement(amount="-170.00")])))
        (held,) = report.refused
        assert held.reason == "other_content"
        assert held.data["what"] == "new_balance"
        assert "830" in sentence(held.remark)
        text = bank.load(coda(statement(58, lines=[movement(text="FACTUUR 999")]))).refused[0]
        assert text.data["what"] == "text"
        assert StatementLine.objects.count() == 1


def test_thousandths(bank):
    exact = statement(58, lines=[movement(amount="-10.500")])
    odd = statement(59, old="989.50", lines=[movement(amount="-0.005"), movement(2, "0.005")], day=date(2026, 3, 9))
    with bank.scope():
        report = bank.load(coda(exact, odd))
        assert report.new == 1
        (held,) = report.refused
        assert held.reason == "fraction"
        with pytest.raises(StatementCannotBePosted):
            release_statement(
                statement=Statement.objects.get(pk=held.statement_id), reason="x", by=bank.actor, on=TODAY
            )


def test_zero_has_a_line_and_no_entry(bank):
    with bank.scope():
        bank.load(coda(statement(lines=[movement(amount="0.00"), movement(2)])))
        line = bank.line(sequence=1)
        assert line.open_amount == 0
        assert EntryLine.objects.filter(entry__source_kind="bankfeeds.statement").count() == 2
        assert verify(bank.administration) == []


def test_gaps_are_warnings(bank):
    with bank.scope():
        bank.load(coda(statement(58)))
        report = bank.load(coda(statement(61, old="500.00", day=date(2026, 3, 12))))
        assert report.new == 1
        rules = {warning["rule"] for warning in report.statements[0].warnings}
        assert {"gap.number", "gap.balance"} <= rules
        assert {gap.remark["rule"] for gap in gaps(bank.administration)} == {"gap.number", "gap.balance"}


def test_late_statements_close_their_gap_and_the_ledger_is_the_bank(bank):
    february = date(2026, 2, 20)
    with bank.scope():
        bank.load(coda(statement(58)))
        bank.load(coda(statement(57, old="1200.00", day=february, lines=[movement(amount="-200.00", day=february)])))
        assert ledger(bank, bank.account.account.code) == Decimal("830.31")
        assert ledger(bank, "opening") == Decimal("-1200.00")
        assert gaps(bank.administration) == []
        assert verify(bank.administration) == []


def test_a_statement_over_two_periods_posts_two_entries(bank):
    days = (date(2026, 3, 31), date(2026, 4, 1))
    lines = [movement(number, day=day) for number, day in enumerate(days, 1)]
    with bank.scope():
        bank.load(coda(statement(lines=lines, day=days[1])))
        entries = Entry.objects.filter(source_kind="bankfeeds.statement").order_by("booked_on")
        assert [entry.purpose for entry in entries] == ["posting:2026-03", "posting:2026-04"]


def test_a_locked_period_keeps_the_statement_waiting_until_it_opens(bank):
    with bank.scope():
        period = Period.objects.get(administration=bank.administration, code="2026-03")
        lock_period(period=period, by=bank.actor, on=TODAY)
        report = bank.load(coda())
        assert report.refused[0].reason == "period_locked"
        assert "2026-03" in sentence(report.refused[0].remark)
        unlock_period(period=Period.objects.get(pk=period.pk), by=bank.actor, on=TODAY)
        assert bank.load(coda()).new == 1
        assert verify(bank.administration) == []


def test_a_year_that_is_not_open(bank):
    with bank.scope():
        report = bank.load(coda(statement(day=date(2025, 3, 6))))
        assert report.refused[0].reason == "no_period"


def test_an_unknown_account_is_offered(bank):
    with bank.scope():
        report = bank.load(coda(statement(account=OTHER_IBAN)))
        assert (report.new, report.refused[0].reason) == (0, "unknown_account")
        bank.add_account(OTHER_IBAN)
        assert bank.load(coda(statement(account=OTHER_IBAN))).new == 1


def test_an_account_of_another_administration_is_named_only_to_who_may_see_it(bank, world):
    with bank.scope():
        open_books(administration=world.garage, first_year=2026, by=bank.actor, on=TODAY)
        add_bank_account(administration=world.garage, number=OTHER_IBAN, by=bank.actor, on=TODAY)
        told_to_els = bank.load(coda(statement(account=OTHER_IBAN))).refused[0]
        assert told_to_els.reason == "other_administration"
        assert world.garage.code in sentence(told_to_els.remark)
    with world.scope("tom"):  # New Logo and the bakery are in his portfolio, the garage is not
        to_tom = bank.load(coda(statement(account=OTHER_IBAN)), by=world.actor("tom")).refused[0]
        assert to_tom.reason == "unknown_account"
        assert world.garage.code not in str(to_tom.as_json())


@pytest.mark.parametrize("name", ["cut_off.cod", "version_1.cod", "version_5.cod"])
def test_what_cannot_be_trusted_is_refused_with_a_sentence(bank, name):
    data = (GOLDEN / name).read_bytes()
    with bank.scope():
        with pytest.raises(ImportRefused) as caught:
            bank.load(data, name=name)
        assert told(caught.value)
        assert caught.value.rule.startswith("coda.")
        assert StatementLine.objects.count() == 0


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"<?xml version='1.0'?><a/>", b"\x00" * 300, b"datum;bedrag\n1;2\n"]
)
def test_other_files_are_named(bank, data):
    with bank.scope(), pytest.raises(ImportRefused) as caught:
        bank.load(data, name="x")
    assert caught.value.rule.startswith("file.")


def test_a_foreign_currency_is_refused(bank):
    with bank.scope():
        report = bank.load((GOLDEN / "accounts.cod").read_bytes())
        assert {each.reason for each in report.refused} >= {"currency"}
        with pytest.raises(CurrencyNotKept):
            add_bank_account(
                administration=bank.administration, number=OTHER_IBAN, currency="USD", by=bank.actor, on=TODAY
            )


def test_accounts_are_known_by_one_number(bank):
    with bank.scope():
        with pytest.raises(BankAccountExists):
            bank.add_account("BE70 0639 5627 3525")
        with pytest.raises(BankAccountExists):
            bank.add_account("063-9562735-25")
        assert bank.add_account(OTHER_IBAN).account.code != bank.account.account.code
        assert bank.account.account.subtype == "bank"


class TestHeld:
    """A person lets a statement through, or not."""

    def hold(self, bank):
        report = bank.load(coda(statement(58, new="99.00")))
        return Statement.objects.get(pk=report.refused[0].statement_id)

    def test_release(self, bank):
        with bank.scope():
            held = self.hold(bank)
            with pytest.raises(ReasonMissing):
                release_statement(statement=held, reason="  ", by=bank.actor, on=TODAY)
            done = release_statement(statement=held, reason="The bank confirmed it", by=bank.actor, on=TODAY)
            assert done.state == StatementState.BOOKED
            assert done.lines.count() == 1
            assert verify(bank.administration) == []
            with pytest.raises(StatementNotHeld):
                release_statement(statement=held, reason="Again", by=bank.actor, on=TODAY)
            assert bank.load(coda(statement(58, new="99.00"))).known == 1

    def test_release_beside_a_booked_one_gets_its_own_number(self, bank):
        with bank.scope():
            bank.load(coda(statement(58)))
            other = coda(statement(58, lines=[movement(amount="-170.00")]))
            held = Statement.objects.get(pk=bank.load(other).refused[0].statement_id)
            done = release_statement(statement=held, reason="Two statements 58", by=bank.actor, on=TODAY)
            assert done.number == "058/2"
            assert bank.load(other).known == 1

    def test_refuse(self, bank):
        with bank.scope():
            held = self.hold(bank)
            refuse_statement(statement=held, reason="Wrong file", by=bank.actor, on=TODAY)
            again = bank.load(coda(statement(58, new="99.00")))
            assert again.refused[0].reason == "refused_before"
            assert "Wrong file" in sentence(again.refused[0].remark)


def test_balances(bank):
    with bank.scope():
        bank.load(coda())
        (row,) = balances(bank.administration)
        assert (row.balance, row.until, row.to_do) == (Decimal("830.31"), MARCH, 1)
        assert row.account.number == IBAN


def test_the_number_of_queries_does_not_grow_with_the_lines(bank, django_assert_max_num_queries):
    lines = [movement(number, "-1.00") for number in range(1, 401)]
    with bank.scope(), django_assert_max_num_queries(40):
        assert bank.load(coda(statement(lines=lines))).new == 400


def test_nor_with_the_statements(bank, django_assert_max_num_queries):
    """Thirty for whatever comes in one file, and two more per five thousand movements (lines, entries)."""
    said = [statement(number, lines=[movement(1, "-1.00")], old=f"{1000 - number}.00") for number in range(1, 61)]
    with bank.scope():
        with django_assert_max_num_queries(30):
            report = bank.load(coda(*said))
        assert (report.new, Statement.objects.count(), StatementLine.objects.count()) == (60, 60, 60)
        assert Entry.objects.filter(source_kind="bankfeeds.statement").count() == 60
        assert ledger(bank, "550001") == Decimal("999.00") - 60
        assert verify(bank.administration) == []
        with django_assert_max_num_queries(25):
            assert bank.load(coda(*said)).known == 60


def test_the_same_number_twice_in_one_file_is_told_apart(bank):
    """The second is compared with the lines of the first, which are written by then."""
    one = statement(1, lines=[movement(1, "-1.00")])
    other = statement(1, lines=[movement(1, "-2.00")])
    with bank.scope():
        report = bank.load(coda(one, other))
        assert (report.new, [each.reason for each in report.statements]) == (1, ["", "other_content"])
        assert StatementLine.objects.count() == 1
