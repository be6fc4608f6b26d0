"""Where a person is signed in, and ending it from afar."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.people import visits
from portal.people.models import User
from portal.web.front import speak


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; a POST ends one of them (visit=…), or all others."""
    speak(request)
    user, here = cast(User, request.user), request.session.session_key
    if request.method == "POST":
        ended = visits.end(user, only=_chosen(request.POST.get("visit", "")), keep=here)
        words = ngettext("Signed out in %(count)s place.", "Signed out in %(count)s places.", ended)
        messages.success(request, words % {"count": ended})
        return redirect("sessions")
    rows = [(row, row.session_key == here) for row in visits.living(user)]
    return render(request, "sessions.html", {"rows": rows, "others": any(not current for _row, current in rows)})


def _chosen(said: str) -> list[int] | None:
    """The one row to end; None for all of them, nothing for what is no number."""
    if not said:
        return None
    return [int(said)] if said.isascii() and said.isdigit() and len(said) < 18 else []


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where password managers look for the page that changes a password."""
    return redirect("account_change_password")
