"""Money: Decimal with exactly two places, never float.

Rounding is HALF_UP (a tie moves away from zero), the commercial rounding that Belgian and Dutch tax
authorities use. All sums here are worked out on whole numbers, so no Decimal context can change a
cent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Context, Decimal, Inexact, Overflow
from fractions import Fraction

from portal.kernel.errors import Refused, gettext_noop

ZERO = Decimal("0.00")

# Cents fit a Postgres bigint with room to sum a million of them.
MAX_CENTS = 10**15 - 1

# A context of our own, in which nothing is rounded in silence; shifting is ten times as fast as a Fraction.
_EXACT = Context(prec=60, traps=[Inexact, Overflow])

Rate = Decimal | int


class BadAmount(Refused):
    """Text that is not one clear amount of money. data: text."""

    code = "bad_amount"
    template = gettext_noop("“%(text)s” is not a clear amount. Write it like 1234,56.")


def cents(amount: Decimal) -> int:
    """`amount` euros as whole cents, same sign. ValueError for more than two decimals, NaN,
    infinity or too large."""
    if not amount.is_finite():
        raise ValueError(f"not an amount of money: {amount}")
    try:
        shifted = _EXACT.scaleb(amount, 2)
    except (Inexact, Overflow) as error:
        raise ValueError(f"more digits than an amount has: {amount}") from error
    whole = int(shifted)
    if whole != shifted:
        raise ValueError(f"more than two decimals: {amount}")
    return _within_bounds(whole)


def euros(cents: int) -> Decimal:
    """Whole cents as a Decimal with exactly two places, same sign. TypeError for anything but an
    int."""
    if type(cents) is not int:  # a bool is an int, and no money
        raise TypeError(f"cents must be an int, not {cents!r}")
    sign, digits = int(cents < 0), tuple(int(digit) for digit in str(abs(cents)))
    return Decimal((sign, digits, -2)) if cents else ZERO


def round_cents(amount: Decimal) -> Decimal:
    """`amount` rounded HALF_UP to two places: 0.005 → 0.01, −0.005 → −0.01. ValueError for NaN or
    too large."""
    if not amount.is_finite():
        raise ValueError(f"not an amount of money: {amount}")
    return _half_up(Fraction(amount))


def split(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Divide `total` over `weights` so that the parts sum to `total` exactly, each within one cent
    of its fair share.

    Largest remainder; a tie goes to the earlier part. Parts have the sign of `total`. ValueError
    for a negative weight, for no weights, for weights that are all zero, or for a total with more
    than two decimals.
    """
    shares = [Fraction(weight) for weight in weights]
    whole = sum(shares, Fraction(0))
    if any(share < 0 for share in shares) or whole <= 0:
        raise ValueError("weights must not be negative, and not all zero")
    total_cents = cents(total)
    sign = -1 if total_cents < 0 else 1
    fair = [abs(total_cents) * share / whole for share in shares]
    parts = [int(part) for part in fair]  # floor: all are ≥ 0
    left = abs(total_cents) - sum(parts)
    by_remainder = sorted(range(len(fair)), key=lambda i: (parts[i] - fair[i], i))
    for index in by_remainder[:left]:
        parts[index] += 1
    return [euros(sign * part) for part in parts]


def vat_from_net(net: Decimal, rate: Rate) -> Decimal:
    """VAT on a `net` amount at `rate` percent (21, not 0.21), rounded HALF_UP to the cent, sign of
    `net`."""
    return _half_up(Fraction(net) * _percent(rate))


def vat_from_gross(gross: Decimal, rate: Rate) -> Decimal:
    """VAT inside a `gross` amount at `rate` percent (21, not 0.21), rounded HALF_UP to the cent,
    sign of `gross`."""
    share = _percent(rate)
    return _half_up(Fraction(gross) * share / (1 + share))


_SPACES = " \u00a0\u202f\u2009"
_SIGNS = {"-": -1, "\u2212": -1, "+": 1, "": 1}
_CURRENCY = r"(?:€|EUR)?"
_OUTER = re.compile(
    rf"(?P<sign1>[-\u2212+]?)[{_SPACES}]*{_CURRENCY}[{_SPACES}]*(?P<sign2>[-\u2212+]?)[{_SPACES}]*"
    rf"(?P<number>[0-9][0-9.,{_SPACES}]*?)[{_SPACES}]*{_CURRENCY}"
)
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]{1,2}))?")
# Grouped in threes by one separator, then decimals behind another one.
_GROUPED = [
    re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,(?P<part>[0-9]{1,2}))?"),
    re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]{1,2}))?"),
    re.compile(rf"(?P<whole>[1-9][0-9]{{0,2}}(?:[{_SPACES}][0-9]{{3}})+)(?:[.,](?P<part>[0-9]{{1,2}}))?"),
]
# 1.234 may be one thousand and something or one and a bit: nobody can know.
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def parse_amount(text: str) -> Decimal:
    """What a person typed or a file says, as a Decimal with two places.

    Accepts 1.234,56 · 1,234.56 · 1234.56 · 1 234,56 · 169,69 · € 169,69 · 169,69 € · −4,50 (hyphen
    or U+2212). Raises BadAmount for anything else: NaN, exponents, digits of other scripts, three
    decimals, 1.234 (ambiguous).
    """
    bare = text.strip(_SPACES + "\t\r\n")
    outer = _OUTER.fullmatch(bare) if len(bare) <= 40 else None
    if outer is None or (outer["sign1"] and outer["sign2"]) or bare.count("€") + bare.count("EUR") > 1:
        raise BadAmount(text=text[:40])
    number = outer["number"]
    if _AMBIGUOUS.fullmatch(number):
        raise BadAmount(text=text[:40])
    for shape in [_PLAIN, *_GROUPED]:
        if match := shape.fullmatch(number):
            whole = re.sub(r"[^0-9]", "", match["whole"])
            part = (match["part"] or "").ljust(2, "0")
            value = _SIGNS[outer["sign1"] or outer["sign2"]] * int(whole + part)
            if abs(value) > MAX_CENTS:
                break
            return euros(value)
    raise BadAmount(text=text[:40])


def _percent(rate: Rate) -> Fraction:
    share = Fraction(rate) / 100
    if not 0 <= share <= 1:
        raise ValueError(f"a VAT rate is a percentage between 0 and 100: {rate}")
    return share


def _half_up(amount: Fraction) -> Decimal:
    hundredfold = abs(amount) * 100
    rounded = int(hundredfold + Fraction(1, 2))
    return euros(_within_bounds(-rounded if amount < 0 else rounded))


def _within_bounds(value: int) -> int:
    if abs(value) > MAX_CENTS:
        raise ValueError("amount too large")
    return value
