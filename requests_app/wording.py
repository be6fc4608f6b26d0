"""Plain words about payments, questions and what happened, in the language of the reader. No ledger numbers here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bankfeeds.models import StatementLine
from bankfeeds.wording import pretty_name
from portal.kernel.formatting import DayStyle, format_day, format_money
from portal.kernel.text import many_lines, one_line
from requests_app.cards import Card
from requests_app.models import Answer, AnswerKind, Heard, Outcome, Promise, RequestKind
from requests_app.state import State

REFERENCE_LENGTH = 80


def reference_of(line: StatementLine) -> str:
    """What the payer wrote with the payment, on one line."""
    return one_line(line.structured_reference or line.communication, REFERENCE_LENGTH)


def name_of(line: StatementLine) -> str:
    """The counterparty as people write it; "" when the bank does not say."""
    return one_line(pretty_name(line.counterparty_name), 70)


def preview_text(line: StatementLine, kind: str, language: str, twins: Sequence[StatementLine] = ()) -> str:
    """The question about a line, ready to edit: amount without sign, day, counterparty and reference filled in.

    `twins`: every line of the card, when the payment stands on the bank more than once; all their days are named.
    """
    with translation.override(language):
        name, reference = name_of(line), reference_of(line)
        out = line.amount < 0
        facts = {
            "amount": amount_words(line, len(twins) or 1, language),
            "day": days_words(twins or [line], language),
            "whom": "",
            "reference": f" ({reference})" if reference else "",
        }
        if name:
            facts["whom"] = (_(" to %(name)s") if out else _(" from %(name)s")) % {"name": name}
        return _sentence(kind, out, len(twins) > 1) % facts


def amount_words(line: StatementLine, times: int, language: str) -> str:
    """The amount without sign; of twins how many payments it is the amount of. In the active language."""
    amount = format_money(abs(line.amount), language, currency=line.account.currency)
    if times == 1:
        return amount
    return ngettext("%(n)s payment of %(amount)s", "%(n)s payments of %(amount)s", times) % {
        "n": times,
        "amount": amount,
    }


def days_words(lines: Sequence[StatementLine], language: str, style: DayStyle = "long") -> str:
    """The days of a payment or of its twins: “6 March 2026 and 9 March 2026”. In the active language."""
    return _list([format_day(each, language, style) for each in sorted({line.booked_on for line in lines})])


def _sentence(kind: str, out: bool, many: bool) -> str:
    if kind == RequestKind.MISSING_DOCUMENT:
        if out:
            return _("Could you send the invoice for the %(amount)s you paid on %(day)s%(whom)s%(reference)s?")
        return _("Could you send the document for the %(amount)s you received on %(day)s%(whom)s%(reference)s?")
    if many:
        if out:
            return _("What were the %(amount)s for that you made on %(day)s%(whom)s%(reference)s?")
        return _("What were the %(amount)s for that reached you on %(day)s%(whom)s%(reference)s?")
    if out:
        return _("What were the %(amount)s for that you paid on %(day)s%(whom)s%(reference)s?")
    return _("What were the %(amount)s for that you received on %(day)s%(whom)s%(reference)s?")


@dataclass(frozen=True, slots=True)
class CardWords:
    """A card as a person reads it, in a mail or on a screen."""

    title: str
    detail: str
    amount: Decimal
    amount_text: str
    text: str
    kind: str
    many: str = ""  # of twins: “2 payments of € 169,69”


def words_of(card: Card, *, kind: str, text: str, language: str) -> CardWords:
    """Title (who), detail (when, reference), amount without sign; `text` only where it says more than the facts."""
    line = card.first
    with translation.override(language):
        days = days_words(card.lines, language)
        when = (_("paid on %(days)s") if line.amount < 0 else _("received on %(days)s")) % {"days": days}
        reference = reference_of(line)
        title = name_of(line) or reference or _("A payment")
        usual = many_lines(preview_text(line, kind, language, card.lines)) == many_lines(text)
        amount_text = amount_words(line, len(card.lines), language)
        return CardWords(
            title=title,
            detail=f"{when}, {reference}" if reference and reference != title else when,
            amount=abs(line.amount),
            amount_text=amount_text,
            text="" if usual and kind == RequestKind.MISSING_DOCUMENT else text,
            kind=kind,
            many=amount_text if card.is_twins else "",
        )


def _list(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def state_words(state: State, language: str) -> str:
    """The state in a word or two, as a badge says it; "" where whose turn it is says all."""
    with translation.override(language):
        if state.code == "promised" and state.until is not None:
            return _("Promised for %(day)s") % {"day": format_day(state.until, language, "short")}
        return {
            "asked": "",
            "promise_broken": _("Promise passed"),
            "answered": _("Needs attention") if state.late else _("Answered"),
            "escalated": _("Give them a call"),
            "closed": _("Resolved"),
        }[state.code]


def answer_words(kind: str) -> str:
    """What an answer says, in the active language."""
    return {
        AnswerKind.DOCUMENT: _("sent a document"),
        AnswerKind.ALREADY_SENT: _("says it was sent before"),
        AnswerKind.DOES_NOT_EXIST: _("says there is no document"),
        AnswerKind.PRIVATE: _("says it is private"),
        AnswerKind.WORDS: _("answered"),
    }[AnswerKind(kind)]


def heard_choices() -> list[tuple[str, str]]:
    """The ways a colleague can hear an answer, as a form offers them."""
    return [(value, str(label)) for value, label in Heard.choices]


def told_choices() -> list[tuple[str, str]]:
    """What a client can say without a document, as a form offers it."""
    return [(value, str(label)) for value, label in AnswerKind.choices if value != AnswerKind.DOCUMENT]


def noted_facts(row: Answer | Promise, said: str) -> dict[str, Any]:
    """The facts of an answer or a promise that a colleague wrote down; `said`: what was said, as a verb."""
    whom = row.heard_from
    words = _("%(name)s %(answer)s") % {"name": whom, "answer": said}
    return {"name": row.actor_name, "whom": whom, "heard": row.heard_on, "said": words}


def outcome_words(outcome: str) -> str:
    """How a question ended, in the active language."""
    return {
        Outcome.BOOKED: _("booked it"),
        Outcome.NOT_NEEDED: _("no longer needs it"),
        Outcome.NO_DOCUMENT: _("handled it without a document"),
        Outcome.ANSWERED: _("took the answer"),
    }[Outcome(outcome)]


def event_words(event: str, facts: dict[str, Any], language: str) -> str:
    """One line about something that happened, in the active language; `facts` are those of the thread entry."""
    shown = {key: _shown(value, language) for key, value in facts.items()}
    sentences = {
        "asked": _("%(name)s asked %(to)s"),
        "answered": _("%(name)s %(answer)s"),
        "noted_phone": _("Noted by %(name)s after a phone call with %(whom)s on %(heard)s: %(said)s"),
        "noted_paper": _("Noted by %(name)s from a paper of %(whom)s, received on %(heard)s: %(said)s"),
        "noted_meeting": _("Noted by %(name)s after a conversation with %(whom)s on %(heard)s: %(said)s"),
        "note_taken_back": _("%(name)s took the noted answer back"),
        "answer_withdrawn": _("%(name)s took the answer back"),
        "promised": _("%(name)s will see to it by %(until)s"),
        "closed": _("%(name)s %(outcome)s"),
        "reopened": _("%(name)s reopened the question"),
        "escalated": _("Three reminders had no answer: give them a call"),
        "recipient_changed": _("%(name)s sent the question to %(to)s instead of %(before)s"),
        "paused": _("%(name)s paused the reminders: %(reason)s"),
        "paused_until": _("%(name)s paused the reminders until %(until)s: %(reason)s"),
        "resumed": _("%(name)s let the reminders go on"),
        "not_for_me": _("%(name)s says this question is not for them: choose another recipient"),
        "undeliverable": _("Mail to %(to)s was refused, so reminding stopped: choose another recipient"),
        "access_ended": _("%(to)s no longer has access: choose another recipient"),
        "forward_ended": _("%(to)s no longer has this question"),
        "forwarded": _("%(name)s passed the question on to %(to)s"),
        "line_joined": _("%(name)s found the same payment of %(day)s and added it"),
        "twin_left": _("The same payment stands on the bank once more and stays open: was it paid twice?"),
        "mail_queued": _("Mail to %(to)s is waiting to be sent"),
        "mail_inflight": _("Mail to %(to)s is being sent"),
        "mail_sent": _("Mail sent to %(to)s"),
        "mail_uncertain": _("Mail to %(to)s was perhaps sent: decide whether to send it again"),
        "mail_dead": _("Mail to %(to)s could not be sent"),
        "mail_bounced": _("Mail to %(to)s was refused: check the address"),
        "reminder_queued": _("Reminder to %(to)s is waiting to be sent"),
        "reminder_inflight": _("Reminder to %(to)s is being sent"),
        "reminder_sent": _("Reminder sent to %(to)s"),
        "reminder_uncertain": _("Reminder to %(to)s was perhaps sent: decide whether to send it again"),
        "reminder_dead": _("Reminder to %(to)s could not be sent"),
        "reminder_bounced": _("Reminder to %(to)s was refused: check the address"),
    }
    return sentences[event] % shown


def _shown(value: Any, language: str) -> Any:
    return format_day(value, language) if isinstance(value, date) else value
