"""Clients of the firm: the list, a new one, the switcher with type-ahead, and the people of one client."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounting.actions.administrations import NewAdministration, start_administration
from portal.accountant.cockpit import cockpit
from portal.kernel.clock import now, today
from portal.links.invitations import Invitee, invite
from portal.links.people import set_contact, set_responsible
from portal.people.access import Right, access_administration, access_firm, get_or_404, require
from portal.people.models import ClientAccess, ClientRole, Invitation, Member, Responsible
from portal.tenancy.models import Administration, Country, Language, Scenario, VatRhythm
from portal.web.errors import sentence, showing_refusals
from portal.web.forms import EnterpriseNumberField, PersonNameField
from portal.web.stepup import weighty
from requests_app.actions.leave import end_access
from requests_app.queries.pauses import pause_of_client
from requests_app.queries.upcoming import upcoming_reminders

MOST_FOUND = 12


class ClientForm(forms.Form):
    """What a new administration needs."""

    name = forms.CharField(label=gettext_lazy("Company name"), max_length=120)
    code = forms.CharField(label=gettext_lazy("Code"), max_length=12)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=Country.choices, required=False)
    enterprise_number = EnterpriseNumberField(
        label=gettext_lazy("Enterprise number"),
        help_text=gettext_lazy(
            "The KBO or VAT number, for example BE 0845.120.993; in the Netherlands the KVK number."
        ),
    )
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number"),
        help_text=gettext_lazy("Only for the Netherlands, for example NL856312046B01."),
        max_length=20,
        required=False,
    )
    vat_rhythm = forms.ChoiceField(label=gettext_lazy("VAT rhythm"), choices=VatRhythm.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)
    scenario = forms.TypedChoiceField(
        label=gettext_lazy("Who does what"), choices=Scenario.choices, coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("country") == Country.NL:
            self.fields["enterprise_number"].country = Country.NL.value  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        """Belgium when nothing was chosen."""
        return self.cleaned_data["country"] or Country.BE.value


class InviteForm(forms.Form):
    """One person of the client."""

    name = PersonNameField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("May do"), choices=ClientRole.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)


@require_safe
def clients(request: HttpRequest, firm: str) -> HttpResponse:
    """The list of clients is the cockpit by name: one list, not two."""
    if "sort" not in request.GET:
        parameters = request.GET.copy()
        parameters["sort"] = "name"
        request.GET = parameters  # type: ignore[assignment]
    return cockpit(request, firm)


@require_http_methods(["GET", "HEAD", "POST"])
def client_new(request: HttpRequest, firm: str) -> HttpResponse:
    """A new client."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, Right.MANAGE_CLIENTS)
    form = ClientForm(request.POST or None, initial={"scenario": 1, "vat_rhythm": "quarterly", "language": "nl"})
    if request.method == "POST" and form.is_valid() and actor.administration_ids is not None:
        # the walls let nobody write what they may not see afterwards
        form.add_error(None, _("You see only some of the clients. Ask an owner of the firm to add this one."))
    elif request.method == "POST" and form.is_valid():
        with showing_refusals(request) as caught:
            new = start_administration(
                firm=access_firm(actor, to=Right.MANAGE_CLIENTS),
                new=NewAdministration(**form.cleaned_data),
                first_year=today().year,
                by=actor,
                on=today(),
            )
            member = Member.objects.get(user_id=actor.user_id)
            set_responsible(administration=new, member=member, by=actor, on=today())
        if caught.refusal is None:
            messages.success(
                request, _("%(name)s is ready. Invite the entrepreneur, or import a bank file.") % {"name": new.name}
            )
            return redirect("kantoor:client", firm, new.pk)
        form.add_error(None, sentence(caught.refusal))
    status = 422 if form.is_bound else 200
    return render(request, "kantoor/client_new.html", {"form": form}, status=status)


@require_safe
def switcher(request: HttpRequest, firm: str) -> HttpResponse:
    """Rows for the switcher: by start of code, then of name, then anywhere. Recent ones come from the browser."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, Right.SEE_BOOKS)
    q = request.GET.get("q", "").strip()[:60]
    digits = "".join(sign for sign in q if sign.isdigit())
    found = Administration.objects.filter(is_active=True)
    if q:
        match = Q(name__icontains=q) | Q(code__istartswith=q)
        if len(digits) > 3:
            match |= Q(enterprise_number__contains=digits)
        found = found.filter(match)
    rank = Case(
        When(code__istartswith=q, then=Value(0)),
        When(name__istartswith=q, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = found.annotate(rank=rank).order_by("rank", "name", "pk")[:MOST_FOUND]
    return render(request, "kantoor/_switcher_rows.html", {"rows": list(found), "q": q})


@require_safe
def client(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """One client: who may enter, who answers for it at the firm."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.SEE_BOOKS)
    return render(
        request, "kantoor/client.html", _client_context(found, InviteForm(initial={"language": found.language}))
    )


def _client_context(administration: Administration, form: InviteForm) -> dict[str, Any]:
    return {
        "administration": administration,
        "people": ClientAccess.objects.filter(administration=administration, revoked_at=None)
        .select_related("user")
        .order_by("-is_contact", "user__name", "pk"),
        "invitations": Invitation.objects.filter(
            administration=administration, accepted_at=None, revoked_at=None
        ).order_by("-created_at", "pk"),
        "members": Member.objects.filter(revoked_at=None).select_related("user").order_by("user__name", "pk"),
        "responsible": Responsible.objects.filter(administration=administration).first(),
        "form": form,
        "upcoming": upcoming_reminders(now(), administration),
        "pause": pause_of_client(administration, today()),
    }


@require_POST
@weighty()
def invitations(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """Invite a person of the client."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.INVITE)
    form = InviteForm(request.POST)
    if form.is_valid():
        with showing_refusals(request) as caught:
            invite(
                firm=access_firm(actor, to=Right.INVITE),
                invitee=Invitee(administration=found, **form.cleaned_data),
                by=actor,
                on=today(),
            )
        if caught.refusal is None:
            messages.success(request, _("The invitation to %(email)s is on its way.") % form.cleaned_data)
            return redirect("kantoor:client", firm, found.pk)
        form.add_error("email", sentence(caught.refusal))
    return render(request, "kantoor/client.html", _client_context(found, form), status=422)


@require_POST
def responsible(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """Name the colleague who answers for this client."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.MANAGE_CLIENTS)
    member = get_or_404(Member.objects.filter(revoked_at=None), pk=request.POST.get("member"))
    set_responsible(administration=found, member=member, by=actor, on=today())
    return redirect("kantoor:client", firm, found.pk)


@require_POST
@weighty()
def access_revocation(request: HttpRequest, firm: str, administration: Any, access: Any) -> HttpResponse:
    """Take a client person's access away."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.MANAGE_CLIENTS)
    row = get_or_404(ClientAccess.objects.filter(administration=found, revoked_at=None), pk=access)
    end_access(access=row, by=actor, on=today())
    return redirect("kantoor:client", firm, found.pk)


@require_POST
def contact(request: HttpRequest, firm: str, administration: Any, access: Any) -> HttpResponse:
    """Make this person the one who gets the questions."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.MANAGE_CLIENTS)
    row = get_or_404(ClientAccess.objects.filter(administration=found, revoked_at=None), pk=access)
    set_contact(access=row, by=actor, on=today())
    return redirect("kantoor:client", firm, found.pk)
