"""Why a server does not start: one sentence per thing that is missing or unsafe, all of them at once.

What only the running database can tell (the powers of its role) is refused at the first connection, in
portal.tenancy.checks.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LOCAL = ("127.0.0.1", "localhost", "::1")
REQUIRED = {
    "SECRET_KEY": "a random string of at least 50 characters",
    "BASE_URL": "the public address, for example https://samen.example",
    "DATABASE_URL": "the database as role portal_app",
    "OWNER_DATABASE_URL": "the database as role portal_owner (migrations)",
    "OPS_DATABASE_URL": "the database as role portal_ops (dumps)",
    "REDIS_URL": "the Redis or Valkey server",
    "EMAIL_HOST": "the mail server",
    "MAIL_FROM": "the sender of all mails, for example Samen <post@samen.example>",
}
SHORTEST_KEY = 50
SHORTEST_TOKEN = 24
FEWEST_CHARACTERS = 10  # different ones in a key; a random one of 50 has about thirty
KNOWN_KEYS = ("only-for-", "django-insecure-")  # how the keys of development and of examples begin


def refusals(environment: Mapping[str, str], folders: Mapping[str, Path]) -> list[str]:
    """Every reason not to start with this environment, in sentences; `folders`: what must be writable, by name."""
    missing = [name for name in REQUIRED if not environment.get(name)]
    found = [f"{name} is not set: {REQUIRED[name]}." for name in missing]
    if environment.get("DEBUG", "") not in ("", "0"):
        found.append("DEBUG is set: a server that shows its traces shows its secrets; take it away.")
    if "SECRET_KEY" not in missing:
        found += _key(environment["SECRET_KEY"])
    if "BASE_URL" not in missing:
        found += _address(environment["BASE_URL"])
    found += _roles(environment)
    if "REDIS_URL" not in missing:
        found += _redis(_split(environment["REDIS_URL"]))
    found += _mail(environment)
    if 0 < len(environment.get("METRICS_TOKEN", "")) < SHORTEST_TOKEN:
        found.append(f"METRICS_TOKEN is shorter than {SHORTEST_TOKEN} characters: it could be guessed.")
    found += [
        f"{name} ({path}) is not writable: papers could not be kept."
        for name, path in folders.items()
        if not _writable(path)
    ]
    return found


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError:
        return urlsplit("")
    return parts


def _key(key: str) -> list[str]:
    if key.startswith(KNOWN_KEYS):
        return ["SECRET_KEY is the one of development, which everybody knows: make a new one."]
    if len(key) < SHORTEST_KEY:
        return [f"SECRET_KEY is shorter than {SHORTEST_KEY} characters: make a new one."]
    if len(set(key)) < FEWEST_CHARACTERS:
        return ["SECRET_KEY repeats itself: make a new one at random."]
    return []


def _address(url: str) -> list[str]:
    parts, found = _split(url), []
    if parts.scheme != "https":
        found.append("BASE_URL must start with https://: links in mails carry rights.")
    if not parts.hostname or "*" in parts.hostname:
        found.append("BASE_URL names no host, so no host would be allowed: write the whole public address.")
    return found


def _roles(environment: Mapping[str, str]) -> list[str]:
    names = {"DATABASE_URL": "serves", "OWNER_DATABASE_URL": "migrates", "OPS_DATABASE_URL": "makes back-ups"}
    users = {name: _split(environment[name]).username for name in names if environment.get(name)}
    app = users.get("DATABASE_URL")
    found = [
        f"DATABASE_URL and {name} are the same role ({app}): what serves may not be what {names[name]}."
        for name, user in users.items()
        if name != "DATABASE_URL" and app is not None and user == app
    ]
    return found + [f"{name} names no role." for name, user in users.items() if not user]


def _redis(parts: SplitResult) -> list[str]:
    if parts.hostname is None and parts.scheme != "unix":
        return ["REDIS_URL is no address: redis://:password@host:6379/0."]
    if parts.scheme != "unix" and parts.hostname not in LOCAL and not parts.password:
        return [f"REDIS_URL has no password and {parts.hostname} is another machine: whoever reaches it gives orders."]
    return []


def _mail(environment: Mapping[str, str]) -> list[str]:
    host, found = environment.get("EMAIL_HOST", ""), []
    sender = environment.get("MAIL_FROM", "")
    if sender and "@" not in sender:
        found.append("MAIL_FROM has no mail address in it.")
    if environment.get("EMAIL_HOST_PASSWORD") and host not in LOCAL and environment.get("EMAIL_USE_TLS") != "1":
        found.append(f"EMAIL_USE_TLS is not 1: the password of the mail server {host} would travel in the open.")
    return found


def _writable(path: Path) -> bool:
    """Whether files can be made there, or in the nearest folder that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path.is_dir() and os.access(path, os.W_OK | os.X_OK)
