"""A server. Refuses to start, with a sentence, when something unsafe or missing is found."""

import os

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403

REQUIRED = {
    "SECRET_KEY": "a random string of at least 50 characters",
    "BASE_URL": "the public address, for example https://samen.example",
    "DATABASE_URL": "the database as role portal_app",
    "OWNER_DATABASE_URL": "the database as role portal_owner (migrations)",
    "OPS_DATABASE_URL": "the database as role portal_ops (dumps)",
    "REDIS_URL": "the Redis or Valkey server",
    "EMAIL_HOST": "the SMTP server",
}
missing = [f"{name} ({what})" for name, what in REQUIRED.items() if not os.environ.get(name)]
if missing:
    raise ImproperlyConfigured("Set these environment variables first: " + "; ".join(missing) + ".")
if len(SECRET_KEY) < 50:  # noqa: F405
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters: make a new one and set it.")
if not BASE_URL.startswith("https://"):  # noqa: F405
    raise ImproperlyConfigured("BASE_URL must start with https://: links in mails carry rights.")

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
