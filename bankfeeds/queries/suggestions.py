"""Where a line probably belongs, and why: open items that fit, and what was done with this counterparty before."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Length, Replace, Upper

from accounting.models import Account, OpenItem, PartyIban
from bankfeeds.incoming import fold
from bankfeeds.models import Allocation, AllocationKind, StatementLine
from bankfeeds.queries.rules import rule_for

# Why an item is suggested: codes, put into words where they are shown (bankfeeds.wording.reason).
AMOUNT, REFERENCE, IBAN, NAME = "amount", "reference", "iban", "name"
_WEIGHT = {REFERENCE: 4, AMOUNT: 3, IBAN: 2, NAME: 1}
_SHORTEST_REFERENCE = 4
_MOST = 5
_LOOK_BACK = 20


@dataclass(frozen=True, slots=True)
class ItemSuggestion:
    """An open item this line may pay. `reasons` are codes; `certain` when reference and amount both agree."""

    open_item: OpenItem
    amount: Decimal
    reasons: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Whether it may be taken with one key."""
        return {REFERENCE, AMOUNT} <= set(self.reasons) or {IBAN, AMOUNT} <= set(self.reasons)


@dataclass(frozen=True, slots=True)
class AccountSuggestion:
    """The ledger account that lines of this counterparty went to the last `times` times."""

    account: Account
    vat_code: str
    times: int
    by_rule: bool = False  # somebody said: always


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The best first; both may be empty or None."""

    items: tuple[ItemSuggestion, ...]
    account: AccountSuggestion | None
    against: tuple[OpenItem, ...] = ()  # credit notes of the same parties, that may be set against the items
    together: frozenset[UUID] = frozenset()  # items that make the amount of the line only together


def suggestions(line: StatementLine) -> Suggestions:
    """What probably becomes of a line that is still open. At most four queries."""
    if not line.open_amount:
        return Suggestions((), None)
    items = tuple(_items(line))
    against = _against(line, items)
    together = _together(line, [each.open_item for each in items], against)
    return Suggestions(items, by_rule(line) or booked_before(line), against, together)


def _against(line: StatementLine, items: Sequence[ItemSuggestion]) -> tuple[OpenItem, ...]:
    """What goes the other way, of the parties of the suggested items: a credit note beside their invoices."""
    parties = {each.open_item.party_id for each in items if each.open_item.party_id}
    if not parties or any(each.open_item.open_amount == line.open_amount for each in items):
        return ()
    other = Q(open_amount__gt=0) if line.open_amount < 0 else Q(open_amount__lt=0)
    rows = OpenItem.objects.filter(other, administration=line.administration_id, party_id__in=parties)
    return tuple(rows.select_related("party", "account").order_by("issued_on", "pk")[:_MOST])


def _together(line: StatementLine, items: Sequence[OpenItem], against: Sequence[OpenItem]) -> frozenset[UUID]:
    """The items that add up to the line when no single one does: all of a party, or one and what goes against it."""
    if any(item.open_amount == line.open_amount for item in items):
        return frozenset()
    groups = [[one for one in (*items, *against) if one.party_id == item.party_id] for item in items]
    groups += [[item, credit] for item in items for credit in against if credit.party_id == item.party_id]
    fits = (group for group in groups if len(group) > 1 and sum(one.open_amount for one in group) == line.open_amount)
    return frozenset(one.pk for one in next(fits, []))


def _items(line: StatementLine) -> list[ItemSuggestion]:
    side = Q(open_amount__lt=0) if line.open_amount < 0 else Q(open_amount__gt=0)
    text = fold(f"{line.communication} {line.structured_reference} {line.bank_reference}")
    said = Upper(Replace(Replace(Replace("reference", Value(" ")), Value("-")), Value("/")))
    rows = (
        OpenItem.objects.filter(side, administration=line.administration_id)
        .annotate(said=said, said_length=Length("reference"), heard=Value(text), known=_uses_account(line))
        .select_related("party", "account")
    )
    fits = Q(open_amount=line.open_amount) | Q(said_length__gte=_SHORTEST_REFERENCE, heard__contains=F("said"))
    if line.structured_reference:
        fits |= Q(structured_reference__in=spellings(line.structured_reference))
    if line.counterparty_iban:
        fits |= Q(known=True)
    found = [
        ItemSuggestion(item, _amount(line, item), reasons)
        for item in rows.filter(fits).order_by("issued_on", "pk")[:50]
        if (reasons := _reasons(line, item, text, known=item.known))
    ]
    return sorted(found, key=lambda each: -sum(_WEIGHT[reason] for reason in each.reasons))[:_MOST]


def spellings(reference: str) -> list[str]:
    """A structured communication as different hands write it: +++ddd/dddd/ddddd+++ and twelve digits; RF as it is."""
    digits = fold(reference)
    if len(digits) == 12 and digits.isdigit():
        return [digits, f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++", f"{digits[:3]}/{digits[3:7]}/{digits[7:]}"]
    return [reference, digits]


def _uses_account(line: StatementLine) -> Exists | Value:
    """Whether the party of an item is known by the account number of the line."""
    if not line.counterparty_iban:
        return Value(value=False)
    seen = PartyIban.objects.filter(administration=line.administration_id, iban=line.counterparty_iban)
    return Exists(seen.filter(party=OuterRef("party_id")))


def _reasons(line: StatementLine, item: OpenItem, text: str, *, known: bool) -> tuple[str, ...]:
    reasons: list[str] = []
    reference, structured = fold(item.reference), fold(item.structured_reference)
    if (structured and structured in text) or (len(reference) >= _SHORTEST_REFERENCE and reference in text):
        reasons.append(REFERENCE)
    if item.open_amount == line.open_amount:
        reasons.append(AMOUNT)
    if known:
        reasons.append(IBAN)
    elif item.party is not None and _same_name(item.party.name, line.counterparty_name):
        reasons.append(NAME)
    return tuple(reasons)


def _same_name(one: str, other: str) -> bool:
    first, second = fold(one), fold(other)
    return bool(first and second) and (first.startswith(second) or second.startswith(first))


def _amount(line: StatementLine, item: OpenItem) -> Decimal:
    both: Sequence[Decimal] = (line.open_amount, item.open_amount)
    return max(both) if line.open_amount < 0 else min(both)


def by_rule(line: StatementLine) -> AccountSuggestion | None:
    """What somebody said to always propose for this counterparty."""
    rule = rule_for(line)
    return None if rule is None else AccountSuggestion(rule.account, rule.vat_code, 0, by_rule=True)


def booked_before(line: StatementLine) -> AccountSuggestion | None:
    """What the last lines of this counterparty, in the same direction, were booked on, and how often in a row."""
    if not line.counterparty_iban and not line.counterparty_name:
        return None
    who = (
        Q(line__counterparty_iban=line.counterparty_iban)
        if line.counterparty_iban
        else Q(line__counterparty_iban="", line__counterparty_name=line.counterparty_name)
    )
    way = Q(amount__lt=0) if line.amount < 0 else Q(amount__gt=0)
    rows = Allocation.objects.filter(
        who, way, administration=line.administration_id, kind=AllocationKind.ACCOUNT, undone_at=None
    )
    before = list(rows.exclude(line=line).select_related("account").order_by("-created_at")[:_LOOK_BACK])
    if not before:
        return None
    last = before[0]
    times = 0
    for each in before:
        if (each.account_id, each.vat_code) != (last.account_id, last.vat_code):
            break
        times += 1
    assert last.account is not None  # noqa: S101  (the database checks it; for the type checker)
    return AccountSuggestion(last.account, last.vat_code, times)
