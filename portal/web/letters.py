"""The mails about signing in: in our look and words, in the language of the person, with the name of their firm.

allauth writes and sends them at once, not through the outbox: a code is asked for by somebody who waits for it, and a
secret that opens a door belongs in no table.
"""

from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation

from portal.kernel.formatting import format_when
from portal.outbox.compose import render
from portal.people.access import doors_of
from portal.people.adapter import InvitationOnlyAdapter
from portal.people.models import User

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


class Letters(InvitationOnlyAdapter):
    """What allauth mails, rendered as every other mail of the portal."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address in the mail: ours, and not the host (or port) that whoever asked for it named."""
        return str(settings.BASE_URL.rstrip("/") + reverse("account_reset_password_from_key", args=key.split("-", 1)))

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The mail as it leaves. KeyError for a mail that nothing here can cause."""
        to = email if isinstance(email, str) else email[0]
        template = LETTERS[template_prefix.rpartition("/")[2]]
        person = User.objects.filter(email__iexact=to).first()
        language = person.language if person else translation.get_language() or settings.LANGUAGE_CODE
        firm = firm_of(person)
        post_name, post_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        words = dict(context) | {
            "firm": {"name": firm or post_name},
            "reader": person.first_name if person else "",
            "again_url": settings.BASE_URL.rstrip("/") + reverse("account_reset_password"),
        }
        if "timestamp" in context:
            words["changed_at"] = format_when(context["timestamp"], language)
        subject, text, html = render(template, language, words)
        message = EmailMultiAlternatives(
            subject=subject,
            body=text,
            from_email=formataddr((f"{firm} ({post_name})" if firm else post_name, post_address)),
            to=[formataddr((person.name, to)) if person else to],
            headers={**(headers or {}), "Content-Language": language, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(html, "text/html")
        return message


def firm_of(person: User | None) -> str:
    """The name of the only firm a person knows; empty when there are several, or none."""
    names = {door.firm_name for door in doors_of(person.pk)} if person else set()
    return names.pop() if len(names) == 1 else ""
