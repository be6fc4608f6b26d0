"""Tests: real Postgres and Redis, eager tasks, a fast hasher, files in the test's own folder."""

import tempfile

from portal.settings.dev import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STEP_UP_REQUIRED = False  # switched on by the tests that are about it (tests/people)
LOGGING = {**LOGGING, "loggers": {name: {"level": "WARNING"} for name in ("portal.requests", "portal.tasks")}}  # noqa: F405
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,  # noqa: F405
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            **STORAGES["default"]["OPTIONS"],  # type: ignore[index]  # noqa: F405
            "location": tempfile.mkdtemp(prefix="samen-test-documents-"),
        },
    },
}
