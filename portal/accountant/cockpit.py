"""The cockpit: every administration, whose turn it is, since when, and what is late. One statement per page."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.accountant.cockpit_filters import Filters, to_keep
from portal.accountant.cockpit_rows import SORTS, VIEWS, Kept, rows, totals, view_filter, with_totals
from portal.accountant.layout import choices, layout_of
from portal.accountant.wording import period_name, vat_badge
from portal.kernel.clock import today
from portal.links.saved_views import views_for
from portal.people.access import Right, require
from portal.people.models import Responsible, SavedView, TeamAdministration
from portal.web.tables import column, keyset_page, sort_from
from portal.web.templatetags.samen import grouped

NOBODY = UUID(int=0)  # stands in an address where the id of a row will


@require_safe
def cockpit(request: HttpRequest, firm: str) -> HttpResponse:
    """The page."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, Right.SEE_BOOKS)
    day = today()
    filters = Filters.read(request.GET)
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    sort_name, sort = sort_from(request, SORTS, "due")
    found = rows(day, sort.field).filter(filters.condition())
    saved = list(views_for(actor))
    kept, kept_here = tuple(_kept(one) for one in saved), to_keep(request.GET)
    shown = with_totals(found.filter(view_filter(view, actor.user_id)), actor.user_id, day, kept)
    page = keyset_page(request, shown, sort, total=0)
    # menu, summary and strip speak of all clients, as the lists they open do: a filter narrows only the table
    everywhere = page.rows[0].totals if page.rows else totals(rows(day), actor.user_id, day, kept)
    counts = everywhere if filters == Filters() else totals(found, actor.user_id, day)
    page = replace(page, total=counts[view])
    questions = everywhere["questions_client_sum"] + everywhere["questions_firm_sum"]
    request.nav_counts = {"bank_all": everywhere["lines"], "requests": questions}  # type: ignore[attr-defined]
    _complete(page.rows, firm, filters, day)
    look = layout_of(request, "cockpit")
    list_name, title = _which(request.GET.get("sort", ""))
    request.nav_here = list_name  # type: ignore[attr-defined]
    context = {
        "title": title,
        "page": page,
        "show": look.show,
        "dense": look.dense,
        "look": choices("cockpit", look),
        "to_save": to_keep(QueryDict(f"{kept_here}&{look.as_query}")),
        "views": _views(request, "" if any(one.query == kept_here for one in saved) else view, counts),
        "saved": _saved(kept_here, saved, everywhere, actor.user_id),
        "to_keep": kept_here,
        "processes": _processes(firm, everywhere),
        "filters": filters,
        **_choices(),
        "columns": _columns(request, sort_name),
        "counts": everywhere,
        "today": day,
        "view": view,
        "summary": _summary(everywhere),
        "about": _about(view, counts),
        "words": _words(),
        "bulk": _bulk(page.total),
    }
    return render(request, "kantoor/cockpit.html", context)


def _which(sort: str) -> tuple[str, str]:
    """Which entry of the menu a list is (three of them open it, each in an order of its own), and what it is called."""
    named = {"name": ("clients", _("Clients by name")), "-lines": ("bank_all", _("Bank lines to process, by client"))}
    return named.get(sort, ("cockpit", _("Cockpit")))


def _complete(found: list[Any], firm: str, filters: Filters, day: date) -> None:
    """Give the rows of a page their words and their links; an address is worked out once, not fifty times."""
    bank = reverse("kantoor:bank", args=[firm, NOBODY])
    requests = reverse("kantoor:requests", args=[firm])
    periods = {code: period_name(code) for code in {row.vat_period for row in found}}
    for row in found:
        row.vat = vat_badge(row, day)
        row.period_name = periods[row.vat_period]
        row.bank_url = row.open_url = bank.replace(str(NOBODY), str(row.pk))
        row.requests_url = f"{requests}?administration={row.pk}"
        if filters.q and not filters.names(row):
            row.open_url = f"{row.bank_url}?{urlencode({'status': 'all', 'text': filters.q})}"


def _words() -> dict[str, str]:
    return {
        "turn": _("Turn"),
        "lines": _("Bank lines"),
        "until": _("Bank until"),
        "questions": _("Questions"),
        "vat": _("VAT return"),
        "due": _("Due date"),
        "none": _("n/a"),
        "owner": _("Owner"),
        "select": _("Select"),
        "rests": _("Reminders paused"),
    }


