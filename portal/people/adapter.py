"""allauth's hooks: nobody signs up, everybody is invited."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from portal.people.proof import has_factor, proved_lately


class InvitationOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closes sign-up: an account is made by accepting an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts come from invitations."""
        return False

    def get_user_search_fields(self) -> list[str]:
        """What a person can be found by."""
        return ["email", "name"]

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Do nothing: there is no user name."""

    def is_ajax(self, request: HttpRequest) -> bool:
        """Also when a passkey is about to be asked for: that address answers scripts alone."""
        wanted = request.method == "GET" and request.path == reverse("mfa_login_webauthn")
        return wanted or bool(super().is_ajax(request))

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not in the first quarter of an hour after signing in: that was a proof of who one is as well.

        Asked here and not left to allauth, which takes a password for a factor, and nothing at all from who has
        neither. Raises ReauthenticationRequired, or ImmediateHttpResponse for who can only sign in again.
        """
        request = self.request
        if request is None or not request.user.is_authenticated:
            return True
        if proved_lately(request):
            return False
        if not self.get_reauthentication_methods(request.user):
            raise ImmediateHttpResponse(render(request, "account/sign_in_again.html", status=403))
        raise ReauthenticationRequired

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to prove who one is; no password for who has a second factor."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strict = user.is_authenticated and has_factor(user)
        return [way for way in ways if not (strict and way["id"] == "reauthenticate")]
