"""The log in sentences, the same for both sides; a client reads what concerns them, never what the office notes.

Every kind of event has its sentence here (a test reads the sources for kinds without one). `%(who)s` did it; the other
words come from the facts of the event. A fact that is missing is an empty word and never an error.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.audit.models import Event
from portal.audit.queries import LogFilter, events_of, people_in
from portal.kernel.formatting import format_day, format_money
from portal.kernel.period import BadPeriod, Month, Quarter, parse
from portal.web.tables import Sort, keyset_page

SENTENCES: dict[str, Promise] = {
    "access.made_contact": _("%(who)s had the questions go to %(name)s"),
    "access.previewed": _("%(who)s looked at the portal as %(name)s"),
    "access.revoked": _("%(who)s took the access of %(name)s away"),
    "account.added": _("%(who)s added account %(account)s"),
    "administration.responsible_set": _("%(who)s made %(name)s answer for this client"),
    "administration.started": _("%(who)s started the administration %(name)s"),
    "bank_account.added": _("%(who)s added bank account %(number)s"),
    "bank_file.imported": _("%(who)s took in the bank file %(name)s"),
    "books.chain_broken": _("The chain of the books no longer holds place %(position)s: do not book here for now"),
    "books.chain_checked": _("The chain of the books was worked out again: %(places)s places"),
    "books.head_noted": _("The chain of the books stood at place %(position)s with hash %(hash)s"),
    "books.opened": _("%(who)s opened the books of %(year)s"),
    "document.received": _("%(who)s handed over %(name)s"),
    "entries.posted": _("%(who)s booked %(entries)s entries"),
    "entry.posted": _("%(who)s booked entry %(number)s"),
    "entry.reversed": _("%(who)s took a booking back with entry %(number)s"),
    "firm.changed": _("%(who)s changed the settings of the firm"),
    "firm.opened": _("%(who)s opened the firm"),
    "fiscal_year.opened": _("%(who)s opened the year %(year)s"),
    "invitation.accepted": _("%(who)s accepted the invitation"),
    "invitation.revoked": _("%(who)s withdrew an invitation"),
    "invitation.sent": _("%(who)s invited %(email)s"),
    "invitation.sent_again": _("%(who)s sent an invitation again"),
    "journal.added": _("%(who)s added journal %(journal)s"),
    "line.allocated": _("%(who)s put %(amount)s of a bank line in its place"),
    "line.allocation_undone": _("%(who)s took %(amount)s of a bank line back"),
    "line.booking_undone": _("%(who)s undid the booking of a bank line"),
    "link.mailed_again": _("%(who)s asked for a new link by mail"),
    "link.revoked": _("%(who)s stopped the link of %(email)s"),
    "mail.considered_sent": _("%(who)s said that the mail to %(to)s was sent"),
    "mail.sent_again": _("%(who)s sent the mail to %(to)s again"),
    "member.changed": _("%(who)s changed what %(name)s is and sees"),
    "member.revoked": _("%(who)s took the access of %(name)s away"),
    "obligation.done": _("%(who)s marked as filed: %(kind)s, %(period)s"),
    "obligation.reopened": _("%(who)s marked as not filed: %(kind)s, %(period)s"),
    "obligations.done": _("%(who)s said that returns were filed"),
    "open_item.cleared": _("%(who)s cleared %(amount)s of an open item"),
    "open_item.uncleared": _("%(who)s took the clearing of %(amount)s back"),
    "party.created": _("%(who)s added %(name)s as a customer or supplier"),
    "party.iban_learned": _("%(who)s gave a customer or supplier the account number %(iban)s"),
    "party.iban_unlearned": _("%(who)s took the account number %(iban)s of a customer or supplier back"),
    "period.locked": _("%(who)s locked %(period)s"),
    "period.unlocked": _("%(who)s unlocked %(period)s"),
    "purchase.booked": _("%(who)s booked an invoice of %(total)s"),
    "purchase.proposed": _("%(who)s filled in an invoice of %(total)s"),
    "purchase.received": _("%(who)s sent an invoice"),
    "purchase.rejected": _("%(who)s set an invoice aside"),
    "purchase.unbooked": _("%(who)s took the booking of an invoice back"),
    "reminders.paused": _("%(who)s paused reminders: %(reason)s"),
    "reminders.resumed": _("%(who)s let reminders go on"),
    "request.access_ended": _("%(who)s took a question back from %(to)s"),
    "request.answer_withdrawn": _("%(who)s took an answer back"),
    "request.answer_noted": _("%(who)s noted the answer of %(name)s to a question"),
    "request.answered": _("%(who)s answered a question"),
    "request.asked": _("%(who)s asked %(to)s a question"),
    "request.closed": _("%(who)s closed a question"),
    "request.commented": _("%(who)s wrote a message"),
    "request.disowned": _("%(who)s said that a question is not for them"),
    "request.document_added": _("%(who)s added a document to a question"),
    "request.escalated": _("%(who)s gave up reminding: somebody should call"),
    "request.forward_ended": _("%(who)s ended the passing on of a question to %(to)s"),
    "request.forward_returned": _("%(who)s passed a question back to who it was asked of"),
    "request.forwarded": _("%(who)s passed a question on to %(to)s"),
    "request.line_joined": _("%(who)s added a bank line to a question"),
    "request.noted": _("%(who)s wrote an internal note"),
    "request.promise_noted": _("%(who)s noted that %(name)s promises an answer by %(until)s"),
    "request.promised": _("%(who)s promised an answer by %(until)s"),
    "request.recipient_changed": _("%(who)s sent a question to %(to)s instead of %(before)s"),
    "request.reminded": _("%(who)s reminded of a question"),
    "request.reminded_by_hand": _("%(who)s sent a reminder to %(to)s"),
    "request.reopened": _("%(who)s reopened a question"),
    "request.undeliverable": _("The mail about a question was refused"),
    "asked_classes.set": _("%(who)s chose which bank lines the client is never asked about"),
    "rule.removed": _("%(who)s removed a rule for bank lines"),
    "rule.set": _("%(who)s made a rule for bank lines"),
    "statement.held": _("Statement %(number)s was held back"),
    "statement.refused": _("%(who)s refused statement %(number)s"),
    "statement.released": _("%(who)s accepted statement %(number)s"),
    "team.removed": _("%(who)s removed the team %(name)s"),
    "team.saved": _("%(who)s saved the team %(name)s"),
    "view.removed": _("%(who)s removed the view %(name)s"),
    "view.renamed": _("%(who)s changed the view %(name)s"),
    "view.saved": _("%(who)s saved the view %(name)s"),
}
# what a client reads of their own administration, by what they may
CLIENT_READS = frozenset(
    {
        "access.made_contact",
        "access.revoked",
        "administration.responsible_set",
        "administration.started",
        "bank_account.added",
        "bank_file.imported",
        "document.received",
        "invitation.accepted",
        "invitation.revoked",
        "invitation.sent",
        "invitation.sent_again",
        "link.mailed_again",
        "link.revoked",
        "obligation.done",
        "obligation.reopened",
        "period.locked",
        "period.unlocked",
        "purchase.booked",
        "purchase.received",
        "purchase.unbooked",
    }
)
CLIENT_ANSWERS = frozenset(
    {
        "request.answer_noted",
        "request.answer_withdrawn",
        "request.answered",
        "request.asked",
        "request.closed",
        "request.commented",
        "request.disowned",
        "request.document_added",
        "request.forward_returned",
        "request.forwarded",
        "request.promise_noted",
        "request.promised",
        "request.recipient_changed",
        "request.reminded",
        "request.reopened",
    }
)
KINDS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "questions": (_("Questions"), ("request.", "reminders.", "link.", "mail.")),
    "bank": (_("Bank"), ("bank_", "line.", "statement.", "rule.", "asked_")),
    "documents": (_("Documents"), ("document.", "purchase.")),
    "books": (
        _("Books and returns"),
        ("entry.", "entries.", "period.", "obligation", "books.", "fiscal_year.", "open_"),
    ),
    "people": (
        _("People and access"),
        ("access.", "invitation.", "member.", "administration.", "firm.", "party.", "team.", "view."),
    ),
}


FILINGS = {
    "vat_return": pgettext_lazy("obligation", "VAT return"),
    "ec_sales_list": pgettext_lazy("obligation", "EC sales list"),
    "customer_listing": pgettext_lazy("obligation", "Annual customer listing"),
}


class _Words(dict[str, str]):
    """The words of an event; a fact it does not hold is an empty word."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(event: Event, language: str) -> str:
    """What happened, in the active language; an event of a kind nobody wrote a sentence for shows its name."""
    template = SENTENCES.get(event.what)
    if template is None:
        return f"{event.actor_name} ({event.what})"
    words = _Words({key: _shown(key, str(value), language) for key, value in event.facts.items()})
    return " ".join((str(template) % _Words(words | {"who": event.actor_name})).split())


