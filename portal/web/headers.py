"""Headers and logs that keep capability links to themselves."""

import logging
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# a link, an invitation, the key of a password reset: each opens something to whoever reads it
TOKEN = re.compile(r"/(l|uitnodiging|key)/[A-Za-z0-9_-]{20,}")
UNKEPT = ("/l/", "/accounts/", "/bevestigen/")


class PrivacyHeaders:
    """Guest pages are never cached, indexed or named to others; tenant pages are never cached by a proxy.

    Pages about one's own account hold secrets (the key of an app, recovery codes): no browser keeps them either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        path = request.path_info
        if path.startswith(("/l/", "/uitnodiging/")):
            # not "no-referrer": browsers then send "Origin: null" with a form, which no CSRF check can accept
            response["Referrer-Policy"] = "strict-origin"
            response["X-Robots-Tag"] = "noindex, nofollow"
        if not path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store" if path.startswith(UNKEPT) else "private, no-cache")
        response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        return response


class MaskTokens(logging.Filter):
    """Keeps link tokens out of every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace what looks like a token in the message and its arguments."""
        message = record.getMessage()
        masked = TOKEN.sub(r"/\1/•••", message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True
