"""/sandbox/mail/: every mail that left, with working links. Only where settings.SANDBOX is on."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import urlize
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from portal.web.mail_policy import as_mail

NAME = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}")
LINK = re.compile(r"https?://[^\s<>\"]+")
MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail of the sandbox."""

    name: str
    at: datetime
    to: str
    sender: str
    reply_to: str
    subject: str
    message_id: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        """The addresses in the text part."""
        return LINK.findall(self.text)

    def as_json(self) -> dict[str, Any]:
        """The mail for a test or a script."""
        return {
            "name": self.name,
            "at": self.at.isoformat(),
            "to": self.to,
            "from": self.sender,
            "reply_to": self.reply_to,
            "subject": self.subject,
            "message_id": self.message_id,
            "text": self.text,
            "html": self.html,
            "links": self.links,
        }


def folder() -> Path:
    """Where the mail server of the sandbox keeps what it gets."""
    return Path(settings.STATE_DIR) / "mail"


def names() -> list[str]:
    """The names of the newest mails, newest first."""
    found = (path.stem for path in folder().glob("*.eml") if NAME.fullmatch(path.stem))
    return sorted(found, reverse=True)[:MOST_SHOWN]


def read(name: str) -> Kept:
    """Read one mail. Raises Http404 for anything that is none."""
    path = folder() / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise Http404
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Kept(
        name=name,
        at=datetime.strptime(name[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        to=str(message["To"] or ""),
        sender=str(message["From"] or ""),
        reply_to=str(message["Reply-To"] or ""),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or ""),
        headers=tuple((key, str(value)) for key, value in message.items()),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: Any, kind: str) -> str:
    if not isinstance(message, EmailMessage):
        return ""
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The list, newest first; `?format=json` for tests, `?to=` for one address."""
    mails = [read(name) for name in names()]
    wanted = request.GET.get("to", "").strip().lower()
    if wanted:
        mails = [mail for mail in mails if wanted in mail.to.lower()]
    if request.GET.get("format") == "json":
        return JsonResponse({"mails": [mail.as_json() for mail in mails]})
    return render(request, "sandbox/mailbox.html", {"mails": mails, "wanted": wanted})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: headers, the text part with working links, and the way to its HTML part."""
    kept = read(name)
    if request.GET.get("format") == "json":
        return JsonResponse(kept.as_json())
    return render(request, "sandbox/mail.html", {"mail": kept, "text": SafeString(urlize(kept.text, autoescape=True))})


@require_safe
@as_mail
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as the reader's mail program shows it: styles allowed, nothing else."""
    kept = read(name)
    response = HttpResponse(kept.html or "<p>This mail has no HTML part.</p>")
    response["Link"] = f'<{reverse("sandbox:mail", args=[name])}>; rel="up"'
    return response
