"""A server. Refuses to start, with a sentence for each, when something unsafe or missing is found."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403
from portal.settings.refusals import refusals

DOCUMENTS = Path(STORAGES["default"]["OPTIONS"]["location"])  # type: ignore[index]  # noqa: F405
found = refusals(os.environ, {"STATE_DIR": STATE_DIR, "DOCUMENT_ROOT": DOCUMENTS})  # noqa: F405
if found:
    raise ImproperlyConfigured("\n".join(["This server does not start:", *found]))

CSRF_TRUSTED_ORIGINS = [BASE_URL]  # noqa: F405
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LOGGING = {
    **LOGGING,  # noqa: F405
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "machines", "filters": ["mask"]}},
}
