"""What needs Redis while it is away: a sentence and 503 instead of a broken page.

Only signing in does: its limits are counted there, and without a count nobody may try passwords. Everything else of
the portal goes on; mails wait in their rows.
"""

import logging
from collections.abc import Callable

import redis
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

log = logging.getLogger("portal.requests")
AGAIN = 30  # seconds


class RedisAway:
    """Answers for views that met a Redis that does not answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn the failure into a sentence; anything else is not ours."""
        if not isinstance(exception, redis.RedisError):
            return None
        log.error("Redis does not answer: %s", exception)
        words = _("Signing in is not possible for a moment. Try again in a minute; nothing is lost.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": AGAIN})
