"""What the books know of the statements of a file, asked once per file."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bankfeeds import reasons
from bankfeeds.continuity import as_number, between
from bankfeeds.incoming import Incoming, fold, who
from bankfeeds.models import BankAccount, Statement, StatementLine, StatementState
from portal.people.access import Actor
from portal.tenancy.models import Administration

Key = tuple[uuid.UUID, int, str]


@dataclass(slots=True)
class Known:
    """Statements by what tells them apart; grows while a file is taken in."""

    by_content: dict[tuple[uuid.UUID, str], Statement] = field(default_factory=dict)
    booked: dict[Key, Statement] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Iterable[BankAccount], years: Iterable[int]) -> "Known":
        """Everything of these accounts in these years and the years beside them."""
        wanted = {near for year in years for near in (year - 1, year, year + 1)}
        known = cls()
        for statement in Statement.objects.filter(account__in=list(accounts), year__in=wanted):
            known.add(statement)
        return known

    def add(self, statement: Statement) -> None:
        """Remember one."""
        self.by_content[statement.account_id, statement.content_hash] = statement
        if statement.state == StatementState.BOOKED:
            self.booked[statement.account_id, statement.year, statement.number] = statement

    def same(self, account: BankAccount, what: Incoming) -> Statement | None:
        """The statement with just this content, whatever became of it."""
        return self.by_content.get((account.pk, what.content_hash))

    def twin(self, account: BankAccount, what: Incoming) -> Statement | None:
        """The booked statement with the same account, year and number."""
        return self.booked.get((account.pk, what.year, what.number))

    def before(self, account: BankAccount, what: Incoming) -> Statement | None:
        """The booked statement that comes just before, by year and number."""
        own = [each for each in self.booked.values() if each.account_id == account.pk]
        place = (what.year, as_number(what.number), what.number)
        earlier = [each for each in own if (each.year, as_number(each.number), each.number) < place]
        return max(earlier, key=lambda each: (each.year, as_number(each.number), each.number), default=None)


def difference(known: Statement, found: Incoming) -> dict[str, Any]:
    """The first thing that differs between a booked statement and one with the same number: what, then and now."""
    says = found.says
    for what, then, now in (
        ("old_balance", known.old_balance, says.old_balance),
        ("new_balance", known.new_balance, says.new_balance),
    ):
        if then != now:
            return {"what": what, "known": then, "found": now}
    lines = list(StatementLine.objects.filter(statement=known).order_by("sequence"))
    if len(lines) != len(says.lines):
        return {"what": "count", "known": len(lines), "found": len(says.lines)}
    for row, line in zip(lines, says.lines, strict=True):
        if row.amount != line.amount:
            return {"what": "amount", "sequence": row.sequence, "known": row.amount, "found": line.amount}
    for row, line in zip(lines, says.lines, strict=True):
        texts = f"{who(line)}{line.communication}{line.structured_reference}"
        if fold(f"{row.counterparty_name}{row.communication}{row.structured_reference}") != fold(texts):
            return {"what": "text", "sequence": row.sequence}
    return {"what": "text", "sequence": lines[0].sequence if lines else 0}


def gaps(previous: Statement | None, what: Incoming) -> list[dict[str, Any]]:
    """What does not follow on the statement before: warnings, never a reason to refuse."""
    found: list[dict[str, Any]] = []
    if what.says.new_balance is None:
        found.append({"rule": reasons.NO_NEW_BALANCE, "data": {}})
    if previous is not None:
        found += between(previous, what.year, what.number, what.says.old_balance.quantize(Decimal("0.01")))
    return found


def accounts_for(administration: Administration, numbers: Iterable[str]) -> dict[tuple[str, str], BankAccount]:
    """The administration's own accounts among these numbers, by number and currency."""
    rows = BankAccount.objects.filter(administration=administration, number__in=set(numbers))
    return {(row.number, row.currency): row for row in rows.select_related("account", "journal")}


def elsewhere(what: Incoming, administration: Administration, by: Actor) -> dict[str, Any] | None:
    """Code and name of the other administration of the firm that has this account, if `by` may see that one.

    Anybody else gets None, just as for an account nobody has: whose it is must not be learned from an upload.
    """
    rows = BankAccount.objects.filter(number=what.account, currency=what.currency).exclude(
        administration=administration
    )
    if by.administration_ids is not None:
        rows = rows.filter(administration_id__in=by.administration_ids)
    found = rows.select_related("administration").first()
    if found is None:
        return None
    other = found.administration
    return {"code": other.code, "name": other.name, "administration": other.pk}
