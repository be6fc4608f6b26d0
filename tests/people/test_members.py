"""Who may enter, changed: roles, portfolios, the contact, and the last owner."""

import pytest

from portal.audit.models import Event
from portal.links.issue import issue
from portal.links.models import Link
from portal.links.people import revoke_access, revoke_member, set_contact, set_member, set_responsible
from portal.people.access import doors_of
from portal.people.models import ClientAccess, Member, Responsible
from portal.people.refusals import LastOwner
from tests.cast import id_of


def _member(who: str, firm: str = "van-damme") -> Member:
    return Member.objects.get(pk=id_of(f"member {who} {firm}"))


def _acted(world, clock) -> dict:
    return {"by": world.actor("els"), "on": clock.today}


def test_a_portfolio_is_replaced_whole(world, clock):
    with world.scope():
        set_member(member=_member("tom"), role="accountant", administrations=[world.garage], **_acted(world, clock))
    assert doors_of(world.user("tom").pk)[0].administration_ids == frozenset({world.garage.pk})
    with world.scope():
        set_member(member=_member("tom"), role="assistant", administrations=None, **_acted(world, clock))
    door = doors_of(world.user("tom").pk)[0]
    assert (door.role, door.administration_ids) == ("assistant", None)


def test_no_administrations_is_none_of_them(world, clock):
    with world.scope():
        set_member(member=_member("tom"), role="accountant", administrations=[], **_acted(world, clock))
    assert doors_of(world.user("tom").pk)[0].administration_ids == frozenset()
    assert world.client("tom").get(f"/kantoor/van-damme/{world.bakery.pk}/bank/").status_code == 404


def test_a_closed_door_is_a_page_of_ours_in_the_readers_language(world):
    browser = world.client("mallory")
    for address in ("/kantoor/van-damme/", "/kantoor/nobody/", f"/mijn/{world.bakery.pk}/"):
        found = browser.get(address)
        assert found.status_code == 404, address
        page = found.content.decode()
        assert 'href="/"' in page, address
        assert "Deze pagina is hier niet" in page, address


def test_a_firm_keeps_an_owner(world, clock):
    with world.scope():
        with pytest.raises(LastOwner):
            revoke_member(member=_member("els"), **_acted(world, clock))
        with pytest.raises(LastOwner):
            set_member(member=_member("els"), role="assistant", administrations=None, **_acted(world, clock))
        set_member(member=_member("joke"), role="owner", administrations=None, **_acted(world, clock))
        revoke_member(member=_member("els"), **_acted(world, clock))
    assert doors_of(world.user("els").pk) == []


def test_two_owners_cannot_push_each_other_out_at_once(world, together, clock):
    with world.scope():
        set_member(member=_member("joke"), role="owner", administrations=None, **_acted(world, clock))
    pair = ("els", "joke")

    def push(number: int):
        with world.scope():
            revoke_member(member=_member(pair[number]), by=world.actor("els"), on=clock.today)

    results = together(push, 2)
    refused = [each for each in results if each is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], LastOwner)
    with world.scope():
        assert Member.objects.filter(role="owner", revoked_at=None).count() == 1


def test_access_taken_away_is_gone_at_the_next_click_and_so_are_the_links(world, clock):
    browser = world.client("an")
    home = f"/mijn/{world.bakery.pk}/"
    assert browser.get(home).status_code == 200
    with world.scope():
        access = ClientAccess.objects.get(user=world.user("an"))
        link = issue(
            administration=world.bakery,
            email="an@korenaar.example",
            name="An",
            user=world.user("an"),
            language="nl",
            on=clock.today,
        )
        revoke_access(access=access, **_acted(world, clock))
        assert Link.objects.get(pk=link.pk).revoked_at is not None
    assert browser.get(home).status_code == 404


def test_one_contact(world, clock):
    with world.scope():
        chris = ClientAccess.objects.get(user=world.user("chris"))
        set_contact(access=chris, **_acted(world, clock))
        contacts = ClientAccess.objects.filter(administration=world.bakery, is_contact=True)
        assert [row.user_id for row in contacts] == [world.user("chris").pk]


def test_one_responsible(world, clock):
    with world.scope():
        set_responsible(administration=world.bakery, member=_member("joke"), **_acted(world, clock))
        assert Responsible.objects.get(administration=world.bakery).member_id == _member("joke").pk
        assert Event.objects.get().what == "administration.responsible_set"