def _shown(key: str, text: str, language: str) -> str:
    try:
        if key in ("amount", "total"):
            return format_money(Decimal(text), language)
        if key == "until":
            return format_day(date.fromisoformat(text), language)
        if key == "period":
            return _period(text)
        if key == "kind":
            return str(FILINGS.get(text, text))
    except (ValueError, ArithmeticError, BadPeriod):
        pass  # not in the shape of today: as it was written
    return text


def _period(code: str) -> str:
    """A period code in words. Raises BadPeriod for what is none."""
    period = parse(code)
    if isinstance(period, Month):
        return formats.date_format(period.first_day, "F Y")
    if isinstance(period, Quarter):
        return gettext("quarter %(number)s %(year)s") % {"number": period.quarter, "year": period.year}
    return str(period)


class LogForm(forms.Form):
    """How a reader narrows the log. What cannot be read narrows nothing."""

    who = forms.CharField(max_length=80, required=False)
    kind = forms.ChoiceField(
        choices=[("", ""), *((key, label) for key, (label, _begins) in KINDS.items())], required=False
    )
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    @classmethod
    def wanted(cls, request: HttpRequest) -> LogFilter:
        """The filter of this address."""
        form = cls(request.GET)
        form.is_valid()
        said = form.cleaned_data
        kind = said.get("kind") or ""
        return LogFilter(
            who=said.get("who") or "",
            kinds=KINDS[kind][1] if kind in KINDS else (),
            since=said.get("since"),
            until=said.get("until"),
        )


def log_page(
    request: HttpRequest, administration_id: UUID | None, *, only: frozenset[str] | None = None
) -> dict[str, Any]:
    """The page of the log this address asks for: rows with their sentences, who acted, kinds, and the way on."""
    language = get_language() or "nl"
    everything = events_of(administration_id, wanted=LogFilter(), only=only)
    rows = events_of(administration_id, wanted=LogForm.wanted(request), only=only)
    page = keyset_page(request, rows, Sort("at", descending=True), total=rows.count())
    shown = [(row, sentence(row, language)) for row in page.rows]
    picked = {name: request.GET.get(name, "") for name in ("who", "kind", "since", "until")}
    kinds = [(key, label) for key, (label, _begins) in KINDS.items()]
    return {"page": page, "rows": shown, "people": people_in(everything), "kinds": kinds, "picked": picked}
