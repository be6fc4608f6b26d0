"""Mail with a secret in it (a code, a way to a new password): written and posted outside the request.

Whoever asks for one gets the answer after the same work whether the address is known or not, so time tells nothing.
The secret travels to the worker sealed and is worth nothing after a quarter of an hour; it never stands in a table.
"""

import base64
import hashlib
import json
import smtplib
from typing import Any

from allauth.account.adapter import get_adapter
from celery import shared_task
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils import translation

from portal.tenancy.bell import ring

SECRETS = ("code", "password_reset_url")
NOBODY = "account/email/unknown_account"
LIFETIME = 900  # seconds, as long as a code works
LENGTH = 600  # characters: every letter in the queue is as long as any other


def _lock() -> Fernet:
    secret = hashlib.sha256(b"samen.letter|" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))


def post_later(template_prefix: str, email: str, context: Any) -> None:
    """Hand a letter to the worker, sealed. One to nobody costs the same and ends there."""
    facts = {name: str(context[name]) for name in SECRETS if name in context}
    order = {"template": template_prefix, "email": email, "facts": facts, "language": translation.get_language()}
    sealed = _lock().encrypt(json.dumps(order).ljust(LENGTH).encode()).decode()
    ring("portal.web.tasks.post_letter", letter=sealed)


@shared_task(queue="mail", autoretry_for=(smtplib.SMTPException, OSError), max_retries=4, retry_backoff=5)
def post_letter(*, letter: str, **_: Any) -> str:
    """Write a sealed letter in the language of its reader and give it to the mail server."""
    try:
        order = json.loads(_lock().decrypt(letter.encode(), ttl=LIFETIME))
    except InvalidToken:
        return "too late"
    if order["template"] == NOBODY:
        return "nobody"
    with translation.override(order["language"]):
        get_adapter().render_mail(order["template"], order["email"], order["facts"]).send()
    return "sent"
