"""The firms of the demo as rows: people come in by invitation, administrations are started, as in life."""

import uuid
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from uuid_utils.compat import uuid7

from accounting.actions.administrations import NewAdministration, start_administration
from accounting.actions.setup import open_fiscal_year
from portal.audit.record import record
from portal.demo.days import Days
from portal.demo.people import DOSSIERS, NAMES, PASSWORD, PEOPLE, Dossier, Office, Person
from portal.links.invitations import Invitee, accept_invitation, invite
from portal.links.people import revoke_member, set_member, set_responsible
from portal.people.access import Actor
from portal.people.models import ClientAccess, Member, User
from portal.tenancy.models import Administration, Firm
from requests_app.actions.leave import end_access


@dataclass(slots=True)
class Stage:
    """One firm of the demo, ready to act in. Lines of the bank are found by the keys of the story."""

    office: Office
    firm_id: uuid.UUID
    days: Days
    firm: Firm | None = None
    administrations: dict[str, Administration] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    lines: dict[str, uuid.UUID] = field(default_factory=dict)
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what came into a portfolio later, by person

    @classmethod
    def of(cls, office: Office, days: Days) -> "Stage":
        """An empty stage for a firm."""
        return cls(office, uuid7(), days)

    def staff(self, key: str) -> Actor:
        """A colleague as they are at this firm."""
        user, person = self.users[key], NAMES[key]
        role = dict(person.works)[self.office.key]
        mine = None
        if person.portfolio:
            mine = frozenset(self.administrations[one].pk for one in self.portfolio(key))
        return Actor("staff", role, self.firm_id, user.name, user.pk, user.email, user.language, mine)

    def portfolio(self, key: str) -> tuple[str, ...]:
        """The keys of the administrations a colleague is narrowed to."""
        return (*NAMES[key].portfolio, *self.given.get(key, ()))

    def client(self, key: str, dossier: str) -> Actor:
        """A person of a client company, signed in."""
        user, role = self.users[key], dict(NAMES[key].client)[dossier]
        here = frozenset([self.administrations[dossier].pk])
        return Actor("client", role, self.firm_id, user.name, user.pk, user.email, user.language, here)

    @property
    def dossiers(self) -> list[Dossier]:
        """The administrations of this firm."""
        return [dossier for dossier in DOSSIERS if dossier.firm == self.office.key]


def open_firm(stage: Stage) -> None:
    """The firm and its owner: the only people nobody invited."""
    office = stage.office
    stage.firm = Firm.all_firms.create(
        id=stage.firm_id,
        slug=office.key,
        name=office.name,
        mark=office.mark,
        brand_color=office.color,
        email=office.email,
        phone=office.phone,
        address=office.address,
        country=office.country,
    )
    owner = _account(NAMES[office.owner])
    EmailAddress.objects.get_or_create(user=owner, email=owner.email, defaults={"verified": True, "primary": True})
    stage.users[office.owner] = owner
    member = Member.objects.create(firm=stage.firm, user=owner, role="owner")
    record("firm.opened", subject=member, by=stage.staff(office.owner), data={"name": office.name})


def _account(person: Person) -> User:
    """Whoever works at the second firm too has an account by then."""
    known = User.objects.filter(email=person.email).first()
    return known or User.objects.create_user(
        email=person.email, name=person.name, language=person.language, phone=person.phone
    )


def start_dossiers(stage: Stage) -> None:
    """Every administration of the firm with its books, from the year of the start to the present one."""
    assert stage.firm is not None  # noqa: S101  (opened before)
    by, on, today = stage.staff(stage.office.owner), stage.days.start, stage.days.today
    for dossier in stage.dossiers:
        new = NewAdministration(
            code=dossier.code,
            name=dossier.name,
            enterprise_number=dossier.enterprise_number,
            country=dossier.country,
            vat_number=dossier.vat_number,
            vat_rhythm=dossier.vat_rhythm,
            language=dossier.language,
        )
        started = start_administration(firm=stage.firm, new=new, first_year=on.year, by=by, on=on)
        for year in range(on.year + 1, today.year + 1):
            open_fiscal_year(administration=started, year=year, by=by, on=on)
        stage.administrations[dossier.key] = started


def let_people_in(stage: Stage) -> None:
    """Colleagues and clients are invited and accept; two have left again. All share one password, hashed once."""
    for person in PEOPLE:
        for firm, role in person.works:
            if firm == stage.office.key:
                _join_firm(stage, person, role)
        for dossier, role in person.client:
            if dossier in stage.administrations:
                _join_dossier(stage, person, dossier, role)
    secret = make_password(PASSWORD)
    User.objects.filter(pk__in=[user.pk for user in stage.users.values()]).update(password=secret)
    by, on = stage.staff(stage.office.owner), stage.days.start
    for dossier_row in stage.dossiers:
        member = Member.objects.get(user=stage.users[dossier_row.responsible])
        set_responsible(administration=stage.administrations[dossier_row.key], member=member, by=by, on=on)


def _join_firm(stage: Stage, person: Person, role: str) -> None:
    by, on = stage.staff(stage.office.owner), stage.days.start
    if person.key != stage.office.owner:
        _invite(stage, person, role, None)
    member = Member.objects.get(user=stage.users[person.key])
    if person.portfolio:
        mine = [stage.administrations[key] for key in person.portfolio]
        set_member(member=member, role=role, administrations=mine, by=by, on=on)
    if person.left:
        revoke_member(member=member, by=by, on=on)


def _join_dossier(stage: Stage, person: Person, dossier: str, role: str) -> None:
    administration = stage.administrations[dossier]
    _invite(stage, person, role, administration)
    if person.left:
        access = ClientAccess.objects.get(administration=administration, user=stage.users[person.key])
        end_access(access=access, by=stage.staff(stage.office.owner), on=stage.days.start)


def _invite(stage: Stage, person: Person, role: str, administration: Administration | None) -> None:
    assert stage.firm is not None  # noqa: S101  (opened before)
    by, on = stage.staff(stage.office.owner), stage.days.start
    invitee = Invitee(person.email, person.name, role, person.language, administration)
    invitation = invite(firm=stage.firm, invitee=invitee, by=by, on=on)
    known = User.objects.filter(email=person.email).first()
    user = accept_invitation(invitation=invitation, user=known, password=None, on=on)
    if person.phone and not user.phone:
        user.phone = person.phone
        user.save(update_fields=["phone"])
    stage.users[person.key] = user


def invite_somebody(stage: Stage, person: Person, dossier: str, by: str) -> None:
    """One invitation that waits for an answer, so that its mail and its page can be seen."""
    assert stage.firm is not None  # noqa: S101  (opened before)
    ((_, role),) = person.client
    invitee = Invitee(person.email, person.name, role, person.language, stage.administrations[dossier])
    invite(firm=stage.firm, invitee=invitee, by=stage.staff(by), on=stage.days.back(1))
