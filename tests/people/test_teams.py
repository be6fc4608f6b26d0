"""Teams: whose clients open by being in one, at every wall, and close again."""

import re
from html import unescape

import pytest
from django.db import DatabaseError, connection, transaction

from portal.audit.models import Event
from portal.links.teams import remove_team, save_team
from portal.people.access import doors_of
from portal.people.models import Member, Team, TeamAdministration, TeamMember
from portal.people.refusals import TeamNameTaken
from portal.tenancy.models import Administration
from portal.tenancy.scope import scope
from tests.cast import OFFICES, id_of

OFFICE = "/kantoor/van-damme/"


def _member(who: str, firm: str = "van-damme") -> Member:
    return Member.objects.get(pk=id_of(f"member {who} {firm}"))


@pytest.fixture
def team(world, clock) -> Team:
    """Ruben (portfolio: the garage) shares the bakery in a team."""
    return _save(world, clock, "Team Oost", ["ruben"], [world.bakery])


def _save(world, clock, name, who, clients, team=None) -> Team:
    with world.scope():
        return save_team(
            team=team,
            name=name,
            members=[_member(one) for one in who],
            administrations=clients,
            by=world.actor("els"),
            on=clock.today,
        )


def _seen_by(world, who: str) -> set[str]:
    """The clients somebody sees, through the doors as they are now and past the managers."""
    door = doors_of(world.user(who).pk)[0]
    with scope(firm_id=door.firm_id, administration_ids=door.administration_ids), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM tenancy_administration")
        raw = {name for (name,) in cursor.fetchall()}
        assert raw == set(Administration.objects.values_list("name", flat=True))
        return raw


def _text(response) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_being_in_a_team_opens_its_clients_besides_the_portfolio(world, team):
    assert _seen_by(world, "ruben") == {"Garage Maes", "Bakkerij De Korenaar"}
    assert world.client("ruben").get(f"{OFFICE}{world.bakery.pk}/bank/").status_code == 200
    assert world.client("ruben").get(f"{OFFICE}{world.newlogo.pk}/bank/").status_code == 404
    # nobody else sees more or less than before
    assert _seen_by(world, "tom") == {"Bakkerij De Korenaar", "Consultancy New Logo"}
    assert doors_of(world.user("els").pk)[0].administration_ids is None


def test_what_a_team_opened_closes_at_the_next_click(world, clock, team):
    browser = world.client("ruben")
    bank = f"{OFFICE}{world.bakery.pk}/bank/"
    assert browser.get(bank).status_code == 200
    _save(world, clock, "Team Oost", ["joke"], [world.bakery], team)
    assert browser.get(bank).status_code == 404
    _save(world, clock, "Team Oost", ["ruben"], [], team)
    assert browser.get(bank).status_code == 404
    _save(world, clock, "Team Oost", ["ruben"], [world.bakery], team)
    assert browser.get(bank).status_code == 200
    with world.scope():
        remove_team(team=team, by=world.actor("els"), on=clock.today)
        assert not TeamMember.objects.exists()
        assert not TeamAdministration.objects.exists()
    assert browser.get(bank).status_code == 404
    assert _seen_by(world, "ruben") == {"Garage Maes"}


def test_a_colleague_who_was_let_go_does_not_come_in_by_a_team(world, clock):
    _save(world, clock, "Team Rik", ["rik"], [world.bakery])
    assert doors_of(world.user("rik").pk) == []


def test_in_two_firms_a_team_of_one_opens_nothing_at_the_other(world, clock):
    with world.scope():
        Member.objects.filter(pk=id_of("member dina van-damme")).update(all_administrations=False)
    _save(world, clock, "Team Dina", ["dina"], [world.bakery])
    staff = {
        door.firm_slug: door.administration_ids for door in doors_of(world.user("dina").pk) if door.kind == "staff"
    }
    assert staff == {"van-damme": frozenset({world.bakery.pk}), "de-wit": None}


def test_the_database_keeps_a_team_within_its_firm(world, team):
    here, there = OFFICES["van-damme"].id, OFFICES["de-wit"].id
    with world.scope("de-wit"):
        assert not Team.all_firms.exists()
        assert not TeamMember.all_firms.exists()
        assert not TeamAdministration.all_firms.exists()
        wrong = (
            TeamMember(firm_id=there, team_id=team.pk, member=_member("mallory", "de-wit")),
            TeamAdministration(firm_id=there, team_id=team.pk, administration=world.bikes),
            TeamAdministration(firm_id=here, team_id=team.pk, administration=world.bikes),
        )
        for row in wrong:
            with pytest.raises(DatabaseError), transaction.atomic():
                row.save(force_insert=True)
                connection.check_constraints()
    with world.scope(), pytest.raises(DatabaseError), transaction.atomic():
        TeamMember(firm_id=here, team=team, member_id=id_of("member mallory de-wit")).save(force_insert=True)
        connection.check_constraints()


