"""When a person last proved who they are: by password, code or passkey, at the login or since."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from portal.kernel.clock import now
from portal.people.models import User

PROOFS = ("password", "mfa", "code")
STRONG = ("mfa",)  # a passkey, a code of an app, or a recovery code


def has_factor(user: User) -> bool:
    """Say whether this person has a second factor; recovery codes alone are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def proved_lately(request: HttpRequest) -> bool:
    """Say whether the person of this session proved who they are within the last quarter of an hour.

    Who has a second factor proves it with that: a password alone, however fresh, is the weaker half.
    """
    if not request.user.is_authenticated:
        return False
    since = now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    proofs = STRONG if has_factor(request.user) else PROOFS
    return any(record.get("method") in proofs and record.get("at", 0) > since for record in records)
