"""Check digits of the references that bank files carry, as quick yes/no tests on already clean text.

The reader meets hundreds of thousands of them, so these work on the text as the file holds it and
never raise. Rules: OGM/VCS and Belgian BBAN mod 97 (0 counts as 97); IBAN and RF ISO 7064 mod 97-10.
"""

from __future__ import annotations

import re
from functools import lru_cache

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}", re.ASCII)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}", re.ASCII)
_OGM_IN_TEXT = re.compile(r"([+*])\1\1 ?([0-9]{3})/([0-9]{4})/([0-9]{5}) ?\1\1\1", re.ASCII)
_BELGIUM = "1114"  # B = 11, E = 14 in the IBAN arithmetic


def is_digits(text: str) -> bool:
    """Only 0–9 and at least one of them (str.isdigit also accepts other scripts)."""
    return text.isascii() and text.isdigit()


def is_ogm(digits: str) -> bool:
    """Twelve digits whose last two check the first ten; all zeros is no reference."""
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return False
    return (int(digits[:10]) % 97 or 97) == int(digits[10:])


def ogm_text(digits: str) -> str:
    """Twelve digits the way people write them: +++090/9337/55493+++."""
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def ogm_in_text(text: str) -> str:
    """The first valid structured communication written with its signs in free text, or ""."""
    for found in _OGM_IN_TEXT.finditer(text):
        digits = found[2] + found[3] + found[4]
        if is_ogm(digits):
            return ogm_text(digits)
    return ""


def _mod97(text: str) -> int:
    """ISO 7064 remainder of an IBAN or RF text whose letters A–Z count 10–35."""
    moved = text[4:] + text[:4]
    return int("".join([c if c.isdigit() else str(ord(c) - 55) for c in moved])) % 97


def is_rf(text: str) -> bool:
    return _RF.fullmatch(text) is not None and _mod97(text) == 1


def has_iban_shape(text: str) -> bool:
    """Country, two digits, 8–30 letters or digits; the check digits may be wrong."""
    return _IBAN.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_iban(text: str) -> bool:
    if text[:2] == "BE":  # nearly all of them, so without the pattern
        body = text[2:]
        return len(body) == 14 and is_digits(body) and int(body[2:] + _BELGIUM + body[:2]) % 97 == 1
    return has_iban_shape(text) and _mod97(text) == 1


@lru_cache(maxsize=4096)
def is_bic(text: str) -> bool:
    return _BIC.fullmatch(text) is not None


def belgian_iban(bban: str) -> str:
    """The IBAN of a Belgian account number of twelve digits, "" when its check digits are wrong."""
    if len(bban) != 12 or not is_digits(bban):
        return ""
    number = int(bban[:10])
    if not number or (number % 97 or 97) != int(bban[10:]):
        return ""
    return f"BE{98 - int(bban + _BELGIUM + '00') % 97:02d}{bban}"
