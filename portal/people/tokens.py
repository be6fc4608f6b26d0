"""Tokens of links and invitations: 256 bits, made from the row's id with the server's key, stored only as a hash.

They can be made again (so that the accountant may copy a link, and a mail gets its token only when it leaves), but not
from anything in the database: a dump holds no working link.
"""

import base64
import hashlib
import hmac
import uuid

from django.conf import settings


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def _derive(key: str | bytes, purpose: str, row_id: uuid.UUID, version: int) -> str:
    message = f"{purpose}|{row_id}|{version}".encode()
    secret = b"samen.token|" + (key if isinstance(key, bytes) else key.encode())
    digest = hmac.new(hashlib.sha256(secret).digest(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def make_token(purpose: str, row_id: uuid.UUID, version: int = 1) -> str:
    """Make the token of a row under the present key: 43 characters, safe in a URL."""
    return _derive(settings.SECRET_KEY, purpose, row_id, version)


def remake_token(purpose: str, row_id: uuid.UUID, version: int, stored_hash: str) -> str:
    """Make the token again that has this hash, trying older keys after a rotation.

    Raises ValueError when no key we still hold made it.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _derive(key, purpose, row_id, version)
        if hmac.compare_digest(token_hash(token), stored_hash):
            return token
    raise ValueError("This token was made under a key that is gone.")
