"""Words of the client portal: tasks, periods and how a paper stands. Never a ledger number or a code of the bank."""

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel.formatting import format_day
from portal.kernel.period import BadPeriod, Month, Quarter, parse
from portal.web.answering import Place, language, words
from requests_app.queries.activities import Activity
from requests_app.wording import amount_words, days_words, name_of, reference_of


def task_of(activity: Activity, place: Place, today: date) -> dict[str, Any]:
    """A question as components/_task.html shows it."""
    asked, first, said = activity.request, activity.first, words(activity)
    is_question = asked.kind == "question"
    url = place.url("request", asked.pk)
    task = {
        "icon": "message-square" if is_question else "paperclip",
        "title": _title(activity, is_question),
        "text": asked.text if is_question else _asks(activity),
        "amount": said.amount if said and not said.many else None,
        "due": _since(activity, today),
        "late": activity.state.late,
        "url": url,
        "action": _("Answer") if is_question else _("Add it"),
        "primary": True,
        "camera": not is_question,
    }
    if first is not None and not is_question:
        task |= {"second_url": f"{url}#other", "second_action": _("Other answer")}
    return task


def _title(activity: Activity, is_question: bool) -> str:
    first = activity.first
    who = name_of(first) if first else ""
    if first is None or not who:
        return _("A question about a payment") if is_question else _("Document asked for a payment")
    if is_question:
        text = (
            _("Question about a payment to %(name)s")
            if first.amount < 0
            else _("Question about a payment from %(name)s")
        )
    else:
        text = (
            _("Invoice asked for a payment to %(name)s")
            if first.amount < 0
            else _("Invoice asked for a payment from %(name)s")
        )
    return text % {"name": who}


def _asks(activity: Activity) -> str:
    first = activity.first
    if first is None:
        return str(activity.request.text)
    facts = {
        "name": activity.request.actor_name.split(" ")[0],
        "day": days_words(activity.lines, language(), "spoken"),
        "reference": reference_of(first),
        "many": amount_words(first, len(activity.lines), language()),
    }
    if len(activity.lines) > 1:
        text = _("%(name)s asks for the document of %(many)s on %(day)s.")
    elif facts["reference"]:
        text = _("%(name)s asks for the document of %(day)s, reference %(reference)s.")
    else:
        text = _("%(name)s asks for the document of %(day)s.")
    return text % facts


def _since(activity: Activity, today: date) -> str:
    state = activity.state
    if state.code == "promised" and state.until is not None:
        return _("promised for %(day)s") % {"day": format_day(state.until, language(), "spoken")}
    days = (today - activity.request.asked_on).days
    if days <= 0:
        return _("asked today")
    return ngettext("asked %(days)s day ago", "asked %(days)s days ago", days) % {"days": days}


def greeting(count: int) -> str:
    """The sentence under the greeting."""
    if not count:
        return _("Everything is in order. Your accountant does the rest.")
    words_ = ngettext("One thing waits for you.", "%(count)s things wait for you.", count)
    return (words_ % {"count": count}) + " " + _("Your accountant does the rest.")


def vat_period(code: str) -> str:
    """A period code as people say it: "4th quarter 2026", "November 2026"."""
    try:
        period = parse(code)
    except BadPeriod:
        return code
    if isinstance(period, Month):
        return formats.date_format(period.first_day, "F Y")
    if isinstance(period, Quarter):
        ordinal = {1: _("1st quarter"), 2: _("2nd quarter"), 3: _("3rd quarter"), 4: _("4th quarter")}[period.quarter]
        return f"{ordinal} {period.year}"
    return str(period)


PAPER_STATES = {"uploaded": "looked_at", "proposed": "looked_at", "booked": "booked", "rejected": "rejected"}


def paper_state(document: Any) -> dict[str, str]:
    """How a document stands, as a badge: received, being looked at, booked, not needed."""
    purchase = getattr(document, "purchase", None)
    state = PAPER_STATES.get(str(purchase.state), "received") if purchase is not None else "received"
    return {
        "received": {"turn": "info", "text": _("Received")},
        "looked_at": {"turn": "firm", "text": _("Being looked at")},
        "booked": {"turn": "done", "text": _("Booked")},
        "rejected": {"turn": "nobody", "text": _("Not needed")},
    }[state]
