"""A passkey from the first to the last: made, kept codes, opening the door by itself, and after a password.

A browser knows passkeys of names alone, never of bare addresses: this journey goes to localhost.
"""

from tests import cast


def _with_a_finger(page):
    """Give the browser a device with a fingerprint reader and a finger on it."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    abilities = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": abilities | {"isUserVerified": True}})


def _password(page, home):
    page.goto(f"{home}/accounts/login/")
    page.fill("input[name=login]", cast.NAMES["tom"].email)
    page.fill("input[name=password]", cast.PASSWORD)
    page.click("form.card button.button--primary")


def _sign_out(page, home):
    page.goto(f"{home}/accounts/logout/")
    page.click("main form .button--primary")
    page.wait_for_url("**/accounts/login/")


def test_a_passkey_opens_the_door(portal, devices):
    home = portal.url.replace("127.0.0.1", "localhost")
    page = devices.page(phone=True)
    _with_a_finger(page)
    _password(page, home)
    page.wait_for_url("**/kantoor/van-damme/**")
    page.goto(f"{home}/accounts/2fa/webauthn/add/")
    page.fill("input[name=name]", "Toms telefoon")
    page.click("button[data-passkey]")
    page.wait_for_url("**/recovery-codes/")
    with page.expect_download() as coming:
        page.click("a[download]")
    assert len(coming.value.path().read_text().split()) == 10

    _sign_out(page, home)
    page.click("button[data-passkey]")  # by itself: no name, no password
    page.wait_for_url("**/kantoor/van-damme/**")

    _sign_out(page, home)
    _password(page, home)
    page.wait_for_url("**/2fa/authenticate/")
    page.click("button[data-passkey]")
    page.wait_for_url("**/kantoor/van-damme/**")
    page.goto(f"{home}/accounts/2fa/")
    assert "Toms telefoon" in page.inner_text("main")
    page.click("a[href$='/remove/']")
    page.click("main form .button--danger")
    page.wait_for_url("**/webauthn/")
