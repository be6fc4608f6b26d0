"""Addresses in mails are ours, whatever host a request names."""

from django.core import mail


def test_a_reset_link_ignores_the_host_of_the_request(world, db, settings):
    settings.ALLOWED_HOSTS = ["*"]
    world.client().post(
        "/accounts/password/reset/", {"email": world.user("gust").email}, headers={"host": "127.0.0.1:6666"}
    )
    body = str(mail.outbox[-1].body) + str(mail.outbox[-1].alternatives[0][0])
    assert "6666" not in body
    assert f"{settings.BASE_URL}/accounts/password/reset/key/" in body
