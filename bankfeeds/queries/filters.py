"""What a person filters bank lines by, and how amounts and references they type are understood."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q

from portal.kernel.errors import Refused
from portal.kernel.money import BadAmount, parse_amount

STATUSES = ("todo", "asked", "done", "all")
_RANGE = re.compile(r"\s*(?:\.\.|…|–|—|\s-\s|(?<=[0-9])-(?=[0-9])|\btot\b|\bto\b|\bà\b)\s*")
_BOUND = re.compile(r"\s*([<>≤≥]=?)\s*(.+)")
_PLUS_OR_MINUS = re.compile(r"\s*[€\s]*[-+−]")
_SLASHES = re.compile(r"[\s+*/.\-]")
_LOWEST, _HIGHEST = Decimal("-9000000000000"), Decimal("9000000000000")


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Which amounts are meant. Without a sign typed, both receipts and payments of that size are."""

    low: Decimal
    high: Decimal
    signed: bool

    def q(self, field: str = "amount") -> Q:
        """The condition on a money field."""
        meant = Q(**{f"{field}__gte": self.low, f"{field}__lte": self.high})
        if self.signed:
            return meant
        return meant | Q(**{f"{field}__gte": -self.high, f"{field}__lte": -self.low})


def parse_amount_range(text: str | Decimal) -> AmountRange:
    """Read "169,69" (either sign), "-169,69", "100..200", "100 - 200", ">1000" or "<=25". Raises BadAmount."""
    if isinstance(text, Decimal):
        return AmountRange(text, text, signed=text < 0)
    if bound := _BOUND.fullmatch(text):
        return _bounded(bound[1], bound[2])
    parts = [part for part in _RANGE.split(text.strip()) if part]
    if len(parts) == 2:
        low, high = sorted(parse_amount(part) for part in parts)
        return AmountRange(low, high, signed=any(_PLUS_OR_MINUS.match(part) for part in parts))
    amount = parse_amount(text)
    return AmountRange(amount, amount, signed=bool(_PLUS_OR_MINUS.match(text)))


def _bounded(sign: str, text: str) -> AmountRange:
    amount = parse_amount(text)
    signed = bool(_PLUS_OR_MINUS.match(text))
    step = Decimal(0) if sign in ("<=", ">=", "≤", "≥") else Decimal("0.01")
    if sign[0] in "<≤":
        return AmountRange(_LOWEST if signed else Decimal(0), amount - step, signed)
    return AmountRange(amount + step, _HIGHEST, signed)


@dataclass(frozen=True, slots=True)
class LineFilter:
    """The state of a list of bank lines, as it stands in the URL. `problems` says what of it was not understood."""

    status: str = "todo"  # "asked": with an open question, which the screen must say by `asked`
    administration: UUID | None = None  # None: every administration of the scope
    account: UUID | None = None  # own bank account
    since: date | None = None
    until: date | None = None
    amount: Decimal | str | None = None
    text: str = ""
    party: str = ""  # a counterparty: name or account number, or the id of a customer or supplier
    ledger: UUID | None = None  # ledger account the line was allocated to
    imported: UUID | None = None
    request: str = ""  # not a matter of the bank: the screen narrows by it with `among`
    after: UUID | None = None  # the last line of the page before
    problems: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, params: Mapping[str, Any], *, administration: UUID | None = None) -> "LineFilter":
        """Read the parameters of a URL; what cannot be read is left out and named in `problems`."""
        problems: list[str] = []
        status = params.get("status", "todo")
        amount = params.get("amount", "").strip()[:60]
        found = cls(
            status=status if status in STATUSES else "todo",
            administration=administration,
            account=_read(UUID, params, "account", problems),
            since=_read(date.fromisoformat, params, "since", problems),
            until=_read(date.fromisoformat, params, "until", problems),
            amount=amount or None,
            text=params.get("text", "").strip()[:100],
            party=params.get("party", "").strip()[:100],
            ledger=_read(UUID, params, "ledger", problems),
            imported=_read(UUID, params, "import", problems),
            request=params.get("request", "")[:20],
            after=_read(UUID, params, "after", problems),
        )
        if amount:
            try:
                parse_amount_range(amount)
            except BadAmount:
                problems.append("amount")
        return replace(found, problems=tuple(problems))

    def to_query(self, **changes: Any) -> str:
        """The query string of this filter, with changes; a None or "" leaves a parameter out."""
        values = {
            "status": "" if self.status == "todo" else self.status,
            "account": self.account,
            "since": self.since,
            "until": self.until,
            "amount": self.amount,
            "text": self.text,
            "party": self.party,
            "ledger": self.ledger,
            "import": self.imported,
            "request": self.request,
            **changes,
        }
        return urlencode({key: str(value) for key, value in values.items() if value not in (None, "")})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the status is filtered by."""
        rest = (self.account, self.since, self.until, self.amount, self.ledger, self.imported)
        return any(each is not None for each in rest) or bool(self.text or self.party or self.request)

    def q(self) -> Q:
        """Everything but the status, as one condition on StatementLine."""
        found = Q()
        if self.administration is not None:
            found &= Q(administration=self.administration)
        if self.account is not None:
            found &= Q(account=self.account)
        if self.since is not None:
            found &= Q(booked_on__gte=self.since)
        if self.until is not None:
            found &= Q(booked_on__lte=self.until)
        if self.amount is not None and "amount" not in self.problems:
            found &= parse_amount_range(self.amount).q()
        if self.imported is not None:
            found &= Q(statement__imported=self.imported)
        for word in self.text.split():
            found &= text_q(word)
        return found & self._party_q()

    def _party_q(self) -> Q:
        if not self.party:
            return Q()
        bare = _SLASHES.sub("", self.party).upper()
        return Q(counterparty_name__icontains=self.party) | Q(counterparty_iban__startswith=bare)


def text_q(word: str) -> Q:
    """Lines that say this word anywhere people look: counterparty, communication, references, account number.

    A word that is an amount also finds the lines of that amount.
    """
    found = (
        Q(counterparty_name__icontains=word)
        | Q(communication__icontains=word)
        | Q(bank_reference__icontains=word)
        | Q(structured_reference__icontains=word)
    )
    bare = _SLASHES.sub("", word).upper()
    if len(bare) >= 4:
        found |= Q(counterparty_iban__icontains=bare)
    if len(bare) == 12 and bare.isdigit():
        found |= Q(structured_reference=f"+++{bare[:3]}/{bare[3:7]}/{bare[7:]}+++")
    if "," in word or "." in word:
        with suppress(BadAmount):  # a word with a comma need not be an amount
            found |= parse_amount_range(word).q()
    return found


def _read(read: Any, params: Mapping[str, Any], name: str, problems: list[str]) -> Any:
    text = str(params.get(name, "")).strip()
    if not text:
        return None
    try:
        return read(text)
    except (ValueError, Refused):
        problems.append(name)
        return None
