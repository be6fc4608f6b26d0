"""The bank in words: who, how much and when for a client (never a code or a ledger number), and why not for anybody.

Functions take the language of the reader ("nl", "fr", "en-gb") where one page may speak several; the others use the
language that is active.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop, ngettext, override

from bankfeeds import reasons
from bankfeeds.formats import describe_transaction_code
from bankfeeds.formats.rules import COSMETIC, REFUSED, WARNINGS
from bankfeeds.models import Statement, StatementLine
from bankfeeds.queries.suggestions import AccountSuggestion
from bankfeeds.report import ImportReport, Remark
from portal.kernel.errors import Refused
from portal.kernel.formatting import format_day, format_money, format_number
from portal.kernel.ids import display_iban, is_iban

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Kept in capitals although the name around them is not: legal forms and what people know as letters.
_CAPITALS = frozenset(
    {
        *("BV", "NV", "SA", "SRL", "BVBA", "SPRL", "VZW", "ASBL", "CV", "CVBA", "SC", "SCRL", "VOF", "SNC", "GCV"),
        *("SE", "SSE", "BNP", "KBC", "ING", "NMBS", "SNCB", "TMVW", "RSZ", "ONSS", "BTW", "TVA", "FOD", "SPF", "IT"),
    }
)
_SMALL = frozenset(("en", "et", "du", "des", "of", "the"))
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_RULES: dict[str, str] = {**REFUSED, **WARNINGS, **reasons.HELD, **reasons.ODD}
_SUGGESTED_BY = {
    "amount": gettext_noop("same amount"),
    "reference": gettext_noop("same reference"),
    "iban": gettext_noop("known account number"),
    "name": gettext_noop("same name"),
}


@dataclass(frozen=True, slots=True)
class LineWords:
    """A bank line for a reader. `plain` is the whole of it in one phrase: "€ 169,69 aan Exact Software op 6 maart"."""

    counterparty: str  # "" when the bank does not say
    plain: str
    operation: str  # what kind of movement: "Domiciliëring"
    amount: str  # with its sign
    day: str
    account: str  # the own account, in groups of four
    communication: str


def describe(line: StatementLine, language: str, *, today: date | None = None) -> LineWords:
    """The line in the reader's language. The year is left out when it is that of `today`."""
    with override(language):
        counterparty = pretty_name(line.counterparty_name)
        operation = operation_text(line, language)
        year_known = today is not None and today.year == line.booked_on.year
        day = format_day(line.booked_on, language, "spoken" if year_known else "long")
        facts = {
            "amount": format_money(abs(line.amount), language, currency=line.account.currency),
            "who": counterparty or _iban(line.counterparty_iban),
            "what": operation,
            "day": day,
        }
        if not facts["who"]:
            plain = gettext("%(amount)s (%(what)s) on %(day)s") if operation else gettext("%(amount)s on %(day)s")
        elif line.amount < 0:
            plain = gettext("%(amount)s to %(who)s on %(day)s")
        else:
            plain = gettext("%(amount)s from %(who)s on %(day)s")
        return LineWords(
            counterparty=counterparty,
            plain=plain % facts,
            operation=operation,
            amount=format_money(line.amount, language, sign=True, currency=line.account.currency),
            day=day,
            account=_iban(line.account.number),
            communication=line.structured_reference or line.communication,
        )


def title(line: StatementLine, language: str) -> str:
    """What a list shows first: the counterparty, or else the communication, or else the kind of movement."""
    return (
        pretty_name(line.counterparty_name)
        or line.communication[:60]
        or operation_text(line, language)
        or _iban(line.counterparty_iban)
    )


def operation_text(line: StatementLine, language: str) -> str:
    """The kind of movement in words; "" when the bank gives no code."""
    return describe_transaction_code(line.transaction_code, language[:2]) if line.transaction_code else ""


def statement_number(statement: Statement) -> str:
    """The number people know: the one on paper when the bank gives one."""
    on_paper = str(statement.facts.get("number", ""))
    return on_paper if on_paper.strip("0") and "/" not in statement.number else statement.number


def pretty_name(name: str) -> str:
    """A name as people write it: "EXACT SOFTWARE BELGIUM BVBA" becomes "Exact Software Belgium BVBA"."""
    if len(name) <= 3 or name != name.upper():
        return name
    pretty = _WORDS.sub(_pretty_word, name)
    return pretty[:1].upper() + pretty[1:]


