"""Views of the list of clients that people keep: saving one, naming it anew, sharing it, forgetting it."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portal.accountant.cockpit_filters import Filters, to_keep
from portal.kernel.clock import today
from portal.links.saved_views import access_saved_view, remove_view, rename_view, save_view
from portal.people.access import Actor, Right, require
from portal.people.models import SavedView, TeamAdministration
from portal.web.errors import sentence, showing_refusals


class ViewForm(forms.Form):
    """The name of a view and who sees it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    shared = forms.BooleanField(label=gettext_lazy("Colleagues see it too"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest, firm: str) -> HttpResponse:
    """Keep the list as the address says it: its filters, its view and its order."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, Right.SEE_BOOKS)
    query = to_keep(request.GET)
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with showing_refusals(request) as caught:
            save_view(query=query, by=actor, on=today(), **form.cleaned_data)
        if caught.refusal is None:
            messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
            return _to_list(firm, query)
        form.add_error("name", sentence(caught.refusal))
    return _shown(request, form, query, None)


@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest, firm: str, view: uuid.UUID) -> HttpResponse:
    """Name it anew, share it or no longer."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = access_saved_view(actor, view)
    form = ViewForm(request.POST or None, initial={"name": found.name, "shared": found.shared})
    if request.method == "POST" and form.is_valid():
        with showing_refusals(request) as caught:
            rename_view(view=found, by=actor, on=today(), **form.cleaned_data)
        if caught.refusal is None:
            messages.success(request, _("%(name)s is saved.") % {"name": found.name})
            return _to_list(firm, found.query)
        form.add_error("name", sentence(caught.refusal))
    return _shown(request, form, found.query, found)


@require_POST
def view_removal(request: HttpRequest, firm: str, view: uuid.UUID) -> HttpResponse:
    """Forget it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = access_saved_view(actor, view)
    name = found.name
    remove_view(view=found, by=actor, on=today())
    messages.success(request, _("%(name)s is removed.") % {"name": name})
    return _to_list(firm, "")


def _shown(request: HttpRequest, form: ViewForm, query: str, found: SavedView | None) -> HttpResponse:
    context = {"form": form, "query": query, "saved": found, "asked": _said(QueryDict(query))}
    return render(request, "kantoor/view.html", context, status=422 if form.is_bound else 200)


def _said(query: QueryDict) -> list[str]:
    """What the view shows, in words."""
    names = {
        "work": _("My work"),
        "mine": _("My clients"),
        "team": _("My team"),
        "firm": _("Firm's turn"),
        "client": _("Client's turn"),
        "late": _("Late"),
        "overdue": _("Overdue"),
    }
    said = [names.get(query.get("view", ""), _("All clients"))]
    said += [str(query[name]) for name in ("q", "owner") if query.get(name)]
    # by a client of it that one sees: of another team not even the name
    teams = TeamAdministration.objects.filter(team_id=Filters.read(query).team)
    said += teams.values_list("team__name", flat=True).distinct()
    return said


def _to_list(firm: str, query: str) -> HttpResponse:
    return redirect(f"{reverse('kantoor:cockpit', args=[firm])}?{query}")
