"""What holds for every entry, whatever is in it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from accounting.actions.clear import clear, unclear
from accounting.actions.post import reverse_entry
from accounting.drafts import GridDraft, LineDraft
from accounting.models import GridEffect, OpenItem
from accounting.queries.balances import trial_balance
from accounting.queries.verify import verify
from accounting.refusals import ItemAlreadyCleared
from accounting.vat import purchase_postings, split_gross, vat_code, vat_codes
from portal.kernel.money import euros
from tests.accounting.books import DAY, Books

CENTS = st.integers(-(10**11), 10**11).filter(bool)
CODES = ["612000", "658000", "580900", "440000", "411000", "451000", "416100"]
PURCHASES = [one.code for one in vat_codes("BE", "purchase", everything=True) if one.treatment != "adjustment"]
IN_DATABASE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def books(world):
    with world.scope(world.newlogo):
        yield Books(world.newlogo).open()


@st.composite
def balanced(draw):
    """Account codes, amounts and grids of lines that sum to zero."""
    amounts = draw(st.lists(CENTS, min_size=1, max_size=8))
    if sum(amounts) == 0:
        amounts.append(1)
    amounts.append(-sum(amounts))
    codes = draw(st.lists(st.sampled_from(CODES), min_size=len(amounts), max_size=len(amounts)))
    grids = draw(
        st.lists(
            st.dictionaries(st.sampled_from(["81", "82", "83", "85"]), CENTS, max_size=2),
            min_size=len(amounts),
            max_size=len(amounts),
        )
    )
    return list(zip(codes, amounts, grids, strict=True))


@IN_DATABASE
@given(parts=balanced(), day=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_every_posting_balances_and_its_reversal_undoes_it(books, parts, day):
    before = {one.account.code: one.amount for one in trial_balance(books.administration)}
    accounts = {code: books.account(code) for code, _, _ in parts}
    lines = [
        LineDraft(accounts[code], euros(cents), grids=tuple(GridDraft(grid, euros(of)) for grid, of in grids.items()))
        for code, cents, grids in parts
    ]
    entry = books.post(*lines, day=day, source=uuid7())
    after = trial_balance(books.administration)
    assert sum(one.amount for one in after) == 0
    assert sum(line.amount for line in entry.lines.all()) == 0
    reversal = reverse_entry(entry=entry, by=books.by, on=day)
    restored = {one.account.code: one.amount for one in trial_balance(books.administration)}
    assert {code: amount for code, amount in restored.items() if amount} == {
        code: amount for code, amount in before.items() if amount
    }
    totals: dict[str, Decimal] = {}
    for effect in GridEffect.objects.filter(line__entry__in=[entry, reversal]):
        totals[effect.grid] = totals.get(effect.grid, Decimal(0)) + effect.amount
    assert not any(totals.values())


@IN_DATABASE
@given(
    owed=st.integers(1, 10**9),
    steps=st.lists(st.tuples(st.booleans(), st.integers(1, 10**9)), min_size=1, max_size=8),
)
def test_clearing_never_exceeds_and_always_adds_up(books, owed, steps):
    books.purchase(str(euros(owed)), reference=f"F-{uuid7()}"[:60])
    item = OpenItem.objects.order_by("-pk")[0]
    done = []
    for undo, cents in steps:
        if undo and done:
            unclear(clearing=done.pop(), by=books.by, on=DAY)
            continue
        line = books.payment(str(euros(cents))).lines.get(position=1)
        try:
            done.append(clear(open_item=item, line=line, amount=euros(cents), by=books.by, on=DAY))
        except ItemAlreadyCleared:
            assert cents > owed - sum(int(one.amount * 100) for one in done)
    item.refresh_from_db()
    assert item.open_amount == item.amount + sum(one.amount for one in done)
    assert item.amount <= item.open_amount <= 0


@settings(IN_DATABASE, max_examples=12)
@given(seeds=st.lists(balanced(), min_size=1, max_size=4))
def test_books_made_by_the_verbs_hold_every_invariant_but_vat(books, seeds):
    for parts in seeds:
        entry = books.post(*(books.line(code, str(euros(cents))) for code, cents, _ in parts), source=uuid7())
        if len(parts) % 2:
            reverse_entry(entry=entry, by=books.by, on=DAY + timedelta(days=1))
    assert verify(books.administration) == []


@given(
    code=st.sampled_from(PURCHASES), cents=st.integers(-(10**9), 10**9), vat=st.integers(0, 10**8), note=st.booleans()
)
def test_a_vat_posting_splits_without_loss(code, cents, vat, note):
    known = vat_code(code)
    charged = euros(0 if known.is_self_assessed or known.rate == 0 else vat)
    posting = purchase_postings(code, euros(cents), charged, credit_note=note)
    turn = -1 if note else 1
    assert posting.cost + posting.deductible == posting.due + posting.payable
    assert posting.payable == turn * (euros(cents) + charged)
    full = posting.due if known.is_self_assessed else turn * charged
    assert posting.deductible + posting.non_deductible == full
    assert abs(posting.deductible) <= abs(full)
    # what the return gets of the cost is the cost: grid 81, 82 or 83
    base = [grid.amount for grid in posting.base_grids if grid.grid in ("81", "82", "83")]
    if known.nature != "any":
        assert sum(base) == posting.cost
    # the return says of the tax what the ledger does
    signs = {"59": 1, "62": 1, "64": 1, "54": -1, "55": -1, "56": -1, "57": -1, "61": -1, "63": -1}
    filed = sum((signs[grid.grid] * grid.amount for grid in posting.tax_grids), Decimal(0))
    assert filed == posting.deductible - posting.due


@given(code=st.sampled_from(PURCHASES), cents=st.integers(-(10**9), 10**9))
def test_a_gross_amount_splits_without_loss(code, cents):
    net, vat = split_gross(code, euros(cents))
    assert net + vat == euros(cents)
    assert abs(net) <= abs(euros(cents))
