"""Answers that suit both htmx and a browser without JavaScript."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from portal.people.entrance import is_htmx

__all__ = ["is_htmx", "partial_or_redirect"]


def partial_or_redirect(
    request: HttpRequest, template: str, context: dict[str, Any], *, to: str, status: int = 200
) -> HttpResponse:
    """Give htmx the fragment the page was built from; a browser without JavaScript goes back to the page."""
    if is_htmx(request):
        return render(request, template, context, status=status)
    return HttpResponseRedirect(to)
