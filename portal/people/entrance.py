"""A session that is missing or over, or a factor that is: to the page about it, also from within htmx."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect


def is_htmx(request: HttpRequest) -> bool:
    """Say whether htmx asks (and not a boosted or restored full page)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def login_redirect(request: HttpRequest, login_url: str) -> HttpResponse:
    """Send an expired session to the login page and back; within htmx the whole page goes, not a table row."""
    back = request.headers.get("HX-Current-URL") if is_htmx(request) else None
    path = back.split("://", 1)[-1].partition("/")[2] if back else request.get_full_path().lstrip("/")
    if not back and request.method not in ("GET", "HEAD"):
        referer = request.headers.get("Referer", "")
        path = referer.split("://", 1)[-1].partition("/")[2] if request.get_host() in referer else ""
    url = f"{resolve_url(login_url)}?{urlencode({'next': '/' + path})}"
    return HttpResponseClientRedirect(url) if is_htmx(request) else HttpResponseRedirect(url)


def factor_redirect(request: HttpRequest) -> HttpResponse:
    """Send who works at a firm with a password alone to where a second factor is set up."""
    url = resolve_url("mfa_index")
    return HttpResponseClientRedirect(url) if is_htmx(request) else HttpResponseRedirect(url)
