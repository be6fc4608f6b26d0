"""Posting and reversing through the verbs."""

from datetime import date
from decimal import Decimal

import pytest
from uuid_utils.compat import uuid7

from accounting.actions.clear import clear, unclear
from accounting.actions.periods import lock_period, unlock_period
from accounting.actions.post import post_entries, reverse_entry
from accounting.drafts import EntryDraft, GridDraft, LineDraft, OpenItemDraft, Source
from accounting.models import Clearing, Entry, GridEffect, JournalKind, NumberSeries, OpenItem, Purpose
from accounting.queries.balances import balance_of, trial_balance
from accounting.queries.entries import entry_of, next_purpose
from accounting.queries.open_items import open_items
from accounting.queries.periods import first_open_period_on_or_after, period_of
from accounting.refusals import (
    AlreadyReversed,
    ClearingDoesNotFit,
    ItemAlreadyCleared,
    ItemInUse,
    LineOutsidePeriod,
    NoOpenPeriod,
    NoPeriod,
    PeriodLocked,
    PostedDifferently,
    SourceReversed,
    TooFewLines,
    Unbalanced,
)
from portal.audit.models import Event
from tests.accounting.books import DAY, Books


@pytest.fixture
def books(world):
    with world.scope(world.newlogo):
        yield Books(world.newlogo).open()


def test_an_entry_gets_the_next_number_of_its_journal_and_year(books):
    first, second = books.simple(), books.simple("5.00")
    elsewhere = books.simple(kind=JournalKind.OPENING)
    assert [first.shown_number, second.shown_number] == ["DIV 2026/1", "DIV 2026/2"]
    assert elsewhere.shown_number == "OPEN 2026/1"
    assert [line.amount for line in first.lines.order_by("position")] == [Decimal("100.00"), Decimal("-100.00")]
    assert Event.objects.filter(what="entry.posted", subject_id=first.pk).get().facts["number"] == "DIV 2026/1"


def test_the_same_source_again_returns_the_first_entry(books):
    source = uuid7()
    first = books.simple(source=source)
    assert books.simple(source=source) == first
    assert NumberSeries.objects.get().last == 1, "the replay gave its number back"
    assert books.simple("3.00").number == 2
    with pytest.raises(PostedDifferently) as refusal:
        books.simple("100.01", source=source)
    assert refusal.value.data == {"number": "DIV 2026/1"}
    assert books.simple(source=source, purpose="opening") != first


def test_a_refused_replay_leaves_no_gap(books):
    source = uuid7()
    books.simple(source=source)
    with pytest.raises(PostedDifferently):
        books.simple("1.00", source=source)
    assert books.simple().number == 2


def test_a_replay_into_a_locked_period_is_still_the_first_entry(books):
    source = uuid7()
    first = books.simple(source=source)
    lock_period(period=first.period, by=books.by, on=DAY)
    assert books.simple(source=source) == first
    with pytest.raises(PeriodLocked) as refusal:
        books.simple()
    assert refusal.value.data == {"period": "2026-10", "next": date(2026, 11, 1)}
    unlock_period(period=first.period, by=books.by, on=DAY)
    assert books.simple().number == 2


def test_a_source_taken_back_needs_another_purpose(books):
    source = uuid7()
    assert next_purpose("tests.source", source) == "posting"
    first = books.simple(source=source)
    assert entry_of("tests.source", source) == first
    assert next_purpose("tests.source", source) == "posting"
    reverse_entry(entry=first, by=books.by, on=DAY)
    assert entry_of("tests.source", source) is None
    with pytest.raises(SourceReversed):
        books.simple(source=source)
    purpose = next_purpose("tests.source", source)
    second = books.simple(source=source, purpose=purpose)
    assert purpose == "posting:2"
    assert entry_of("tests.source", source) == second
    reversal = reverse_entry(entry=second, by=books.by, on=DAY)
    assert reversal.purpose == "reversal:posting:2"
    assert next_purpose("tests.source", source) == "posting:3"


