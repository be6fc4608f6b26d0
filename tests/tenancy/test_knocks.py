"""Nobody learns or gets anything by knocking: a sample in every run, every knock there is with `./run test --long`.

And the knocks themselves are doubted: ten faults are planted, one at a time, and each must be heard.
"""

from random import Random

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection, models

from bankfeeds.models import StatementLine
from portal.documents.models import Document
from portal.people import access
from portal.people.access import get_or_404
from portal.tenancy.managers import FirmManager
from requests_app.models import Request
from tests.house.matrix import WHO
from tests.house.routes import every_route
from tests.tenancy.knocks import FIELDS, Door, knocks, signed_in

ROUTES = [route for route in every_route() if not route.name.startswith("sandbox:")]
SAMPLE = 40  # knocks of each visitor in an ordinary run


@pytest.fixture(scope="module")
def visitors(flock, django_db_blocker):
    with django_db_blocker.unblock():
        found = signed_in(flock)
        connection.close()
    return found


@pytest.fixture
def door(flock, visitors, db, clock):
    """A door for this test: the twins of its knocks are its own."""
    return Door(flock, visitors)


def heard(door, who, chosen):
    """Everything that is wrong with these knocks."""
    return [each for knock in chosen for each in door.wrong_with(who, knock)]


@pytest.mark.parametrize("who", WHO)
def test_a_sample_of_knocks(door, who):
    every = list(knocks(ROUTES, who))
    assert heard(door, who, Random(f"{who}").sample(every, min(SAMPLE, len(every)))) == []


@pytest.mark.long
@pytest.mark.parametrize("who", WHO)
def test_every_knock(door, who):
    assert heard(door, who, knocks(ROUTES, who)) == []
    print(f"{who}: {door.knocked} knocks")


@pytest.mark.long
@pytest.mark.parametrize("who", WHO)
def test_every_knock_with_the_walls_of_the_database_down(lawless_module, door, who):
    assert heard(door, who, knocks(ROUTES, who)) == []


def test_there_are_enough_knocks():
    assert sum(1 for who in WHO for _ in knocks(ROUTES, who)) >= 20_000


# --- ten faults, each planted alone; the walls of the database are down, or they would hide it ----------------------


def no_scope(patch):
    """Managers that forget whose firm it is."""
    patch.setattr(FirmManager, "get_queryset", models.Manager.get_queryset)


def no_portfolio(patch):
    """Managers that remember the firm and forget the administrations."""
    patch.setattr(FirmManager, "_administration_column", lambda self: None)
    patch.setattr(access, "require", lambda *_, **__: None)


def open_lines(patch):
    """A door to bank lines that looks among all firms and asks for no right."""
    patch.setattr(StatementLine, "objects", StatementLine.all_firms)
    patch.setattr("bankfeeds.rules.require", lambda *_: None)


def open_papers(patch):
    """The same for documents."""
    patch.setattr(Document, "objects", Document.all_firms)
    patch.setattr("portal.documents.rules.require", lambda *_: None)


def open_requests(patch):
    """The same for requests, in the office."""
    patch.setattr(Request, "objects", Request.all_firms)
    patch.setattr("requests_app.rules.require", lambda *_: None)


def any_request_behind_a_link(patch):
    """A guest's link that opens whatever request is named; the managers behind it break on what it hands them."""
    patch.setattr("portal.guest.views.access_request_by_link", lambda _actor, pk: Request.all_firms.get(pk=pk))


def says_forbidden(patch):
    """A door that says "you may not" instead of "not there": the row exists."""

    def refuse(rows, **lookup):
        if not rows.filter(**lookup).exists() and rows.model.all_firms.filter(**lookup).exists():
            raise PermissionDenied
        return get_or_404(rows, **lookup)

    patch.setattr("bankfeeds.rules.get_or_404", refuse)


def breaks_down(patch):
    """A door that falls over when the row is not there."""
    patch.setattr("bankfeeds.rules.get_or_404", lambda rows, **lookup: rows.get(**lookup))


def a_field_nobody_checks(patch):
    """A form whose "also" takes lines of anybody."""
    patch.setattr(
        "portal.accountant.asking.access_lines",
        lambda _actor, ids, to: list(StatementLine.all_firms.select_related("account", "statement").filter(pk__in=ids)),
    )


def a_title_that_tells(patch):
    """A page of errors that names what was asked for."""

    def tell(rows, **lookup):
        found = rows.model.all_firms.filter(**lookup).first()
        if found is not None and not rows.filter(**lookup).exists():
            raise SuspiciousOperation(found.name)
        return get_or_404(rows, **lookup)

    patch.setattr(access, "get_or_404", tell)


# one field at a time takes long, and the faults below are heard without
DULL = set(FIELDS) - {"administration", "also"}
FAULTS = {
    no_scope: ("accountant with", ("kantoor:clients", "kantoor:requests"), "shows"),
    no_portfolio: ("accountant with", ("kantoor:clients", "kantoor:requests", "kantoor:bank"), "shows"),
    open_lines: ("accountant with", ("kantoor:bank", "kantoor:request_new"), "shows"),
    open_papers: ("accountant with", ("kantoor:original", "kantoor:document"), "shows"),
    open_requests: ("accountant with", ("kantoor:request",), "shows"),
    any_request_behind_a_link: ("guest", ("guest:request",), "answers 500"),
    says_forbidden: ("accountant with", ("kantoor:allocations", "kantoor:request_new"), "is told"),
    breaks_down: ("owner", ("kantoor:bank", "kantoor:allocations"), "answers 500"),
    a_field_nobody_checks: ("accountant with", ("kantoor:request_new", "kantoor:requests_made"), ""),
    a_title_that_tells: ("owner", ("kantoor:client", "kantoor:imports"), "is told"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_heard(lawless_module, door, monkeypatch, fault):
    who, names, word = FAULTS[fault]
    tried = knocks([route for route in ROUTES if route.name in names], who)
    chosen = [knock for knock in tried if knock.verb in ("GET", "POST") and knock.where not in DULL]
    assert heard(door, who, chosen) == []
    door._twins.clear()
    fault(monkeypatch)
    said = heard(door, who, chosen)
    assert any(word in each for each in said), said