def _pretty_word(found: re.Match[str]) -> str:
    word = found[0]
    if word in _CAPITALS or (len(word) <= 3 and not re.search("[AEIOUYÀÉÈ]", word)):
        return word
    return word.lower() if word.lower() in _SMALL else word[:1] + word[1:].lower()


def _iban(number: str) -> str:
    return display_iban(number) if is_iban(number) else number


# --- why not, and what is odd ----------------------------------------------------------------------------------------


def sentence(remark: Remark) -> str:
    """A remark of a report, a statement or a gap ({"rule", "data"}) as a sentence in the active language."""
    data = {key: _shown(value) for key, value in dict(remark.get("data") or {}).items()}
    if remark["rule"] == reasons.OTHER_CONTENT:
        raw = dict(remark["data"])
        what = reasons.DIFFERENCES[str(raw.get("what", "text"))]
        data["what"] = _filled(what, data)
    text = _RULES.get(remark["rule"])
    return _filled(text, data) if text else str(remark["rule"])


def why_held(statement: Statement) -> str:
    """Why a statement is held back (or was refused), in the active language."""
    held = statement.facts.get("held")
    return sentence(held) if held else ""


def letter_to_bank(statement: Statement) -> str:
    """What to ask the bank about a statement that was held back, in the active language."""
    facts = {
        "number": statement.number,
        "year": statement.year,
        "account": _iban(statement.account.number),
        "file": statement.imported.name,
        "why": why_held(statement),
    }
    text = gettext(
        "Hello,\n\nStatement %(number)s of %(year)s of account %(account)s, in the file %(file)s, could not be taken "
        "in.\n%(why)s\n\nCould you send us a correct file, or confirm that this one is right?\n\nKind regards"
    )
    return text % facts


def told(refusal: Refused) -> str:
    """A refusal in the active language."""
    return refusal.message(gettext, _shown)


def summary(report: ImportReport) -> str:
    """One line of what came of a file: "5 new, 0 known, 2 refused"."""
    counts = {"new": report.new, "known": report.known, "refused": report.refused_lines}
    text = gettext("%(new)s new, %(known)s known, %(refused)s refused") % counts
    held = sum(1 for each in report.statements if each.outcome == "held")
    if not held:
        return text
    waiting = ngettext("%(count)s statement is held back", "%(count)s statements are held back", held)
    return f"{text} · {waiting % {'count': held}}"


def report_sentences(report: ImportReport) -> list[str]:
    """What a person should know of an import beyond the counts, one sentence each, in the active language."""
    found = [sentence(warning) for warning in report.warnings if warning["rule"] not in COSMETIC]
    for each in report.statements:
        which = {"number": each.number, "account": _iban(each.account)}
        for remark in ([each.remark] if each.reason else []) + list(each.warnings):
            told_of = {**which, "sentence": sentence(remark)}
            found.append(gettext("Statement %(number)s of %(account)s: %(sentence)s") % told_of)
    return found


def suggested_by(reason: str) -> str:
    """Why an open item is suggested, in the active language."""
    return gettext(_SUGGESTED_BY[reason])


def booked_like_this(suggestion: AccountSuggestion) -> str:
    """How often it went this way before, in the active language."""
    if suggestion.by_rule:
        return gettext("your rule for this counterparty")
    text = ngettext("booked like this last time", "booked like this the last %(times)s times", suggestion.times)
    return text % {"times": suggestion.times}


def _filled(text: str, data: dict[str, Any]) -> str:
    try:
        return gettext(text) % data
    except (KeyError, ValueError, TypeError):
        return text % data  # a translator's slip must not hide why


def _shown(value: Any) -> Any:
    """Amounts and dates (also as reports keep them: text) as people read them; account numbers in groups of four."""
    language = get_language() or "nl"
    if isinstance(value, str):
        if _AMOUNT.fullmatch(value):
            return format_money(Decimal(value), language)
        if _DAY.fullmatch(value):
            return format_day(date.fromisoformat(value), language)
        return _iban(value) if value[:2].isalpha() and value[2:4].isdigit() else value
    if isinstance(value, Decimal):
        whole_cents = value == value.quantize(Decimal("0.01"))
        return format_money(value, language) if whole_cents else format_number(value, language)
    return format_day(value, language) if isinstance(value, date) else value
