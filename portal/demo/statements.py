"""What the banks of the demo say: movements become daily statements, and these the CODA files a bank would send."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from bankfeeds.formats import BankLine, BankStatement
from portal.demo.days import Days
from portal.kernel.money import ZERO

TRANSFER_OUT, TRANSFER_IN, CARD, DIRECT_DEBIT, COSTS = "00101000", "00150000", "00402000", "00501000", "03537000"
DAILY = 12  # of the last working days every file holds one day, before that one week


@dataclass(frozen=True, slots=True)
class Movement:
    """One line on the bank: so many working days back, and what the office did with it (nothing: still to do).

    `to` is an account code (with `vat` and `party`), `item` the reference of an open item, `paper` the key of an
    invoice to book and clear. `key` names the line for the questions about it.
    """

    back: int
    amount: str
    name: str
    iban: str = ""
    text: str = ""
    code: str = ""
    key: str = ""
    to: str = ""
    vat: str = ""
    party: str = ""
    item: str = ""
    paper: str = ""
    structured: str = ""

    @property
    def value(self) -> Decimal:
        """The amount, money out negative."""
        return Decimal(self.amount)

    @property
    def is_handled(self) -> bool:
        """Whether the office gave it its place."""
        return bool(self.to or self.item or self.paper)


@dataclass(frozen=True, slots=True)
class Feed:
    """One bank account: what the bank knows, and where the story ends."""

    number: str
    name: str
    bic: str
    holder: str
    last_balance: str
    movements: tuple[Movement, ...]
    lost: frozenset[int] = field(default_factory=frozenset)  # days whose statement never came in
    wrong: frozenset[int] = field(default_factory=frozenset)  # days whose statement does not add up

    def days(self) -> list[int]:
        """The days with a statement, oldest first, as working days back."""
        return sorted({movement.back for movement in self.movements}, reverse=True)

    def on(self, back: int) -> list[Movement]:
        """The movements of a day, in the order of the statement."""
        return [movement for movement in self.movements if movement.back == back]

    def files(self, days: Days) -> list[tuple[int, list[int]]]:
        """(day it comes in, its days) of every file: weeks at first, single days at the end."""
        kept = [back for back in self.days() if back not in self.lost]
        return [(arrival, list(mine)) for arrival, mine in groupby(kept, key=lambda back: _arrival(back, days))]

    def statement(self, back: int, days: Days) -> BankStatement:
        """The statement of a day, with the balances that follow from all the others."""
        after = sum((one.value for one in self.movements if one.back < back), Decimal("0.00"))
        lines = self.on(back)
        new = Decimal(self.last_balance) - after
        earlier = [other for other in self.days() if other > back]
        since = days.back(earlier[-1]) if earlier else days.back(back + 1)
        odd = Decimal("10.00") if back in self.wrong else Decimal("0.00")
        return self._written(self._number(back, days), days.back(back), since, new, lines, odd)

    def whole(self, days: Days) -> BankStatement:
        """One statement of everything, each line on its own day: how a bank is taken over."""
        lines = [_line(place, one, days.back(one.back)) for place, one in enumerate(self.movements, 1)]
        first, last = self.days()[0], self.days()[-1]
        new = Decimal(self.last_balance)
        written = self._written("001", days.back(last), days.back(first + 1), new, [], ZERO)
        return replace(written, old_balance=new - sum((one.amount for one in lines), ZERO), lines=tuple(lines))

    def following(self, days: Days, lines: list[Movement]) -> BankStatement:
        """The statement of today, which nobody has brought in yet."""
        last = self.days()[-1]
        number = int(self._number(last, days)) + 1 if days.back(last).year == days.today.year else 1
        new = Decimal(self.last_balance) + sum((one.value for one in lines), Decimal("0.00"))
        return self._written(f"{number:03d}", days.today, days.back(last), new, lines, Decimal("0.00"))

    def _written(
        self, number: str, day: date, since: date, new: Decimal, lines: list[Movement], odd: Decimal
    ) -> BankStatement:
        return BankStatement(
            account=self.number,
            currency="EUR",
            number=number,
            paper_sequence=number,
            coda_sequence=number,
            account_structure="2" if self.number.startswith("BE") else "3",
            old_balance=new - sum((one.value for one in lines), Decimal("0.00")),
            old_balance_date=since,
            new_balance=new + odd,
            new_balance_date=day,
            creation_date=day,
            holder=self.holder.upper()[:26],
            addressee=self.holder.upper()[:26],
            bank_bic=self.bic,
            bank_id=self.number[4:7] if self.number.startswith("BE") else "000",
            description=self.name,
            lines=tuple(_line(place, one, day) for place, one in enumerate(lines, 1)),
        )

    def _number(self, back: int, days: Days) -> str:
        """Numbers start again each year; the first statement of the story is not the first of its year."""
        year = days.back(back).year
        mine = [other for other in self.days() if days.back(other).year == year]
        first = 1 if year != days.back(self.days()[0]).year else 20 + days.back(mine[0]).timetuple().tm_yday // 3
        return f"{first + mine.index(back):03d}"


def _arrival(back: int, days: Days) -> int:
    """The day a statement comes in: its own, or the last of its week."""
    week = days.back(back).isocalendar()[:2]
    while back > DAILY + 1 and days.back(back - 1).isocalendar()[:2] == week:
        back -= 1
    return back


def _line(place: int, movement: Movement, day: date) -> BankLine:
    usual = TRANSFER_IN if movement.value > 0 else TRANSFER_OUT
    return BankLine(
        sequence=place,
        date=day,
        value_date=day,
        amount=movement.value,
        counterparty_name=movement.name,
        counterparty_account=movement.iban.replace(" ", ""),
        communication=movement.structured or movement.text,
        structured_reference=movement.structured,
        structured_type="101" if movement.structured else "",
        transaction_code=movement.code or usual,
        bank_reference=f"{day:%y%j}{place:04d}",
    )


def belgian_iban(first_ten: str) -> str:
    """An account number that holds: ten digits with their check digits and those of the IBAN."""
    bban = f"{first_ten}{int(first_ten) % 97 or 97:02d}"
    return f"BE{98 - int(f'{bban}111400') % 97:02d}{bban}"


def dutch_iban(bank: str, account: str) -> str:
    """An account number that holds: four letters of a bank and ten digits."""
    written = "".join(str(int(sign, 36)) for sign in f"{bank}{account}NL00")
    return f"NL{98 - int(written) % 97:02d}{bank}{account}"


def dutch_vat_number(first_eight: str) -> str:
    """A VAT number that holds: eight digits, their check digit (eleven proof) and B01. Raises ValueError."""
    check = sum(int(digit) * weight for digit, weight in zip(first_eight, range(9, 1, -1), strict=True)) % 11
    if check == 10:
        raise ValueError(first_eight)
    return f"NL{first_eight}{check}B01"


def enterprise_number(first_eight: str) -> str:
    """An enterprise number that holds: eight digits with their check digits."""
    return f"{first_eight}{97 - int(first_eight) % 97:02d}"
