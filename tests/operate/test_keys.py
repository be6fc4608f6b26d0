"""A new SECRET_KEY, as the runbook says it: with the old one beside it nobody is put out; without, everybody."""

import pytest

from portal.links.issue import issue, token_of

pytestmark = pytest.mark.django_db
NEW = "Nw7-another-key-of-fifty-characters-and-some-more-0123456789"


@pytest.mark.parametrize("old_is_kept", [True, False])
def test_sessions_and_guests_outlive_a_new_key_when_the_old_one_is_kept(world, clock, client, settings, old_is_kept):
    with world.scope():
        link = issue(administration=world.newlogo, email="s@newlogo.example", name="S", language="nl", on=clock.today)
    guest = client.get(f"/l/{token_of(link)}/")
    browser = world.client("els")
    before = browser.get("/profiel/").status_code, client.get(guest["Location"]).status_code
    assert before == (200, 200)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if old_is_kept else []
    settings.SECRET_KEY = NEW
    after = browser.get("/profiel/").status_code, client.get(guest["Location"]).status_code
    assert after == ((200, 200) if old_is_kept else (302, 404))
