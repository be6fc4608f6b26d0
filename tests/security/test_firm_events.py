"""What a colleague with a portfolio does to the firm is written down; what they read of its log does not change."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal.accountant.firm import change_firm
from portal.audit.models import Event
from portal.audit.record import record
from portal.people.models import Member
from portal.tenancy.scope import scope
from tests import cast

OFFICE = "/kantoor/van-damme/"


def _as_tom(world):
    return scope(firm_id=world.firm.pk, administration_ids=[world.newlogo.pk, world.bakery.pk])


def test_a_colleague_with_a_portfolio_saves_a_view(world):
    saved = world.client("tom").post(f"{OFFICE}views/?rhythm=monthly", {"name": "Maandaangevers"})
    assert saved.status_code == 302
    with world.scope():
        event = Event.objects.get(what="view.saved")
        assert (event.actor_user_id, event.administration_id) == (world.user("tom").pk, None)
    with _as_tom(world):
        assert not Event.objects.filter(what="view.saved").exists()


def test_an_owner_with_a_portfolio_changes_the_settings(world):
    with world.scope():
        Member.objects.filter(user=world.user("tom")).update(role="owner")
    words = {"name": "Van Damme", "mark": "VD", "brand_color": "#0B5B58", "email": "nieuw@van-damme.example"}
    assert world.client("tom").post(f"{OFFICE}settings/", words).status_code == 302
    with world.scope():
        assert Event.objects.filter(what="firm.changed", actor_user_id=world.user("tom").pk).count() == 1


def test_the_walls_stand_elsewhere(world):
    """Not for another firm, not for a client outside the portfolio, and the firm's own rows stay unread."""
    with world.scope():
        change_firm(world.firm, {"phone": "1"}, None, by=world.actor("els"))
    with _as_tom(world):
        assert not Event.all_firms.filter(administration=None).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_event WHERE administration_id IS NULL")
            assert cursor.fetchone() == (0,)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            record("view.saved", subject=world.garage, by=world.actor("tom"))
        kept = Event(
            firm_id=cast.OFFICES["de-wit"].id,
            administration=None,
            what="view.saved",
            subject_kind="x",
            subject_id=world.firm.pk,
            at="2026-11-23T09:00:00Z",
            **world.actor("tom").as_columns(),
        )
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Event.all_firms.bulk_create([kept])


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "0001-01-01"])
@pytest.mark.parametrize("end", ["since", "until"])
@pytest.mark.parametrize("where", [f"{OFFICE}log/", f"{OFFICE}{{books}}/log/"])
def test_a_day_at_the_end_of_the_calendar_narrows_without_an_error(world, day, end, where):
    path = where.format(books=world.newlogo.pk)
    assert world.client("els").get(path, {end: day}).status_code == 200
