"""The client's pages to look at: home, questions, bank."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounting.queries.obligations import open_obligations
from bankfeeds.queries.balances import balances
from bankfeeds.queries.filters import LineFilter
from bankfeeds.queries.lines import counts, lines
from bankfeeds.wording import describe
from portal.client.door import actor_of, enter
from portal.client.wording import greeting, task_of, vat_period
from portal.kernel.clock import today
from portal.kernel.money import ZERO
from portal.people.access import Actor, Right
from portal.tenancy.models import Administration
from portal.web import answering
from portal.web.answering import Place
from portal.web.tables import Sort, keyset_page
from requests_app.people import accountant_of
from requests_app.queries.activities import activities_for, answered_for
from requests_app.queries.papers import papers_behind

MOST_TASKS = 5


@require_safe
def home(request: HttpRequest, administration: UUID) -> HttpResponse:
    """What to do first, then the figures this person may see."""
    found = enter(request, administration, Right.ANSWER, Right.SEE_FIGURES)
    actor, on = actor_of(request), today()
    place = Place("mijn", found.pk)
    waiting = activities_for(actor, on) if actor.may(Right.ANSWER) else []
    keeper = accountant_of(found, actor)
    context: dict[str, Any] = {
        "administration": found,
        "may_answer": actor.may(Right.ANSWER),
        "first_name": actor.name.split(" ")[0],
        "lead": greeting(len(waiting)) if actor.may(Right.ANSWER) else found.name,
        "tasks": [task_of(each, place, on) for each in waiting[:MOST_TASKS]],
        "more": max(0, len(waiting) - MOST_TASKS),
        "accountant": keeper,
        "mail_url": f"mailto:{keeper.email}",
        "upload_url": place.url("upload") if actor.may(Right.UPLOAD) else "",
        "activities_url": place.url("activities"),
        "bank_url": place.url("bank"),
    }
    if actor.may(Right.SEE_FIGURES):
        context |= {"bank": _bank(found)} | {"vat": _vat(found, waits=bool(waiting))}
    return render(request, "mijn/home.html", context)


def _bank(administration: Administration) -> dict[str, Any] | None:
    """The bank tile: a balance per account, a total per currency, until when, and what is not booked yet."""
    accounts = [each for each in balances(administration) if each.balance is not None]
    if not accounts:
        return None
    euros = [each for each in accounts if each.account.currency == "EUR"]
    days: list[date] = [each.until for each in accounts if each.until is not None]
    return {
        "accounts": accounts,
        "total": sum((each.balance or ZERO for each in euros), ZERO) if euros else None,
        "until": max(days, default=None),
        "uneven": len(set(days)) > 1,
        "to_do": sum(each.to_do for each in accounts),
    }


def _vat(administration: Administration, *, waits: bool) -> dict[str, Any] | None:
    """The next VAT return, and that the client has nothing to do for it, or what."""
    rows = open_obligations(administration).filter(kind="vat_return")
    due = rows.filter(due_on__gte=today()).first()  # what is overdue is the office's worry, not the client's
    if due is None:
        return None
    steps = [
        {"label": pgettext("step of a VAT return", "Hand in"), "done": not waits, "current": waits},
        {"label": pgettext("step of a VAT return", "Process"), "done": False, "current": not waits},
        {"label": pgettext("step of a VAT return", "File"), "done": False, "current": False},
    ]
    return {"period": vat_period(due.period), "due_on": due.due_on, "waits": waits, "steps": steps}


@require_safe
def activities(request: HttpRequest, administration: UUID) -> HttpResponse:
    """All questions: open, answered, handled."""
    found = enter(request, administration, Right.ANSWER)
    actor, on = actor_of(request), today()
    place = Place("mijn", found.pk)
    before = [answering.row(each, place) for each in answered_for(actor, on)]
    context = {
        "administration": found,
        "tasks": [task_of(each, place, on) for each in activities_for(actor, on)],
        "answered": [row for row in before if row.activity.state.is_open],
        "handled": [row for row in before if not row.activity.state.is_open],
        "accountant": accountant_of(found, actor),
    }
    return render(request, "mijn/activities.html", context)


@require_safe
def bank(request: HttpRequest, administration: UUID) -> HttpResponse:
    """Movements in plain words, newest first."""
    found = enter(request, administration, Right.SEE_FIGURES)
    text = request.GET.get("q", "").strip()[:60]
    wanted = LineFilter(status="all", text=text)
    page = keyset_page(request, lines(found, wanted), Sort("booked_on", True), total=counts(found, wanted)["all"])
    tongue, papers = answering.language(), papers_behind(page.rows, found, actor_of(request))
    context = {
        "administration": found,
        "bank": _bank(found),
        "page": page,
        "rows": [
            {"line": line, "words": describe(line, tongue), "papers": papers.get(line.pk, [])} for line in page.rows
        ],
        "q": text,
        "several": len({line.account_id for line in page.rows}) > 1,
    }
    return render(request, "mijn/bank.html", context)


def frame(found: Administration, actor: Actor) -> dict[str, Any]:
    """What every page about one question shows around it."""
    return {"administration": found, "accountant": accountant_of(found, actor)}
