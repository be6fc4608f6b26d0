"""allauth's hooks: nobody signs up, everybody is invited."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


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
