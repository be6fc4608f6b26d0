"""Accepting an invitation: one page, a password if wanted, and in."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.kernel.clock import today
from portal.links.invitations import accept_invitation, find_invitation, open_invitation
from portal.people.models import User
from portal.people.refusals import InvitationGone
from portal.tenancy.scope import scope


class PasswordForm(forms.Form):
    """An optional password: without one, a code by mail opens the door."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters. Leave it empty to sign in with a code by mail."),
    )

    def clean_password(self) -> str:
        """Hold a chosen password against the rules."""
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation; only the button accepts it (mail scanners open links)."""
    found = find_invitation(token)
    if found is None:
        return render(request, "guest/invitation_gone.html", status=404)
    form = PasswordForm(request.POST or None)
    invitation_id, firm_id, _administration_id = found
    with scope(firm_id=firm_id):
        try:
            row = open_invitation(invitation_id)
        except InvitationGone:
            return render(request, "guest/invitation_gone.html", status=404)
        translation.activate(row.language)
        known = User.objects.filter(email=row.email).first()
        context: dict[str, Any] = {"row": row, "form": form, "known": known, "firm": row.firm}
        if request.method != "POST" or not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "guest/invitation.html", context, status=status)
        try:
            person = accept_invitation(
                invitation=row, user=known, password=form.cleaned_data["password"] or None, on=today()
            )
        except InvitationGone:
            return render(request, "guest/invitation_gone.html", status=404)
    if known is None:
        # the token came by mail, so it proves the address just as a code by mail would
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        record_authentication(request, person, method="code")
    return redirect("front")