def test_what_is_not_an_entry_is_refused(books, world):
    with pytest.raises(Unbalanced) as refusal:
        books.post(books.line("612000", "10.00"), books.line("580900", "-9.99"))
    assert refusal.value.data["difference"] == Decimal("0.01")
    with pytest.raises(TooFewLines):
        books.post(books.line("612000", "10.00"))
    with pytest.raises(TooFewLines):
        books.post(books.line("612000", "0.00"), books.line("580900", "0.00"))
    with pytest.raises(NoPeriod):
        books.simple(day=date(2025, 12, 31))
    with pytest.raises(LineOutsidePeriod):
        books.post(books.line("612000", "1.00", day=date(2026, 11, 1)), books.line("580900", "-1.00"))
    with pytest.raises(ValueError, match="decimals"):
        books.post(books.line("612000", "1.005"), books.line("580900", "-1.005"))
    assert Entry.objects.count() == 0
    assert NumberSeries.objects.count() == 0


def test_no_account_of_another_administration(world):
    with world.scope(world.firm):
        other = Books(world.bakery).open()
        books = Books(world.newlogo).open()
        foreign = LineDraft(other.account("612000"), Decimal("1.00"))
        with pytest.raises(ValueError, match="another administration"):
            books.post(foreign, books.line("580900", "-1.00"))


def test_a_posting_takes_at_most_eight_statements(books, django_assert_max_num_queries):
    grids = (GridDraft("82", Decimal("100.00")),)
    lines = [
        books.line("612000", "100.00", vat_code="P21S", grids=grids),
        books.line("411000", "21.00", vat_code="P21S", grids=(GridDraft("59", Decimal("21.00")),)),
        books.line("440000", "-121.00", open_item=OpenItemDraft(reference="F-1")),
    ]
    journal = books.journal(JournalKind.PURCHASE)
    draft = EntryDraft(journal, DAY, lines, "Invoice", Source("tests.source", uuid7()))
    with django_assert_max_num_queries(8):
        post_entries(administration=books.administration, drafts=[draft], by=books.by, on=DAY)


def test_a_batch_takes_as_many_statements_as_one_entry(books, django_assert_max_num_queries):
    cost, suspense = books.account("612000"), books.account("580900")
    journals = [books.journal(), books.journal(JournalKind.OPENING)]
    drafts = [
        EntryDraft(
            journals[number % 2],
            date(2026, 1 + number % 12, 5),
            [
                LineDraft(cost, Decimal(number + 1), grids=(GridDraft("82", Decimal(number + 1)),)),
                LineDraft(suspense, Decimal(-number - 1)),
            ],
            "Batch",
            Source("tests.batch", uuid7()),
        )
        for number in range(1000)
    ]
    with django_assert_max_num_queries(8):
        entries = post_entries(administration=books.administration, drafts=drafts, by=books.by, on=DAY)
    assert [entry.number for entry in entries[:4]] == [1, 1, 2, 2]
    assert NumberSeries.objects.filter(last=500).count() == 2
    # some known, some new: the known ones are returned, the new ones numbered on
    extra = EntryDraft(journals[0], DAY, drafts[0].lines, "New", Source("tests.batch", uuid7()))
    again = post_entries(administration=books.administration, drafts=[drafts[3], extra, drafts[5]], by=books.by, on=DAY)
    assert [entry.pk for entry in again[::2]] == [entries[3].pk, entries[5].pk]
    assert again[1].number == 501


def test_a_reversal_mirrors_in_the_same_open_period(books):
    grids = (GridDraft("82", Decimal("100.00")),)
    line = books.line("612000", "100.00", vat_code="P21S", grids=grids, vat_on=date(2026, 9, 30))
    entry = books.post(line, books.line("580900", "-100.00"))
    reversal = reverse_entry(entry=entry, by=books.by, on=date(2026, 11, 23))
    assert (reversal.reverses, reversal.purpose, reversal.booked_on) == (entry, Purpose.REVERSAL, DAY)
    assert reversal.number == 2
    assert balance_of(books.account("612000")) == 0
    mirrored = GridEffect.objects.get(line__entry=reversal)
    assert (mirrored.grid, mirrored.amount, mirrored.vat_on) == ("82", Decimal("-100.00"), date(2026, 9, 30))
    assert reverse_entry(entry=entry, by=books.by, on=DAY) == reversal
    with pytest.raises(AlreadyReversed):
        reverse_entry(entry=reversal, by=books.by, on=DAY)


