"""The log of the office: of one client, and of the firm itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.people.access import Right, access_administration, access_firm
from portal.web.log import log_page


@require_safe
def log(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """Everything that happened in one administration."""
    found = access_administration(request.actor, administration, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    return render(request, "kantoor/log.html", {"administration": found} | log_page(request, found.pk))


@require_safe
def firm_log(request: HttpRequest, firm: str) -> HttpResponse:
    """What happened at the firm itself: colleagues, invitations, settings."""
    access_firm(request.actor, to=Right.MANAGE_FIRM)  # type: ignore[attr-defined]
    return render(request, "kantoor/log.html", log_page(request, None))
