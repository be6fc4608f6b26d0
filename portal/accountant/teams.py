"""Teams of the firm: a name, colleagues and clients. Whoever is in a team sees its clients."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portal.kernel.clock import today
from portal.links.teams import access_team, remove_team, save_team
from portal.people.access import Actor, Right, require
from portal.people.models import Member, Team, TeamAdministration, TeamMember
from portal.tenancy.models import Administration
from portal.web.errors import sentence, showing_refusals
from portal.web.stepup import weighty


class MemberChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Django's own takes none
    """Colleagues by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The name of the person."""
        return str(obj.user.name)


class TeamForm(forms.Form):
    """A team."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    members = MemberChoices(
        label=gettext_lazy("Colleagues"),
        queryset=None,  # in the scope: see below
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    administrations: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Clients"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = cast("forms.ModelMultipleChoiceField[Any]", self.fields["members"])
        members.queryset = _colleagues()
        clients = cast("forms.ModelMultipleChoiceField[Any]", self.fields["administrations"])
        clients.queryset = Administration.objects.filter(is_active=True).order_by("name", "pk")


def _colleagues() -> Any:
    return Member.objects.filter(revoked_at=None).select_related("user").order_by("user__name", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@weighty()
def teams(request: HttpRequest, firm: str) -> HttpResponse:
    """All teams, and a new one."""
    require(request.actor, Right.MANAGE_FIRM)  # type: ignore[attr-defined]
    form = TeamForm(request.POST or None)
    if _saved(request, form, None):
        return redirect("kantoor:teams", firm)
    rows = Team.objects.annotate(
        people=Count("members", distinct=True), clients=Count("administrations", distinct=True)
    ).order_by("name", "pk")
    return render(request, "kantoor/teams.html", {"form": form, "rows": rows}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@weighty()
def team(request: HttpRequest, firm: str, team: Any) -> HttpResponse:
    """One team: its name, colleagues and clients."""
    row = access_team(request.actor, team)  # type: ignore[attr-defined]
    initial = {
        "name": row.name,
        "members": list(TeamMember.objects.filter(team=row).values_list("member_id", flat=True)),
        "administrations": list(
            TeamAdministration.objects.filter(team=row).values_list("administration_id", flat=True)
        ),
    }
    form = TeamForm(request.POST or None, initial=initial)
    if _saved(request, form, row):
        return redirect("kantoor:teams", firm)
    return render(request, "kantoor/team.html", {"form": form, "row": row}, status=422 if form.is_bound else 200)


@require_POST
@weighty()
def team_removal(request: HttpRequest, firm: str, team: Any) -> HttpResponse:
    """End a team."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = access_team(actor, team)
    name = row.name
    remove_team(team=row, by=actor, on=today())
    messages.success(request, _("%(name)s is removed.") % {"name": name})
    return redirect("kantoor:teams", firm)


def _saved(request: HttpRequest, form: TeamForm, row: Team | None) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    with showing_refusals(request, toast=False) as caught:
        save_team(team=row, by=request.actor, on=today(), **form.cleaned_data)  # type: ignore[attr-defined]
    if caught.refusal is not None:
        form.add_error("name", sentence(caught.refusal))
        return False
    messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
    return True
