"""Second factors: what allauth asks of the house about codes and passkeys.

Secrets of factors are encrypted at rest. The first key writes, all keys read: put the new key in MFA_KEY and the old
one in MFA_KEY_FALLBACKS, then `manage.py rewrite_factors`, then forget the old one. Without MFA_KEY the keys are
derived from SECRET_KEY and its fallbacks.
"""

import base64
import hashlib
import struct
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.text import one_line

LONGEST_NAME = 40


def _fernet(secret: str | bytes) -> Fernet:
    material = secret if isinstance(secret, bytes) else secret.encode()
    derived = HKDF(SHA256(), length=32, salt=None, info=b"samen.factors.1").derive(hashlib.sha256(material).digest())
    return Fernet(base64.urlsafe_b64encode(derived))


def keys() -> MultiFernet:
    """Every key that reads the secrets of factors; the first one writes."""
    written = [settings.MFA_KEY] if settings.MFA_KEY else []
    older = [*settings.MFA_KEY_FALLBACKS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_fernet(secret) for secret in (*written, *older)])


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Our words, our encryption."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That is not right, or was used before. Try again with a new one."),
    }

    def encrypt(self, text: str) -> str:
        """The text under the newest key."""
        return keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again. Raises ValueError when no key we still hold wrote it."""
        try:
            return keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as lost:
            raise ValueError("A factor was encrypted under a key that is gone.") from lost

    def generate_authenticator_name(self, user: Any, kind: str) -> str:
        """The name a passkey has until its owner gives it a better one."""
        held = Authenticator.objects.filter(user_id=user.pk, type=kind).count()
        return _("Passkey %(number)s") % {"number": held + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Who asks: the host of this request (one of ALLOWED_HOSTS), by our name."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Samen"}


class OnceOnly(forms.Form):
    """A code of an app counts once, also when the cache forgets it and however far its clock is off."""

    def clean_code(self) -> str:
        """Let allauth judge the code, then refuse a step of time that counted before."""
        code: str = super().clean_code()  # type: ignore[misc]  # of the allauth form this is mixed into
        if self.authenticator.type == Authenticator.Type.TOTP and not _spend(self.authenticator.pk, code):  # type: ignore[attr-defined]
            raise ValidationError(Factors.error_messages["incorrect_code"], code="incorrect_code")
        return code


@transaction.atomic
def _spend(pk: int, code: str) -> bool:
    """Write down the step of time this code belongs to; False when that step, or a later one, counted already."""
    row = Authenticator.objects.select_for_update().get(pk=pk)
    secret = Factors().decrypt(row.data["secret"])
    digits = int("".join(each for each in code if each.isdigit()) or 0)
    steps = [step for step in yield_hotp_counters_from_time() if hotp_value(secret, step) == digits]
    if not steps or max(steps) <= row.data.get("last_step", 0):
        return False
    row.data["last_step"] = max(steps)
    row.save(update_fields=["data"])
    return True


class CodeForm(OnceOnly, AuthenticateForm):  # type: ignore[misc]
    """The code after the password."""

    field_order = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self.fields["code"])


class CodeAgainForm(OnceOnly, ReauthenticateForm):  # type: ignore[misc]
    """The code before something weighty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self.fields["code"])


def _label(field: forms.Field) -> None:
    field.label = _("Code from your app, or a recovery code")
    field.widget.attrs |= {"inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}
    field.widget.attrs.pop("placeholder", None)


class Careful(forms.Form):
    """A passkey that is no passkey at all is a wrong one, not an error of ours: its text comes from outside."""

    BENT = (KeyError, IndexError, TypeError, ValueError, AttributeError, InvalidSignature, struct.error)

    def clean_credential(self) -> Any:
        """Let allauth judge; whatever it trips over is refused in words."""
        judge = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])
        try:
            return judge()
        except self.BENT as bent:
            raise Factors().validation_error("incorrect_code") from bent


class PasskeyLoginForm(Careful, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of the password."""


class PasskeyAfterForm(Careful, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class PasskeyAgainForm(Careful, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something weighty."""


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: always one that opens the door by itself, with a finger, a face or a PIN."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]

    def clean(self) -> dict[str, Any]:
        """Let allauth judge the passkey; whatever it trips over is refused in words."""
        try:
            return dict(super().clean())
        except Careful.BENT as bent:
            raise Factors().validation_error("incorrect_code") from bent

    def clean_name(self) -> str:
        """One line, or a name of ours."""
        return one_line(super().clean_name(), LONGEST_NAME)


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)


def rewrite_all() -> int:
    """Encrypt every secret anew under the newest key; returns how many rows. Raises ValueError for one no key reads."""
    adapter, done = Factors(), 0
    for pk in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            for name in ("secret", "seed"):
                if row is not None and name in row.data:
                    row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
                    row.save(update_fields=["data"])
                    done += 1
    return done
