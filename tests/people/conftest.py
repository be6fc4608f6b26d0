"""People who prove who they are: codes as an app would show them, and the settings as a server has them."""

import time

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from tests.cast import NAMES, PASSWORD


@pytest.fixture
def strict(settings):
    """As on a server: a second factor for staff, and proofs before weighty acts."""
    settings.SECOND_FACTOR_REQUIRED = settings.STEP_UP_REQUIRED = True
    return settings


class App:
    """An app with codes, of one person."""

    def __init__(self, user):
        self.secret = generate_totp_secret()
        self.row = TOTP.activate(user, self.secret).instance
        self.recovery = RecoveryCodes.activate(user)

    def code(self, step=0):
        """The code of now, or of some half minutes from now."""
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + step))


@pytest.fixture
def app(world):
    """app("els"): an app with codes for her."""
    return lambda who: App(world.user(who))


def sign_in(who, *, password=PASSWORD, **headers):
    """A browser in which somebody typed their password (and no more)."""
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", **headers})
    browser.post("/accounts/login/", {"login": NAMES[who].email, "password": password})
    return browser
