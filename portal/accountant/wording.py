"""Words the office's screens share: names of periods, and how a VAT return stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from bankfeeds.wording import title
from portal.kernel.formatting import format_money
from portal.kernel.period import BadPeriod, Month, Quarter, parse

if TYPE_CHECKING:
    from bankfeeds.models import Allocation, StatementLine


def period_name(code: str | None) -> str:
    """A period code in words: "october 2026", "Q3 2026", "2026"; empty for none."""
    if not code:
        return ""
    try:
        period = parse(code)
    except BadPeriod:
        return code
    if isinstance(period, Month):
        return formats.date_format(period.first_day, "F Y")
    if isinstance(period, Quarter):
        return _("quarter %(number)s %(year)s") % {"number": period.quarter, "year": period.year}
    return str(period)


def moved_words(day: date | None, instead_of: date) -> str:
    """Where something stands in the books, and why not on its own day; empty when it does."""
    if day is None:
        return ""
    facts = {"day": formats.date_format(day, "j F Y"), "month": period_name(f"{instead_of:%Y-%m}")}
    return _("In the books on %(day)s: %(month)s is locked.") % facts


def allocated_words(line: StatementLine, given: list[Allocation]) -> str:
    """What was just done with a line: how much, whose, and to which account or invoices."""
    language = get_language() or "nl"
    facts = {
        "amount": format_money(abs(sum((one.amount for one in given), Decimal("0.00"))), language),
        "line": title(line, language),
    }
    if given[0].account is not None:
        account = f"{given[0].account.code} {given[0].account.name(language)}"
        return _("%(amount)s %(line)s allocated to %(account)s.") % (facts | {"account": account})
    items = ", ".join(one.open_item.reference for one in given if one.open_item)
    return _("%(amount)s %(line)s matched with %(items)s.") % (facts | {"items": items})


def vat_badge(row: Any, today: date) -> dict[str, Any]:
    """Whose turn the VAT return of a cockpit row is, late or not, and in which words."""
    if not row.vat_due_on:
        return {"turn": "nobody", "late": False, "text": _("Exempt")}
    if row.vat_done:
        return {"turn": "done", "late": False, "text": _("Filed")}
    days = (today - row.vat_due_on).days
    if row.questions_client and not row.questions_firm:
        return {"turn": "client", "late": False, "text": _("Waits for papers"), "overdue": days > 0}
    if days > 0:
        text = ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}
        return {"turn": "firm", "late": True, "text": text, "overdue": True}
    if row.lines_to_do or row.questions_firm:
        return {"turn": "firm", "late": False, "text": _("To review")}
    return {"turn": "firm", "late": False, "text": _("Ready to file")}


def obligation_name(obligation: Any, country: str) -> str:
    """What a filing is called in the country where it is made."""
    if country == "NL" and obligation.kind == "ec_sales_list":
        return pgettext("obligation in the Netherlands", "EC sales list")
    return str(obligation.get_kind_display())


def obligation_badge(state: str) -> dict[str, Any]:
    """How a filing stands (done, late, due_soon, on_track), as a badge."""
    return {
        "done": {"turn": "done", "late": False, "text": _("Filed")},
        "late": {"turn": "firm", "late": True, "text": _("Overdue")},
        "due_soon": {"turn": "firm", "late": False, "text": _("Due soon")},
        "on_track": {"turn": "nobody", "late": False, "text": _("On track")},
    }[state]


def closing_outcomes() -> list[tuple[str, str]]:
    """How the office may close a question by hand ("booked" is said by booking)."""
    return [
        ("not_needed", _("No longer needed")),
        ("no_document", _("Handled without a document")),
        ("answered", _("The answer is enough")),
    ]
