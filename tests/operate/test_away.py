"""Without Redis nobody can sign in, and is told so; the rest goes on."""

import pytest
from django.core.cache import caches

from portal.operate.away import RedisAway

pytestmark = pytest.mark.django_db
AWAY = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.fixture
def away(settings):
    settings.CACHES = AWAY
    yield
    caches.close_all()


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Aanmelden kan even niet"), ("fr", "La connexion est"), ("en-gb", "Signing in is")]
)
def test_signing_in_is_a_sentence_and_no_broken_page(client, away, language, words):
    client.cookies["language"] = language
    answer = client.post("/accounts/login/", {"login": "els@van-damme.example", "password": "x"})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert words in answer.content.decode()


def test_who_is_in_goes_on(world, away):
    browser = world.client("els")
    assert browser.get("/profiel/").status_code == 200


def test_other_failures_are_not_hidden():
    assert RedisAway(lambda request: None).process_exception(None, ValueError("x")) is None
