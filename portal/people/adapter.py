"""allauth's hooks: nobody signs up, everybody is invited."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from portal.people.proof import proved_lately


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
        """Not in the first quarter of an hour after signing in: that was a proof of who one is as well."""
        request = self.request
        return not proved_lately(request) if request is not None else True
