"""Reading CODA, beside a strict minimal reader: cents as integers, dates kept, balances and counts checked."""

import random
from datetime import date, timedelta

from bankfeeds.formats import read_coda
from bench.rounds import Candidate, Row, measure
from bench.stage import IBAN, Stage

TRANSACTIONS = 10_000
MOST = 9_000  # movements one statement can number


def made(transactions: int, each: int = MOST, seed: int = 7) -> bytes:
    """A file of so many movements: 60 % with a counterparty, 40 % with a structured communication."""
    chance = random.Random(seed)
    records: list[str] = []
    balance = 0
    for start in range(0, transactions, each):
        balance = _statement(records, chance, start, min(each, transactions - start), start // each + 1, balance)
    records[-1] = records[-1][:127] + "2"
    return "".join(f"{record:128}\r\n" for record in records).encode("cp1252")


def _signed(cents: int) -> str:
    return f"{'1' if cents < 0 else '0'}{abs(cents) * 10:015d}"


def _statement(records: list[str], chance: random.Random, start: int, size: int, number: int, balance: int) -> int:
    first = date(2026, 1, 1) + timedelta(days=number % 300)
    day, zone = f"{first:%d%m%y}", f"{IBAN:34}EUR"
    records.append(f"00000{day}30005{'':8}{number:010d}{'BENCH':26}{'KREDBEBB':11}00403019261 00000{'':39}2")
    records.append(f"12{number:03d}{zone}{_signed(balance)}{day}{'BENCH BV':26}{'Zichtrekening':35}{number:03d}")
    debit = credit = 0
    counted = 2
    for place in range(1, size + 1):
        cents = chance.randint(100, 500_000) * (1 if chance.random() < 0.55 else -1)
        more = place % 5 < 3
        reference = chance.randint(1, 9_999_999_999)
        told = (
            f"1101{reference:010d}{reference % 97 or 97:02d}" if chance.random() < 0.4 else f"0Factuur {start + place}"
        )
        code = "00150000" if cents > 0 else "00101000"
        records.append(
            f"21{place:04d}0000{f'REF{start + place:018d}':21}{_signed(cents)}{day}{code}{told:54}{day}"
            f"{number:03d}0{int(more)} 0"
        )
        counted += 1
        if more:
            records.append(f"22{place:04d}0000{'':53}{f'E2E-{place}':35}{'GKCCBEBB':11}{'':16}1 0")
            name = f"Klant {chance.randint(0, 99_999):05d} BV"
            records.append(f"23{place:04d}0000{'BE68539007547034':34}EUR{name:35}{'':43}0 0")
            counted += 2
        credit, debit = credit + max(cents, 0), debit + max(-cents, 0)
    records.append(f"8{number:03d}{zone}{_signed(balance + credit - debit)}{day}{'':64}0")
    records.append(f"9{'':15}{counted:06d}{debit * 10:015d}{credit * 10:015d}{'':75}1")
    return balance + credit - debit


def floor(data: bytes) -> tuple[int, int]:
    """Read the file as fast as plain Python can and still refuse what does not add up: (movements, sum in cents)."""
    found: list[list[object]] = []
    days: dict[str, date] = {}
    old = debit = credit = counted = total = 0
    for line in data.decode("cp1252").splitlines():
        kind = line[0]
        if kind == "2":
            counted += 1
            article = line[1]
            if article == "1":
                when = line[47:53]
                day = days.get(when)
                if day is None:
                    day = days[when] = date(2000 + int(when[4:]), int(when[2:4]), int(when[:2]))
                cents = int(line[32:47]) // 10
                if line[31] == "1":
                    debit, cents = debit + cents, -cents
                else:
                    credit += cents
                said = line[65:77] if line[61] == "1" else line[62:115]
                found.append([line[2:10], line[10:31].rstrip(), cents, day, line[53:61], said, None, None])
            elif article == "3":
                found[-1][6], found[-1][7] = line[10:44].rstrip(), line[47:82].rstrip()
        elif kind == "1":
            old = int(line[43:58]) // 10 * (-1 if line[42] == "1" else 1)
            debit = credit = 0
            counted = 1
        elif kind == "8":
            counted += 1
            new = int(line[42:57]) // 10 * (-1 if line[41] == "1" else 1)
            assert old + credit - debit == new
            total += credit - debit
        elif kind == "9":
            assert int(line[22:37]) // 10 == debit
            assert int(line[37:52]) // 10 == credit
            assert counted == int(line[16:22])
    return len(found), total


def run(stage: Stage) -> list[Row]:
    """Measure."""
    data = made(TRANSACTIONS)
    wanted = floor(data)
    assert wanted[0] == TRANSACTIONS

    def floors() -> int:
        assert floor(data) == wanted
        return TRANSACTIONS

    def ours() -> int:
        file = read_coda(data)
        lines = [line for each in file.statements for line in each.lines]
        assert (len(lines), int(sum(line.amount for line in lines) * 100)) == wanted
        return TRANSACTIONS

    candidates = [Candidate("strict minimal reader", floors), Candidate("ours", ours, goal=2.5)]
    return measure(f"read CODA, {TRANSACTIONS:,} movements", candidates)
