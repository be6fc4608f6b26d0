"""Every line whose place is certain, in two keys: first the list of what would become of each, then the booking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bankfeeds import wording as bank_words
from bankfeeds.queries.certain import Place, certain_lines
from bankfeeds.rules import access_lines
from portal.accountant.desk import among, kept, read_filter
from portal.accountant.forms import account_text
from portal.kernel.clock import today
from portal.people.access import Right, access_administration
from portal.web.errors import sentence
from portal.web.templatetags.samen import grouped
from requests_app.actions.batch import MOST_AT_ONCE, accept_many
from requests_app.queries.asked import asked_lines

if TYPE_CHECKING:
    from bankfeeds.models import StatementLine


@dataclass(frozen=True, slots=True)
class Row:
    """One line with its place, and in words where that is and why."""

    line: StatementLine
    title: str
    place: Place
    to: str
    why: str


@require_http_methods(["GET", "HEAD", "POST"])
def certain(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """What would be booked where, without a question that is still open; by POST that, and nothing that changed since.

    A line carries the place its reader saw ("<id>:<version>:<place>"): another rule by now leaves it as it is.
    """
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.ALLOCATE)
    back = f"{reverse('kantoor:bank', args=[firm, found.pk])}?{kept(request)}"
    if request.method == "POST":
        seen = [text.split(":", 2) for text in request.POST.getlist("seen") if text.count(":") > 1][:MOST_AT_ONCE]
        if seen:
            wanted = {text[0]: (text[1], text[2]) for text in seen}
            lines = access_lines(actor, [text[0] for text in seen], to=Right.ALLOCATE)
            if any(line.administration_id != found.pk for line in lines):
                raise Http404
            chosen = [
                (line, int(version) if version.isdecimal() and len(version) < 9 else 0, key)
                for line in lines
                for version, key in [wanted[str(line.pk)]]
            ]
            done = accept_many(lines=chosen, by=actor, on=today())
            _tell(request, [sentence(one.refusal) if one.refusal else "" for one in done])
        return redirect(back)
    wanted_lines = read_filter(request, found)
    rows = certain_lines(found, wanted_lines, among=among(wanted_lines), asked=asked_lines("open", today()))
    context = {
        "administration": found,
        "rows": [_row(line, place) for line, place in rows[:MOST_AT_ONCE]],
        "back": back,
        "keep": kept(request),
    }
    return render(request, "kantoor/certain.html", context)


def _row(line: StatementLine, place: Place) -> Row:
    title = bank_words.title(line, get_language() or "nl")
    if place.item is not None:
        who = f"{place.item.party.name} " if place.item.party else ""
        why = ", ".join(bank_words.suggested_by(reason) for reason in place.reasons)
        return Row(line, title, place, f"{who}{place.item.reference}", why)
    assert place.account is not None  # noqa: S101  (one of both: see Place)
    return Row(line, title, place, account_text(place.account), _("your rule for this counterparty"))


def _tell(request: HttpRequest, refusals: list[str]) -> None:
    """How many were booked, and of the first that was not why."""
    left = [why for why in refusals if why]
    well = len(refusals) - len(left)
    if well:
        words = ngettext("%(n)s line is booked", "%(n)s lines are booked", well) % {"n": grouped(well)}
        messages.success(request, f"{words}.")
    if left:
        words = ngettext("%(n)s line is left as it is", "%(n)s lines are left as they are", len(left))
        messages.error(request, f"{words % {'n': grouped(len(left))}}: {left[0]}")