def test_a_colleague_with_a_portfolio_reads_only_their_own_clients_of_a_team(world, clock):
    _save(world, clock, "Team Breed", ["els"], [world.bakery, world.garage])
    with world.scope("tom"):
        assert [row.administration_id for row in TeamAdministration.all_firms.all()] == [world.bakery.pk]


def test_names_differ_and_everything_is_written_down(world, clock, team):
    with pytest.raises(TeamNameTaken):
        _save(world, clock, "Team Oost", [], [])
    with world.scope():
        assert list(Event.objects.values_list("what", flat=True)) == ["team.saved"]


def test_the_pages(world, team):
    browser = world.client("els")
    assert "Team Oost" in _text(browser.get(f"{OFFICE}teams/"))
    typed = {"name": "Team West", "members": [str(id_of("member tom van-damme"))], "administrations": []}
    assert browser.post(f"{OFFICE}teams/", typed).status_code == 302
    assert browser.post(f"{OFFICE}teams/", typed).status_code == 422  # the name is taken
    here = f"{OFFICE}teams/{team.pk}/"
    assert browser.get(here).status_code == 200
    typed = {"name": "Team Noord", "members": typed["members"], "administrations": [str(world.garage.pk)]}
    assert browser.post(here, typed).status_code == 302
    assert _seen_by(world, "tom") == {"Bakkerij De Korenaar", "Consultancy New Logo", "Garage Maes"}
    foreign = typed | {"administrations": [str(world.bikes.pk)], "members": [str(id_of("member mallory de-wit"))]}
    assert browser.post(here, foreign).status_code == 422
    for who in ("tom", "joke", "ruben"):
        assert world.client(who).post(here, typed).status_code == 404
    assert world.client("mallory").get(f"/kantoor/de-wit/teams/{team.pk}/").status_code == 404
    assert browser.post(f"{here}removal/").status_code == 302
    with world.scope():
        assert list(Team.objects.values_list("name", flat=True)) == ["Team West"]
    assert "het team Team Noord" in _text(browser.get(f"{OFFICE}log/"))


def test_the_cockpit_by_team(world, clock, team):
    browser = world.client("ruben")
    page = browser.get(OFFICE)
    tabs = {tab["label"]: tab["count"] for tab in page.context["views"]}
    assert tabs["Mijn team"] == 1
    shown = browser.get(f"{OFFICE}?view=team")
    assert [row.name for row in shown.context["page"].rows] == ["Bakkerij De Korenaar"]
    shown = world.client("els").get(f"{OFFICE}?team={team.pk}")
    assert [row.name for row in shown.context["page"].rows] == ["Bakkerij De Korenaar"]
    assert "Mijn team" not in [tab["label"] for tab in shown.context["views"]]
    assert len(world.client("els").get(f"{OFFICE}?team=nonsense").context["page"].rows) == 3
    assert not world.client("els").get(f"{OFFICE}?team={world.newlogo.pk}").context["page"].rows
    # of a team without a client one sees, not even the name
    _save(world, clock, "Team Leeg", ["ruben"], [world.newlogo])
    assert [name for _key, name in world.client("tom").get(OFFICE).context["teams"]] == ["Team Leeg", "Team Oost"]
    _save(world, clock, "Team Oost", [], [world.garage], team)
    assert [name for _key, name in world.client("tom").get(OFFICE).context["teams"]] == ["Team Leeg"]


def test_a_view_of_ones_team_is_kept_and_counted_for_whoever_looks(world, team):
    browser = world.client("ruben")
    assert browser.post(f"{OFFICE}views/?view=team", {"name": "Oost", "shared": "on"}).status_code == 302
    counts = {who: [tab["count"] for tab in world.client(who).get(OFFICE).context["saved"]] for who in ("ruben", "els")}
    assert counts == {"ruben": [1], "els": [0]}
    assert "Team Oost" in _text(browser.get(f"{OFFICE}views/?team={team.pk}"))


def test_of_a_team_without_a_client_one_sees_not_even_the_name(world, clock):
    hidden = _save(world, clock, "Team Geheim", ["els"], [world.garage])
    assert "Team Geheim" not in _text(world.client("tom").get(f"{OFFICE}views/?team={hidden.pk}"))
    assert "Team Geheim" in _text(world.client("els").get(f"{OFFICE}views/?team={hidden.pk}"))
