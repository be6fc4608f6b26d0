"""Teams of a firm: who is in them and whose clients they share. Being in a team opens its clients at the next click."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from portal.audit.record import record
from portal.kernel.text import one_line
from portal.people.access import Actor, Right, get_or_404, require
from portal.people.models import Member, Team, TeamAdministration, TeamMember
from portal.people.refusals import TeamNameTaken
from portal.tenancy.models import Administration


def access_team(actor: Actor, team_id: object) -> Team:
    """The door to a team: only for who runs the firm."""
    require(actor, Right.MANAGE_FIRM)
    team: Team = get_or_404(Team.objects.all(), pk=team_id)
    return team


@transaction.atomic
def save_team(
    *,
    team: Team | None,
    name: str,
    members: Iterable[Member],
    administrations: Iterable[Administration],
    by: Actor,
    on: date,
) -> Team:
    """Make a team (None), or replace the name, the colleagues and the clients of one. Raises TeamNameTaken."""
    require(by, Right.MANAGE_FIRM)
    found = team or Team(firm_id=by.firm_id)
    found.name = one_line(name, 40)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as taken:
        if "team_name_once" not in str(taken):
            raise
        raise TeamNameTaken(name=found.name) from taken
    TeamMember.objects.filter(team=found).delete()
    TeamAdministration.objects.filter(team=found).delete()
    who, clients = list(members), list(administrations)
    TeamMember.objects.bulk_create(TeamMember(firm_id=by.firm_id, team=found, member=one) for one in who)
    TeamAdministration.objects.bulk_create(
        TeamAdministration(firm_id=by.firm_id, team=found, administration=one) for one in clients
    )
    facts = {"name": found.name, "members": [str(one.pk) for one in who], "clients": [str(one.pk) for one in clients]}
    record("team.saved", subject=found, by=by, data=facts)
    return found


@transaction.atomic
def remove_team(*, team: Team, by: Actor, on: date) -> None:
    """End a team: what only it opened is closed at the next click."""
    require(by, Right.MANAGE_FIRM)
    record("team.removed", subject=team, by=by, data={"name": team.name})
    team.delete()
