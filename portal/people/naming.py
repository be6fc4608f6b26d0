"""Names people give themselves: a client does not write under the name of somebody at the firm."""

from portal.kernel.text import name_key
from portal.people.access import doors_of
from portal.people.models import Member, User
from portal.people.refusals import NameOfColleague
from portal.tenancy.scope import scope


def refuse_name_of_colleague(user: User, name: str) -> None:
    """Raise NameOfColleague when a firm this person is a client of has somebody of that name. Opens its own scopes."""
    wanted = name_key(name)
    for door in doors_of(user.pk):
        if door.kind != "client":
            continue
        with scope(firm_id=door.firm_id):
            others = Member.objects.filter(revoked_at=None).exclude(user=user)
            if wanted in {name_key(taken) for taken in others.values_list("user__name", flat=True)}:
                raise NameOfColleague(firm=door.firm_name)
