"""The log of the office: of one client, and of the firm itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounting.queries.chain import last_check
from portal.people.access import Right, access_administration, access_firm
from portal.tenancy.bell import ring_after_commit
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
    return render(request, "kantoor/log.html", log_page(request, None) | {"chain": last_check()})


@require_POST
def chain_check(request: HttpRequest, firm: str) -> HttpResponse:
    """Have the hash chain of every client worked out again: a worker does it, the log says what came of it."""
    found = access_firm(request.actor, to=Right.MANAGE_FIRM)  # type: ignore[attr-defined]
    ring_after_commit("accounting.tasks.check_chains", firm_id=found.pk)
    messages.success(request, _("The books are being checked. What came of it stands here in a few minutes."))
    return redirect("kantoor:firm_log", firm=firm)
