"""Periods and obligations of one administration: what is locked, what is due, what is done."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounting.actions.obligations import mark_done, undo_done
from accounting.actions.periods import lock_period, unlock_period
from accounting.queries.obligations import obligation_state, obligations_of
from accounting.queries.periods import months_of
from accounting.rules import access_obligation, access_period
from bankfeeds.queries.lines import to_do_until
from portal.accountant.wording import obligation_badge, obligation_name, period_name
from portal.kernel.clock import today
from portal.kernel.period import BadPeriod, parse
from portal.people.access import Right, access_administration
from portal.web.errors import showing_refusals
from portal.web.stepup import weighty
from requests_app.queries.asked import questions_until

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounting.models import Obligation
    from portal.tenancy.models import Administration


@require_safe
def periods(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """Deadlines and months, with what may be done to them."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.SEE_BOOKS)
    rows = list(obligations_of(found))
    waits = _waits(found, rows)
    due = [
        {
            "row": row,
            "name": obligation_name(row, found.country),
            "badge": obligation_badge(obligation_state(row, today())),
            "period": period_name(row.period),
            "waits": waits.get(row.pk),
        }
        for row in rows
    ]
    months = [{"row": row, "name": period_name(row.code)} for row in months_of(found)]
    context = {"administration": found, "obligations": due, "months": months, "may_lock": actor.may(Right.LOCK_PERIOD)}
    return render(request, "kantoor/periods.html", context)


def _waits(found: Administration, rows: list[Obligation]) -> dict[UUID, dict[str, Any]]:
    """What is missing before each open filing can be made: lines to do and questions up to the end of its period."""
    ends: dict[UUID, date] = {}
    for row in rows:
        if row.done_at is None:
            with suppress(BadPeriod):
                ends[row.pk] = parse(row.period).last_day
    days = set(ends.values())
    lines, questions = to_do_until(found, days), questions_until(found, days)
    return {
        pk: {"until": end.isoformat(), "lines": lines[end], "questions": questions[end]} for pk, end in ends.items()
    }


@require_POST
@weighty(lambda request: bool(request.POST.get("undo")))
def period_lock(request: HttpRequest, firm: str, administration: Any, period: Any) -> HttpResponse:
    """Lock a month, or open it again (undo=1)."""
    actor = request.actor  # type: ignore[attr-defined]
    row = access_period(actor, period, to=Right.LOCK_PERIOD)
    with showing_refusals(request) as caught:
        act = unlock_period if request.POST.get("undo") else lock_period
        act(period=row, by=actor, on=today())
    if caught.refusal is None:
        messages.success(request, _("Saved."))
    return redirect("kantoor:periods", firm, row.administration_id)


@require_POST
def completion(request: HttpRequest, firm: str, administration: Any, obligation: Any) -> HttpResponse:
    """Say that a return was filed, or take that back (undo=1)."""
    actor = request.actor  # type: ignore[attr-defined]
    row = access_obligation(actor, obligation, to=Right.LOCK_PERIOD)
    with showing_refusals(request) as caught:
        act = undo_done if request.POST.get("undo") else mark_done
        act(obligation=row, by=actor, on=today())
    if caught.refusal is None:
        messages.success(request, _("Saved."))
    return redirect("kantoor:periods", firm, row.administration_id)