def _bulk(total: int) -> list[dict[str, Any]]:
    """What can be done with the ticked clients; the second speaks of the whole view, beyond this page."""
    whole = _("Remind all %(n)s in this view") % {"n": grouped(total)}
    return [
        {"label": _("Remind"), "icon": "send", "key": "h", "main": True},
        {"label": whole, "name": "all", "value": "1"},
    ]


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What there is to filter by, as (key, name), in one question: who answers for a client, and the teams."""
    word, key, label = CharField(), F("member__user__name"), F("team__name")
    owners = Responsible.objects.order_by().annotate(kind=Value("owners"), key=key, label=key)
    teams = TeamAdministration.objects.order_by().annotate(kind=Value("teams"), key=Cast("team_id", word), label=label)
    named = ("kind", "key", "label")
    found: dict[str, list[tuple[str, str]]] = {"owners": [], "teams": []}
    for kind, value, name in owners.values_list(*named).union(teams.values_list(*named)).order_by("label", "key"):
        found[kind].append((value, name))
    return found


def _views(request: HttpRequest, view: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    names = {
        "all": _("All clients"),
        "work": _("My work"),
        "mine": _("My clients"),
        "team": _("My team"),
        "firm": _("Firm's turn"),
        "client": _("Client's turn"),
        "late": _("Late"),
    }
    if view != "team" and not counts["team"]:
        del names["team"]
    if view == "overdue":
        names["overdue"] = _("Overdue")
    tabs = []
    for name, label in names.items():
        parameters = request.GET.copy()
        parameters.pop("after", None)
        parameters["view"] = name
        tabs.append(
            {"url": "?" + parameters.urlencode(), "label": label, "count": counts[name], "current": name == view}
        )
    return tabs


def _kept(saved: SavedView) -> Kept:
    query = QueryDict(saved.query)
    view = query.get("view", "all")
    return f"saved_{saved.pk.hex}", Filters.read(query), view if view in VIEWS else "all"


def _saved(here: str, saved: list[SavedView], counts: dict[str, int], user_id: Any) -> list[dict[str, Any]]:
    """The views people keep: each opens what it counts, with filters of its own."""
    return [
        {
            "url": f"?{one.query}",
            "label": one.name,
            "count": counts[_kept(one)[0]],
            "current": one.query == here,
            "mine": one.user_id == user_id,
            "pk": one.pk,
        }
        for one in saved
    ]


def _columns(request: HttpRequest, current: str) -> dict[str, dict[str, Any]]:
    return {
        "name": column(request, "name", _("Client"), current),
        "turn": column(request, "turn", _("Turn"), current),
        "lines": column(request, "lines", _("Bank lines"), current, numeric=True),
        "until": column(request, "until", _("Bank until"), current),
        "questions": column(request, "questions", _("Questions"), current, numeric=True),
        "due": column(request, "due", _("Due date"), current),
    }


def _summary(counts: dict[str, int]) -> str:
    late = ngettext("%(n)s return is overdue", "%(n)s returns are overdue", counts["overdue"])
    waiting = counts["questions_client_sum"]
    client = ngettext("%(n)s question waits for a client", "%(n)s questions wait for clients", waiting)
    return f"{late % {'n': grouped(counts['overdue'])}}, {client % {'n': grouped(waiting)}}."


def _about(view: str, counts: dict[str, int]) -> str:
    """What a view counts, where its name alone does not say: a client late twice is one client."""
    if view == "work":
        return _("Clients you answer for, with an answer to handle or an overdue return.")
    if view != "late":
        return ""
    returns, asked = counts["overdue"], counts["asked_late_count"]
    late = ngettext("%(n)s client with an overdue return", "%(n)s clients with an overdue return", returns)
    waits = ngettext("%(n)s with a question that waits too long", "%(n)s with a question that waits too long", asked)
    both = _("Who has both counts once.")
    return f"{late % {'n': grouped(returns)}}, {waits % {'n': grouped(asked)}}. {both}"


def _processes(firm: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The process strip. Each tile's parts add up to the administrations it speaks of."""
    here = reverse("kantoor:cockpit", args=[firm])
    lines = counts["lines"]
    questions = counts["questions_client_sum"] + counts["questions_firm_sum"]
    late = counts["overdue"]
    return [
        {
            "url": reverse("kantoor:bank_all", args=[firm]),
            "name": _("Bank statements"),
            "state": ngettext("%(n)s line to process", "%(n)s lines to process", lines) % {"n": grouped(lines)}
            if lines
            else _("On track"),
            "note": ngettext("%(n)s question open", "%(n)s questions open", questions) % {"n": grouped(questions)},
            "late": False,
            "parts": _parts(counts, "bank"),
        },
        {
            "url": reverse("kantoor:requests", args=[firm]) + ("?turn=firm" if counts["questions_firm_sum"] else ""),
            "name": _("Questions"),
            "state": ngettext("%(n)s answer to handle", "%(n)s answers to handle", counts["questions_firm_sum"])
            % {"n": grouped(counts["questions_firm_sum"])}
            if counts["questions_firm_sum"]
            else _("On track"),
            "note": ngettext("%(n)s waits for a client", "%(n)s wait for clients", counts["questions_client_sum"])
            % {"n": grouped(counts["questions_client_sum"])},
            "late": False,
            "parts": [
                {"part": "client", "label": _("client"), "count": counts["questions_client_sum"]},
                {"part": "firm", "label": _("firm"), "count": counts["questions_firm_sum"]},
            ],
        },
        {
            "url": f"{here}?view=overdue",
            "name": _("VAT return"),
            "state": ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": grouped(late)} if late else _("On track"),
            "note": ngettext("%(n)s filed", "%(n)s filed", counts["vat_done_count"])
            % {"n": grouped(counts["vat_done_count"])},
            "late": bool(late),
            "parts": [*_parts(counts, "vat"), {"part": "late", "label": _("late"), "count": late}],
        },
    ]


def _parts(counts: dict[str, int], of: str) -> list[dict[str, Any]]:
    return [
        {"part": "done", "label": _("done"), "count": counts[f"{of}_done_count"]},
        {"part": "client", "label": _("client"), "count": counts[f"{of}_client_count"]},
        {"part": "firm", "label": _("firm"), "count": counts[f"{of}_firm_count"]},
    ]


@require_safe
def bank_all(request: HttpRequest, firm: str) -> HttpResponse:
    """The bank of all clients is the cockpit, most lines first: one list, not two."""
    require(request.actor, Right.SEE_BOOKS)  # type: ignore[attr-defined]
    return redirect(f"{reverse('kantoor:cockpit', args=[firm])}?sort=-lines")
