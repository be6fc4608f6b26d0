"""When a person last proved who they are: by password, code or passkey, at the login or since."""

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from portal.kernel.clock import now

PROOFS = ("password", "mfa", "code")


def proved_lately(request: HttpRequest) -> bool:
    """Say whether the person of this session proved who they are within the last quarter of an hour."""
    if not request.user.is_authenticated:
        return False
    since = now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record.get("method") in PROOFS and record.get("at", 0) > since for record in records)
