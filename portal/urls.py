"""The site map on one screen."""

from django.conf import settings
from django.urls import include, path

from portal.guest import invitation
from portal.operate import probes
from portal.web import front, kit, passkeys, passwords, profile, sessions, sheet, stepup

handler404 = "portal.web.front.not_found"

urlpatterns = [
    path("", front.front, name="front"),
    path("health/", probes.health, name="health"),
    path("ready/", probes.ready, name="ready"),
    path("metrics", probes.metrics, name="metrics"),
    path("taal/", front.language, name="language"),
    path("stijl/<slug:name>.css", sheet.style, name="style"),
    path("huisstijl/<slug:firm>.css", front.brand, name="brand"),
    path("huisstijl/<slug:firm>.png", front.logo, name="logo"),
    path("profiel/", profile.profile, name="profile"),
    path("profiel/sessies/", sessions.sessions, name="sessions"),
    path("bevestigen/", stepup.confirm, name="confirm_act"),
    path(".well-known/change-password", sessions.change_password, name="well_known_password"),
    path("plaatsen/", profile.places, name="places"),
    path("uitnodiging/<str:token>/", invitation.invitation, name="invitation"),
    path("kantoor/<slug:firm>/", include("portal.accountant.urls")),
    path("mijn/<uuid:administration>/", include("portal.client.urls")),
    path("l/", include("portal.guest.urls")),
    path("accounts/email/", front.nowhere, name="account_email"),  # addresses come from invitations alone
    path("accounts/password/set/", passwords.SetPassword.as_view(), name="account_set_password"),
    path("accounts/2fa/webauthn/add/", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("accounts/", include("allauth.urls")),
]
if settings.SANDBOX:
    urlpatterns += [path("kit/", kit.kit, name="kit")]
    urlpatterns += [path("sandbox/", include("portal.sandbox.urls"))]
