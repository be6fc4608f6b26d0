"""Colleagues of the firm: who they are, what they see, inviting and letting go."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portal.kernel.clock import today
from portal.links.invitations import Invitee, invite, resend, revoke_invitation
from portal.links.people import revoke_member, set_member
from portal.people.access import Actor, Right, access_firm, get_or_404, require
from portal.people.models import Invitation, Member, Portfolio, StaffRole
from portal.tenancy.models import Administration, Language
from portal.web.errors import sentence, showing_refusals
from portal.web.forms import PersonNameField
from portal.web.stepup import weighty


class ColleagueForm(forms.Form):
    """One colleague to invite."""

    name = PersonNameField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=StaffRole.choices, initial="accountant")
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)


class MemberForm(forms.Form):
    """What a colleague is and sees."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=StaffRole.choices)
    sees_all = forms.BooleanField(
        label=gettext_lazy("Sees all clients"),
        required=False,
        help_text=gettext_lazy("An owner always sees all clients."),
    )
    portfolio = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Otherwise only these, and those of their teams"),
        queryset=Administration.all_firms.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        portfolio = cast("forms.ModelMultipleChoiceField[Any]", self.fields["portfolio"])
        portfolio.queryset = Administration.objects.filter(is_active=True).order_by("name", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@weighty()
def people(request: HttpRequest, firm: str) -> HttpResponse:
    """The list of colleagues, and the invitation of a new one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = access_firm(actor, to=Right.MANAGE_FIRM)
    form = ColleagueForm(request.POST or None, initial={"language": found.language})
    if request.method == "POST" and form.is_valid():
        with showing_refusals(request) as caught:
            invite(firm=found, invitee=Invitee(**form.cleaned_data), by=actor, on=today())
        if caught.refusal is None:
            messages.success(request, _("The invitation to %(email)s is on its way.") % form.cleaned_data)
            return redirect("kantoor:people", firm)
        form.add_error("email", sentence(caught.refusal))
    context = {
        "form": form,
        "members": Member.objects.filter(revoked_at=None).select_related("user").order_by("user__name", "pk"),
        "invitations": Invitation.objects.filter(administration=None, accepted_at=None, revoked_at=None).order_by(
            "-created_at", "pk"
        ),
    }
    return render(request, "kantoor/people.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@weighty()
def member(request: HttpRequest, firm: str, member: Any) -> HttpResponse:
    """One colleague: role and portfolio."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, Right.MANAGE_FIRM)
    row = get_or_404(Member.objects.filter(revoked_at=None).select_related("user"), pk=member)
    mine = Portfolio.objects.filter(member=row).values_list("administration_id", flat=True)
    initial = {"role": row.role, "sees_all": row.all_administrations, "portfolio": list(mine)}
    form = MemberForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = None if form.cleaned_data["sees_all"] else list(form.cleaned_data["portfolio"])
        with showing_refusals(request) as caught:
            set_member(member=row, role=form.cleaned_data["role"], administrations=chosen, by=actor, on=today())
        if caught.refusal is None:
            messages.success(request, _("Saved."))
            return redirect("kantoor:people", firm)
        form.add_error("role", sentence(caught.refusal))
    return render(request, "kantoor/member.html", {"form": form, "row": row}, status=422 if form.is_bound else 200)


@require_POST
@weighty()
def member_revocation(request: HttpRequest, firm: str, member: Any) -> HttpResponse:
    """Let a colleague go: out at the next request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, Right.MANAGE_FIRM)
    row = get_or_404(Member.objects.filter(revoked_at=None), pk=member)
    with showing_refusals(request):
        revoke_member(member=row, by=actor, on=today())
    return redirect("kantoor:people", firm)


def _invitation(actor: Actor, invitation: Any) -> Invitation:
    row: Invitation = get_or_404(Invitation.objects, pk=invitation)
    require(actor, Right.INVITE if row.administration_id else Right.MANAGE_FIRM, row.administration_id)
    return row


def _back(request: HttpRequest, firm: str, row: Invitation) -> HttpResponse:
    if row.administration_id and request.POST.get("back") == "many":
        return redirect("kantoor:invite_many", firm)
    if row.administration_id:
        return redirect("kantoor:client", firm, row.administration_id)
    return redirect("kantoor:people", firm)


@require_POST
@weighty()
def invitation_mail(request: HttpRequest, firm: str, invitation: Any) -> HttpResponse:
    """Send an invitation again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = _invitation(actor, invitation)
    with showing_refusals(request) as caught:
        resend(invitation=row, firm=access_firm(actor, to=Right.INVITE), by=actor, on=today())
    if caught.refusal is None:
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": row.email})
    return _back(request, firm, row)


@require_POST
@weighty()
def invitation_revocation(request: HttpRequest, firm: str, invitation: Any) -> HttpResponse:
    """Withdraw an invitation."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = _invitation(actor, invitation)
    with showing_refusals(request):
        revoke_invitation(invitation=row, by=actor, on=today())
    return _back(request, firm, row)
