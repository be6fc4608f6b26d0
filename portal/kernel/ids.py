"""Identifiers of companies, accounts and payments: parse to one canonical form, check digits, show
to people.

Canonical forms have no spaces or dots: enterprise number BE "0712345678" (10 digits), KvK NL
"12345678" (8 digits), VAT number "BE0712345678" / "NL123456789B01", IBAN "BE70063956273525", OGM
twelve digits, RF reference "RF18539007547034". Check digits: KBO and OGM mod 97, Dutch VAT number
elfproef (legal entities) or ISO 7064 mod 97-10 (sole traders since 2020), IBAN and RF ISO 7064 mod
97-10; python-stdnum does the arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import iban as _iban
from stdnum import iso11649
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn, btw

from portal.kernel.errors import Refused, gettext_noop

_SEPARATORS = re.compile(r"[\s.\-/\u00a0\u202f]")
_NO_BREAK = "\u00a0"


class BadIdentifier(Refused):
    """Text that is not a valid identifier of its kind. data: text."""

    code = "bad_identifier"
    template = gettext_noop("“%(text)s” is not a valid number.")


class BadEnterpriseNumber(BadIdentifier):
    code = "bad_enterprise_number"
    template = gettext_noop("“%(text)s” is not a valid enterprise number. Check the digits.")


class BadVatNumber(BadIdentifier):
    code = "bad_vat_number"
    template = gettext_noop("“%(text)s” is not a valid VAT number. Check the digits.")


class BadIban(BadIdentifier):
    code = "bad_iban"
    template = gettext_noop("“%(text)s” is not a valid account number (IBAN). Check the digits.")


class BadPaymentReference(BadIdentifier):
    code = "bad_payment_reference"
    template = gettext_noop("“%(text)s” is not a valid structured communication. Check the digits.")


# ── Enterprise number (KBO, KvK) ──


def parse_enterprise_number(text: str, country: str = "BE") -> str:
    """Canonical enterprise number: ten digits for BE (an old nine-digit one gets its 0), eight for
    NL (KvK has no check).

    Raises BadEnterpriseNumber; ValueError for another country.
    """
    bare = _bare(text)
    if country == "BE":
        digits = re.sub(r"^BE", "", bare)
        digits = "0" + digits if len(digits) == 9 else digits
        if re.fullmatch(r"[01][0-9]{9}", digits) and int(digits[:8]) and 97 - int(digits[:8]) % 97 == int(digits[8:]):
            return digits
    elif country == "NL":
        digits = re.sub(r"^(KVK|NL)", "", bare)
        if re.fullmatch(r"[0-9]{8}", digits) and int(digits):
            return digits
    else:
        raise ValueError(f"no enterprise numbers known for {country!r}")
    raise BadEnterpriseNumber(text=text[:40])


def is_enterprise_number(text: str, country: str = "BE") -> bool:
    return _holds(parse_enterprise_number, text, country)


def display_enterprise_number(number: str, country: str = "BE") -> str:
    """A canonical number for people: "0712.345.678" for BE, "12345678" for NL. Any other text is
    given back as it is."""
    if country == "BE" and re.fullmatch(r"[0-9]{10}", number):
        return f"{number[:4]}.{number[4:7]}.{number[7:]}"
    return number


# ── VAT number ──


def parse_vat_number(text: str, country: str = "") -> str:
    """Canonical VAT number with its country in front. `country` is used when the text has no
    country letters.

    BE and NL are checked by their check digits; a number of another EU country by shape only (2
    letters, 2–12 letters or digits), because its authority is asked where it matters. Raises
    BadVatNumber.
    """
    bare = _bare(text)
    prefix = bare[:2] if re.match(r"[A-Z]{2}", bare) else country
    body = bare[2:] if bare.startswith(prefix) and prefix else bare
    if prefix == "BE":
        try:
            return "BE" + parse_enterprise_number(body, "BE")
        except BadEnterpriseNumber:
            raise BadVatNumber(text=text[:40]) from None
    if prefix == "NL":
        if _is_dutch_vat(body):
            return "NL" + body
    elif re.fullmatch(r"[A-Z]{2}", prefix) and re.fullmatch(r"[A-Z0-9+*]{2,13}", body) and re.search(r"[0-9]", body):
        return prefix + body
    raise BadVatNumber(text=text[:40])


def is_vat_number(text: str, country: str = "") -> bool:
    return _holds(parse_vat_number, text, country)


def display_vat_number(number: str) -> str:
    """A canonical VAT number for people: "BE 0712.345.678", "NL 123456789B01"; other countries "DE
    123456789"."""
    if number.startswith("BE"):
        return f"BE{_NO_BREAK}{display_enterprise_number(number[2:], 'BE')}"
    return f"{number[:2]}{_NO_BREAK}{number[2:]}" if re.match(r"[A-Z]{2}", number) else number


