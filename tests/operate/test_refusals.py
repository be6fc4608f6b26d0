"""A server with something unsafe does not start, and says each thing in one sentence."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.runner.console import ROOT
from portal.settings.refusals import REQUIRED, refusals
from portal.tenancy.checks import refuse_mighty_roles

FINE = {
    "SECRET_KEY": "Zx3kQ9-vB7nLmP2sWc8dRt5yHj1gFa6uEoI4XbTqNwMrKzYpVC0J",
    "BASE_URL": "https://samen.example",
    "DATABASE_URL": "postgresql://portal_app:a@10.0.0.2:5432/samen",
    "OWNER_DATABASE_URL": "postgresql://portal_owner:b@10.0.0.2:5432/samen",
    "OPS_DATABASE_URL": "postgresql://portal_ops:c@10.0.0.2:5432/samen",
    "REDIS_URL": "redis://:secret@10.0.0.3:6379/0",
    "EMAIL_HOST": "smtp.samen.example",
    "MAIL_FROM": "Samen <post@samen.example>",
}


def test_a_safe_server_starts(tmp_path):
    assert refusals(FINE, {"STATE_DIR": tmp_path, "DOCUMENT_ROOT": tmp_path / "not" / "yet" / "made"}) == []


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_missing_is_named(name):
    for environment in ({**FINE, name: ""}, {key: value for key, value in FINE.items() if key != name}):
        [sentence] = refusals(environment, {})
        assert sentence.startswith(f"{name} is not set: ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"DEBUG": "1"}, "DEBUG is set"),
        ({"SECRET_KEY": "short"}, "shorter than 50"),
        ({"SECRET_KEY": "only-for-a-look-on-your-own-machine-change-it-on-a-server"}, "the one of development"),
        ({"SECRET_KEY": "django-insecure-" + "abcdefghijkl" * 6}, "the one of development"),
        ({"SECRET_KEY": "ab" * 30}, "repeats itself"),
        ({"BASE_URL": "http://samen.example"}, "must start with https://"),
        ({"BASE_URL": "https://"}, "names no host"),
        ({"BASE_URL": "https://*"}, "names no host"),
        ({"OWNER_DATABASE_URL": FINE["DATABASE_URL"]}, "DATABASE_URL and OWNER_DATABASE_URL are the same role"),
        ({"DATABASE_URL": FINE["OWNER_DATABASE_URL"]}, "the same role (portal_owner)"),
        ({"OPS_DATABASE_URL": FINE["DATABASE_URL"]}, "DATABASE_URL and OPS_DATABASE_URL are the same role"),
        ({"DATABASE_URL": "postgresql://10.0.0.2/samen"}, "DATABASE_URL names no role"),
        ({"REDIS_URL": "redis://10.0.0.3:6379/0"}, "REDIS_URL has no password"),
        ({"REDIS_URL": "6379"}, "is no address"),
        ({"MAIL_FROM": "Samen"}, "no mail address in it"),
        ({"EMAIL_HOST_PASSWORD": "p"}, "would travel in the open"),
        ({"METRICS_TOKEN": "guess-me"}, "METRICS_TOKEN is shorter than 24"),
    ],
)
def test_what_is_unsafe_is_one_sentence(change, words):
    [sentence] = refusals({**FINE, **change}, {})
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "redis://localhost/0", "unix:///run/redis.sock"])
def test_a_redis_of_this_machine_needs_no_password(url):
    assert refusals({**FINE, "REDIS_URL": url}, {}) == []


def test_sentences_tell_no_secret():
    bad = {**FINE, "SECRET_KEY": "ab" * 30, "OWNER_DATABASE_URL": FINE["DATABASE_URL"], "DEBUG": "1"}
    said = " ".join(refusals(bad, {}))
    assert "abab" not in said
    assert ":a@" not in said


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    file = tmp_path / "file"
    file.touch()
    [sentence] = refusals(FINE, {"DOCUMENT_ROOT": file})
    assert sentence.startswith(f"DOCUMENT_ROOT ({file}) is not writable")
    if os.geteuid() != 0:  # nothing is closed to root
        tmp_path.chmod(0o500)
        assert refusals(FINE, {"STATE_DIR": tmp_path})


def test_the_settings_themselves_refuse_all_at_once(tmp_path):
    environment = {
        **{key: value for key, value in os.environ.items() if key not in FINE},
        **FINE,
        "DEBUG": "1",
        "REDIS_URL": "redis://10.0.0.3/0",
        "STATE_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings.prod",
    }
    ran = start(environment)
    assert ran.returncode == 1
    assert "This server does not start:\nDEBUG is set" in ran.stderr
    assert "REDIS_URL has no password" in ran.stderr
    ran = start({**environment, "DEBUG": "", "REDIS_URL": FINE["REDIS_URL"]})
    assert (ran.returncode, ran.stderr) == (0, "")


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    code = "import django; django.setup()"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


# --- the role, which only the database knows -------------------------------------------------------------------------


class Connected:
    """A connection of the portal's own alias, as a role with some powers."""

    alias, vendor = "default", "postgresql"

    def __init__(self, raw):
        self.raw = raw

    def cursor(self):
        return self.raw.cursor()


@pytest.mark.parametrize(("role", "words"), [("ops", "bypasses row-level security"), ("owner", "owns the tables")])
def test_a_mighty_role_is_refused(as_role, role, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        refuse_mighty_roles(None, Connected(as_role(role)))


def test_the_app_role_is_let_in(as_role):
    refuse_mighty_roles(None, Connected(as_role("default")))


def test_a_server_with_the_owners_role_does_not_start(tmp_path, template):
    """Not the first visitor meets it: the web does not open its door, the worker does not begin."""
    environment = {
        **os.environ,
        **FINE,
        "DATABASE_URL": os.environ["OWNER_DATABASE_URL"],
        "OWNER_DATABASE_URL": FINE["OWNER_DATABASE_URL"].replace("portal_owner", "another"),
        "STATE_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings.prod",
        "PYTHONWARNINGS": "ignore",
    }
    codes = (
        "import portal.wsgi",
        "from portal.celery import app; from celery import signals; import django; django.setup(); "
        "signals.worker_init.send(sender=None)",
    )
    for code in codes:
        ran = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 1, ran.stderr
        assert "owns the tables" in ran.stderr
