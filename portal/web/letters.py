"""The mails about signing in: in our look and words, in the language of the person, with the name of their firm.

Those with a code or a link do not go through the outbox: a secret that opens a door belongs in no table. The worker
posts them at once (see tasks.py). Warnings hold no secret and go through the outbox of the firm: none is lost.
"""

from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from typing import Any
from uuid import UUID

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation

from portal.kernel.clock import now
from portal.kernel.formatting import format_when
from portal.kernel.text import one_line
from portal.outbox.compose import render, send
from portal.people.access import doors_of
from portal.people.adapter import InvitationOnlyAdapter
from portal.people.models import User
from portal.people.visits import device_of, place_of
from portal.tenancy.models import Firm
from portal.tenancy.scope import scope
from portal.web.tasks import NOBODY, SECRETS, post_later

# allauth's name of a mail → ours in templates/email
LETTERS = {
    "login_code": "sign_in_code",
    "password_reset_key": "password_link",
    "password_reset": "password_changed",
    "password_changed": "password_changed",
    "password_set": "password_changed",
    "email_confirmation": "confirm_address",
    "email_confirmation_signup": "confirm_address",
}

# what is said of a factor or a browser → the sentence in templates/email/security_notice
NOTICES = {
    "totp_activated": "app_on",
    "totp_deactivated": "app_off",
    "webauthn_added": "passkey_added",
    "webauthn_removed": "passkey_removed",
    "recovery_codes_generated": "new_codes",
    "new_device": "new_device",
}


class Letters(InvitationOnlyAdapter):
    """What allauth mails, rendered as every other mail of the portal."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address in the mail: ours, and not the host (or port) that whoever asked for it named."""
        return str(settings.BASE_URL.rstrip("/") + reverse("account_reset_password_from_key", args=key.split("-", 1)))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Warn a person of what happened to their account; who belongs to no firm is mailed at once."""
        notice = NOTICES.get(template_prefix.rpartition("/")[2])
        doors = doors_of(user.pk)
        if notice is None or not doors:
            super().send_notification_mail(template_prefix, user, context, email)
            return
        warn(user, notice, self._seen(context or {}), firm_id=doors[0].firm_id)

    def _seen(self, context: Mapping[str, Any]) -> dict[str, str]:
        """The browser it was done in, as the list of browsers calls it."""
        device = context.get("device") or device_of(self.get_http_user_agent(self.request))
        return {"device": device, "place": context.get("place") or place_of(get_client_ip(self.request))}

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post a mail. What anybody can ask for by typing an address goes through the worker: time would tell else."""
        if template_prefix == NOBODY or any(name in context for name in SECRETS):
            self._even_out(template_prefix, email)
            post_later(template_prefix, email, context)
        else:
            super().send_mail(template_prefix, email, context)

    def _even_out(self, template_prefix: str, email: str) -> None:
        """Look up once more where allauth looked up once less, so that a known address costs what an unknown does."""
        at_reset = getattr(self.request.resolver_match, "url_name", "") == "account_reset_password"
        if template_prefix.endswith("/login_code") or (template_prefix == NOBODY and at_reset):
            User.objects.filter(email__iexact=email).first()

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The mail as it leaves."""
        to = email if isinstance(email, str) else email[0]
        name = template_prefix.rpartition("/")[2]
        template = LETTERS.get(name) or "security_notice"
        person = User.objects.filter(email__iexact=to).first()
        language = person.language if person else translation.get_language() or settings.LANGUAGE_CODE
        firm = firm_of(person)
        post_name, post_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        words = dict(context) | {
            "firm": {"name": firm or post_name},
            "reader": person.first_name if person else "",
            "again_url": settings.BASE_URL.rstrip("/") + reverse("account_reset_password"),
        }
        if name in NOTICES and person is not None:
            words |= notice_words(NOTICES[name], person) | self._seen(context)
        elif "timestamp" in context:
            words["changed_at"] = format_when(context["timestamp"], language)
        subject, text, html = render(template, language, words)
        message = EmailMultiAlternatives(
            subject=subject,
            body=text,
            from_email=formataddr((f"{firm} ({post_name})" if firm else post_name, post_address)),
            to=[formataddr((one_line(person.name), to)) if person else to],
            headers={**(headers or {}), "Content-Language": language, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(html, "text/html")
        return message


def firm_of(person: User | None) -> str:
    """The name of the only firm a person knows; empty when there are several, or none."""
    names = {door.firm_name for door in doors_of(person.pk)} if person else set()
    return names.pop() if len(names) == 1 else ""


def notice_words(notice: str, user: User) -> dict[str, Any]:
    """What templates/email/security_notice needs besides the browser."""
    moment = now()
    return {
        "notice": notice,
        "reader": user.first_name,
        "at": moment,
        "changed_at": format_when(moment, user.language),
        "again_url": settings.BASE_URL.rstrip("/") + reverse("account_reset_password"),
        "sessions_url": settings.BASE_URL.rstrip("/") + reverse("sessions"),
    }


def warn(user: User, notice: str, seen: Mapping[str, str], *, firm_id: UUID) -> None:
    """Queue a warning to a person about their own account, in the outbox of their firm."""
    words = notice_words(notice, user) | dict(seen)
    with scope(firm_id=firm_id):
        send(
            firm=Firm.all_firms.get(pk=firm_id),
            kind="security",
            dedup_key=f"{user.pk}:{notice}:{words['at'].isoformat()}",
            to_email=user.email,
            to_name=user.name,
            language=user.language,
            template="security_notice",
            context=words,
            on=words["at"].date(),
        )
