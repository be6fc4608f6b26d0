"""A new passkey, asked for so that it opens the door by itself: kept on the device, guarded by finger, face or PIN."""

from typing import Any

from allauth.mfa.webauthn.views import AddWebAuthnView


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """allauth's page, which asks for keys that are a second factor alone."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Prefer a key the device keeps and guards; an older key that cannot do so still serves as a second factor."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asked = dict(context["js_data"]["creation_options"]["publicKey"])
        asked["authenticatorSelection"] = {"residentKey": "preferred", "userVerification": "preferred"}
        return context | {"js_data": {"creation_options": {"publicKey": asked}}}