def vat_number_of(enterprise_number: str) -> str:
    """The Belgian VAT number that belongs to a Belgian enterprise number (subject to VAT or
    not)."""
    return "BE" + parse_enterprise_number(enterprise_number, "BE")


def _is_dutch_vat(body: str) -> bool:
    if not re.fullmatch(r"[0-9]{9}B[0-9]{2}", body) or body.endswith("B00"):
        return False
    return bool(bsn.is_valid(body[:9])) or bool(mod_97_10.is_valid("NL" + body)) or bool(btw.is_valid("NL" + body))


# ── IBAN ──


def parse_iban(text: str) -> str:
    """Canonical IBAN, upper case without spaces. Raises BadIban (length, check digits, Belgian
    account check)."""
    bare = _bare(text)
    try:
        if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", bare):
            raise BadIban(text=text[:40])
        # not with the list of banks: it ages, and a bank opened since would be refused
        checked = str(_iban.validate(bare, check_country=False))
    except ValidationError:
        raise BadIban(text=text[:40]) from None
    if checked.startswith("BE") and int(checked[-2:]) != (int(checked[4:-2]) % 97 or 97):
        raise BadIban(text=text[:40])
    return checked


def is_iban(text: str) -> bool:
    return _holds(parse_iban, text)


def display_iban(iban: str) -> str:
    """An IBAN in groups of four: "BE70 0639 5627 3525" (plain spaces, so that it can be copied)."""
    bare = _bare(iban)
    return " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))


def iban_country(iban: str) -> str:
    """The ISO country of a canonical IBAN."""
    return iban[:2]


# ── Structured communication: OGM (Belgium) and RF (ISO 11649) ──

_OGM = re.compile(r"(?:\+{3}|\*{3})? ?([0-9]{3}) ?/? ?([0-9]{4}) ?/? ?([0-9]{5}) ?(?:\+{3}|\*{3})?")
_OGM_IN_TEXT = re.compile(r"(?<![0-9])([0-9]{3})[ /]?([0-9]{4})[ /]?([0-9]{5})(?![0-9])")


def parse_ogm(text: str) -> str:
    """The twelve digits of a Belgian structured communication, with or without +++ or *** and
    slashes.

    Raises BadPaymentReference when shape or check digits are wrong.
    """
    match = _OGM.fullmatch(text.strip())
    if match is None or not _ogm_holds("".join(match.groups())):
        raise BadPaymentReference(text=text[:40])
    return "".join(match.groups())


def is_ogm(text: str) -> bool:
    return _holds(parse_ogm, text)


def make_ogm(base: int) -> str:
    """The twelve digits for a base of at most ten digits, check digits added. ValueError outside
    0…9 999 999 999."""
    if not 0 <= base < 10**10:
        raise ValueError("an OGM holds ten digits")
    return f"{base:010d}{base % 97 or 97:02d}"


def display_ogm(ogm: str) -> str:
    """Twelve digits as people know them: "+++010/8068/17183+++". Any other text is given back as it
    is."""
    return f"+++{ogm[:3]}/{ogm[3:7]}/{ogm[7:]}+++" if re.fullmatch(r"[0-9]{12}", ogm) else ogm


def find_ogms(text: str) -> tuple[str, ...]:
    """Every valid structured communication inside free text, in order, each once."""
    found = ("".join(match.groups()) for match in _OGM_IN_TEXT.finditer(text))
    return tuple(dict.fromkeys(ogm for ogm in found if _ogm_holds(ogm)))


def parse_rf(text: str) -> str:
    """Canonical ISO 11649 creditor reference. Raises BadPaymentReference."""
    bare = _bare(text)
    if re.fullmatch(r"RF[0-9]{2}[A-Z0-9]{1,21}", bare) and iso11649.is_valid(bare):
        return bare
    raise BadPaymentReference(text=text[:40])


def is_rf(text: str) -> bool:
    return _holds(parse_rf, text)


def make_rf(reference: str) -> str:
    """The RF reference for 1–21 letters and digits. ValueError for anything else."""
    bare = _bare(reference)
    if not re.fullmatch(r"[A-Z0-9]{1,21}", bare):
        raise ValueError("a creditor reference holds 1–21 letters and digits")
    return f"RF{98 - int(mod_97_10.checksum(bare + 'RF00')):02d}{bare}"


def display_rf(reference: str) -> str:
    """An RF reference in groups of four: "RF18 5390 0754 7034"."""
    return display_iban(reference)


def _ogm_holds(digits: str) -> bool:
    return (int(digits[:10]) % 97 or 97) == int(digits[10:])


def _bare(text: str) -> str:
    bare = _SEPARATORS.sub("", text)
    # Only ASCII: upper() would turn a dotless ı or a long ſ into a letter that then passes.
    return bare.upper() if bare.isascii() else bare


def _holds(parser: Callable[..., str], *args: str) -> bool:
    try:
        parser(*args)
    except BadIdentifier:
        return False
    return True
