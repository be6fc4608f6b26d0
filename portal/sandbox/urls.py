"""The outside world of the sandbox."""

from django.urls import path

from portal.sandbox import mailbox

app_name = "sandbox"

urlpatterns = [
    path("mail/", mailbox.mailbox, name="mailbox"),
    path("mail/<str:name>/", mailbox.mail, name="mail"),
    path("mail/<str:name>/html", mailbox.html, name="html"),
]