def test_a_reversal_of_a_locked_period_moves_to_the_next_open_one_with_its_vat(books):
    grids = (GridDraft("82", Decimal("100.00")),)
    entry = books.post(books.line("612000", "100.00", grids=grids), books.line("580900", "-100.00"))
    for month in (10, 11):
        lock_period(period=period_of(date(2026, month, 5)), by=books.by, on=DAY)
    reversal = reverse_entry(entry=entry, by=books.by, on=date(2026, 12, 24))
    assert reversal.booked_on == date(2026, 12, 1)
    assert {line.day for line in reversal.lines.all()} == {date(2026, 12, 1)}
    assert GridEffect.objects.get(line__entry=reversal).vat_on == date(2026, 12, 1)
    lock_period(period=period_of(date(2026, 12, 5)), by=books.by, on=DAY)
    other = books.simple(day=date(2026, 9, 30))
    for month in range(1, 10):
        lock_period(period=period_of(date(2026, month, 5)), by=books.by, on=DAY)
    assert first_open_period_on_or_after(DAY) is None
    with pytest.raises(NoOpenPeriod):
        reverse_entry(entry=other, by=books.by, on=DAY)


def test_clearing_pays_an_item_in_parts_and_undoing_opens_it(books):
    books.purchase("121.00")
    payment = books.payment("200.00")
    line, other = payment.lines.order_by("position")
    item = OpenItem.objects.get()
    first = clear(open_item=item, line=line, amount=Decimal("21.00"), by=books.by, on=DAY)
    assert item.open_amount == Decimal("-100.00")
    with pytest.raises(ItemAlreadyCleared) as refusal:
        clear(open_item=item, line=line, amount=Decimal("100.01"), by=books.by, on=DAY)
    assert refusal.value.data["open_amount"] == Decimal("100.00")
    for wrong_line, amount in ((other, "10.00"), (line, "-10.00"), (line, "0.00")):
        with pytest.raises(ClearingDoesNotFit):
            clear(open_item=item, line=wrong_line, amount=Decimal(amount), by=books.by, on=DAY)
    clear(open_item=item, line=line, amount=Decimal("100.00"), by=books.by, on=DAY)
    assert not open_items(books.administration).exists()
    mirror = unclear(clearing=first, by=books.by, on=DAY)
    assert unclear(clearing=first, by=books.by, on=DAY) == mirror
    assert [one.open_amount for one in open_items(books.administration, amount=Decimal("21.00"))] == [-21]


def test_a_line_clears_no_more_than_it_holds(books):
    books.purchase("100.00", reference="F-1")
    books.purchase("100.00", reference="F-2")
    line = books.payment("150.00").lines.get(position=1)
    first, second = open_items(books.administration).order_by("reference")
    clear(open_item=first, line=line, amount=Decimal("100.00"), by=books.by, on=DAY)
    with pytest.raises(ClearingDoesNotFit):
        clear(open_item=second, line=line, amount=Decimal("50.01"), by=books.by, on=DAY)
    clear(open_item=second, line=line, amount=Decimal("50.00"), by=books.by, on=DAY)


def test_a_paid_invoice_is_not_taken_back_before_its_payment(books):
    purchase = books.purchase("121.00")
    payment = books.payment("121.00")
    item = OpenItem.objects.get()
    clear(open_item=item, line=payment.lines.get(position=1), amount=Decimal("121.00"), by=books.by, on=DAY)
    with pytest.raises(ItemInUse):
        reverse_entry(entry=purchase, by=books.by, on=DAY)
    reverse_entry(entry=payment, by=books.by, on=DAY)
    item.refresh_from_db()
    assert item.open_amount == Decimal("-121.00"), "taking the payment back undoes its match"
    reverse_entry(entry=purchase, by=books.by, on=DAY)
    item.refresh_from_db()
    assert item.open_amount == 0, "an invoice taken back leaves nothing to pay"
    assert Clearing.objects.count() == 3
    assert all(balance.amount == 0 for balance in trial_balance(books.administration))


def test_balances_are_of_a_day(books):
    books.simple("10.00", day=date(2026, 3, 31))
    books.simple("5.00", day=date(2026, 4, 1))
    costs = books.account("658000")
    assert balance_of(costs, until=date(2026, 3, 31)) == Decimal("10.00")
    assert balance_of(costs) == Decimal("15.00")
    assert [(one.account.code, one.amount) for one in trial_balance(books.administration)] == [
        ("580900", Decimal("-15.00")),
        ("658000", Decimal("15.00")),
    ]
