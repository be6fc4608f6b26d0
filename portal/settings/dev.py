"""The portal on your own machine, started by ./run: debug off by default, the sandbox on."""

import os

from portal.settings.base import *  # noqa: F403

SECRET_KEY = SECRET_KEY or "only-for-development-and-never-for-a-server"  # noqa: F405
DEBUG = os.environ.get("DEBUG", "") == "1"
SANDBOX = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECOND_FACTOR_REQUIRED = os.environ.get("SECOND_FACTOR", "") == "1"  # the people of the demo come in by password alone
CSRF_TRUSTED_ORIGINS = [BASE_URL]  # noqa: F405
INSTALLED_APPS = [*INSTALLED_APPS, "portal.sandbox"]  # noqa: F405
# finders instead of a manifest: no collectstatic between an edit and a reload
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # nothing is collected here, and nobody need be warned of that
WHITENOISE_AUTOREFRESH = DEBUG
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016", "security.W018"]
