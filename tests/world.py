"""The cast in the database, and short ways to be somebody: `world.actor("els")`, `world.client("an")`."""

import copy
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from portal.people.access import Actor, Door, doors_of, system_actor
from portal.people.models import ClientAccess, Member, Portfolio, Responsible, User
from portal.tenancy.models import Administration, Firm
from portal.tenancy.scope import Scope, scope
from tests import cast


def put_cast_on_stage() -> None:
    """Write the cast into an empty database, as the app role and firm by firm."""
    for person in cast.PEOPLE:
        user = User.objects.create_user(
            id=person.id, email=person.email, name=person.name, password=cast.PASSWORD, language=person.language
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for office in cast.FIRMS:
        with scope(firm_id=office.id):
            _open_firm(office)


def _open_firm(office: cast.Office) -> None:
    firm = Firm.all_firms.create(
        id=office.id,
        slug=office.slug,
        name=office.name,
        mark=office.mark,
        country=office.country,
        email=f"post@{office.slug}.example",
        phone="+32 3 123 45 67",
    )
    for books in cast.ADMINISTRATIONS:
        if books.firm == office.key:
            Administration.objects.create(
                id=books.id,
                firm=firm,
                code=books.code,
                name=books.name,
                enterprise_number=books.enterprise_number,
                vat_number=f"BE{books.enterprise_number}" if books.country == "BE" else "NL001234567B13",
                country=books.country,
            )
    for person in cast.PEOPLE:
        _let_in(person, office)
    for key, who in cast.RESPONSIBLE.items():
        if cast.BOOKS[key].firm == office.key:
            member = Member.objects.get(user_id=cast.NAMES[who].id)
            Responsible.objects.create(firm=firm, administration_id=cast.BOOKS[key].id, member=member)


def _let_in(person: cast.Person, office: cast.Office) -> None:
    revoked_at = timezone.now() if person.revoked else None
    for key, role in person.works:
        if key != office.key:
            continue
        member = Member.objects.create(
            id=cast.id_of(f"member {person.key} {key}"),
            firm_id=office.id,
            user_id=person.id,
            role=role,
            all_administrations=not person.portfolio,
            revoked_at=revoked_at,
        )
        for books in person.portfolio:
            Portfolio.objects.create(firm_id=office.id, administration_id=cast.BOOKS[books].id, member=member)
    for key, role in person.client:
        if cast.BOOKS[key].firm == office.key:
            ClientAccess.objects.create(
                firm_id=office.id,
                administration_id=cast.BOOKS[key].id,
                user_id=person.id,
                role=role,
                is_contact=person.contact,
                revoked_at=revoked_at,
            )


class Snapshot:
    """What the cast looks like in every clone: read once, copied for each test."""

    def __init__(self) -> None:
        self.users = {person.key: User.objects.get(pk=person.id) for person in cast.PEOPLE}
        self.doors = {person.key: doors_of(person.id) for person in cast.PEOPLE}
        self.firms: dict[str, Firm] = {}
        self.books: dict[str, Administration] = {}
        for office in cast.FIRMS:
            with scope(firm_id=office.id):
                self.firms[office.key] = Firm.all_firms.get(pk=office.id)
                for books in cast.ADMINISTRATIONS:
                    if books.firm == office.key:
                        self.books[books.key] = Administration.objects.get(pk=books.id)


class World:
    """The cast, ready to act. People and administrations go by the keys of tests/cast.py."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._people = copy.deepcopy(snapshot.users)
        self._doors = snapshot.doors
        self.firms = copy.deepcopy(snapshot.firms)
        self.administrations = copy.deepcopy(snapshot.books)
        self.firm = self.firms["van-damme"]
        self.other_firm = self.firms["de-wit"]
        self.newlogo = self.administrations["newlogo"]
        self.bakery = self.administrations["bakery"]
        self.garage = self.administrations["garage"]
        self.bikes = self.administrations["bikes"]

    def user(self, who: str) -> User:
        """The user of a person of the cast."""
        return self._people[who]

    def door(self, who: str, at: Any = None) -> Door:
        """The door somebody enters by: the first, or the one to `at` (a firm, an administration, or a key)."""
        doors = self._doors[who]
        if at is None:
            return doors[0]
        target = self._id(at)
        for door in doors:
            if target in (door.administration_ids or ()) and door.kind == "client":
                return door
            if door.kind == "staff" and target == door.firm_id:
                return door
        raise LookupError(f"{who} has no door to {at}")

    def actor(self, who: str, at: Any = None) -> Actor:
        """Somebody as an Actor. `who` "system" is the portal itself at the first firm (or at firm `at`)."""
        if who == "system":
            return system_actor(self.firm.pk if at is None else self._id(at))
        return self.door(who, at).actor(self.user(who))

    def scope(self, who: Any = None, at: Any = None) -> AbstractContextManager[Scope]:
        """Open a scope: of a person behind a door, of a whole firm, of one administration, or (bare) of Van Damme."""
        if who is None:
            return scope(firm_id=self.firm.pk)
        if isinstance(who, str) and who in self._people:
            door = self.door(who, at)
            return scope(firm_id=door.firm_id, administration_ids=door.administration_ids)
        if isinstance(who, str):
            who = self.firms.get(who) or self.administrations[who]
        if isinstance(who, Firm):
            return scope(firm_id=who.pk)
        return scope(firm_id=who.firm_id, administration_ids=[who.pk])

    def client(self, who: str | None = None) -> Client:
        """A browser, signed in as somebody (nobody: None)."""
        browser = Client()
        if who is not None:
            browser.force_login(self.user(who), backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    def _id(self, at: Any) -> UUID:
        if isinstance(at, str):
            at = self.firms.get(at) or self.administrations[at]
        return at if isinstance(at, UUID) else at.pk
