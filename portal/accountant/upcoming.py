"""What the ladder mails next, as its reader will see it; and letting it rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.kernel.clock import now, today
from portal.links.models import Link
from portal.people.access import Right, access_administration, get_or_404, require, system_actor
from portal.web.errors import showing_refusals
from portal.web.mail_policy import as_mail
from requests_app.actions.pause import pause_reminders, resume_reminders
from requests_app.letters import preview_reminder
from requests_app.queries.upcoming import upcoming_of, upcoming_reminders
from requests_app.rules import access_request

if TYPE_CHECKING:
    from uuid import UUID

    from portal.tenancy.models import Administration
    from requests_app.models import Request
    from requests_app.queries.upcoming import Upcoming

MOST = 300  # people on one page; narrower by client


@require_safe
def upcoming(request: HttpRequest, firm: str) -> HttpResponse:
    """Whom the ladder mails next and when; `administration` narrows to one client."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, Right.ASK)
    chosen = None
    if request.GET.get("administration"):
        chosen = access_administration(actor, request.GET["administration"], to=Right.ASK)
    found = upcoming_reminders(now(), chosen)
    context = {"people": found[:MOST], "more": len(found) - MOST, "chosen": chosen}
    return render(request, "kantoor/upcoming.html", context)


def _preview(request: HttpRequest, link: UUID) -> tuple[Link, Upcoming | None, tuple[str, str, str]]:
    """The person of a link (404 outside this scope), their next reminder, and its mail; empty when none is planned."""
    row: Link = get_or_404(Link.objects.select_related("administration"), pk=link)
    require(request.actor, Right.ASK, row.administration_id)  # type: ignore[attr-defined]
    following = upcoming_of(row.email, now())
    if following is None:
        return row, None, ("", "", "")
    # the portal itself writes it: who looks at it changes no word
    by = system_actor(row.firm_id)
    return row, following, preview_reminder(requests=following.requests, by=by, on=following.day)


@require_safe
def upcoming_mail(request: HttpRequest, firm: str, link: Any) -> HttpResponse:
    """The next reminder of one person: its subject and words, and the way to it as the reader sees it."""
    row, following, (subject, text, _html) = _preview(request, link)
    context = {"link": row, "next": following, "subject": subject, "text": text}
    return render(request, "kantoor/upcoming_mail.html", context)


@require_safe
@as_mail
def upcoming_html(request: HttpRequest, firm: str, link: Any) -> HttpResponse:
    """The mail itself, as a mail program shows it: styles allowed, nothing else; its links lead nowhere."""
    _row, following, (_subject, _text, html) = _preview(request, link)
    return HttpResponse(html) if following else redirect("kantoor:upcoming_mail", firm, link)


class PauseForm(forms.Form):
    """Until when (empty: until somebody resumes), and why."""

    until = forms.DateField(required=False)
    reason = forms.CharField(max_length=200, required=False)


def _pause(request: HttpRequest, administration: Administration, asked: Request | None) -> None:
    actor = request.actor  # type: ignore[attr-defined]
    form = PauseForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return
    with showing_refusals(request) as caught:
        if request.POST.get("undo"):
            resume_reminders(administration=administration, request=asked, by=actor, on=today())
        else:
            said = form.cleaned_data
            pause_reminders(administration=administration, request=asked, by=actor, on=today(), **said)
    if caught.refusal is None:
        done = _("Reminders go on.") if request.POST.get("undo") else _("Reminders are paused.")
        messages.success(request, done)


@require_POST
def request_pause(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """Pause the reminders of one question, or let them go on (undo=1)."""
    row = access_request(request.actor, request_id, to=Right.ASK)  # type: ignore[attr-defined]
    _pause(request, row.administration, row)
    return redirect("kantoor:request", firm, row.administration_id, row.pk)


@require_POST
def client_pause(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """Pause everything asked of one client, or let it go on (undo=1)."""
    found = access_administration(request.actor, administration, to=Right.ASK)  # type: ignore[attr-defined]
    _pause(request, found, None)
    return redirect("kantoor:client", firm, found.pk)
