"""Knocking at every door: each route × verb × visitor, with rows of others in the path, the query and the body.

A knock is judged beside its twin, the same knock with an id that nobody has. What the two answer may differ in nothing
but the id itself, or the difference tells a stranger that the row exists.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.links.redeem import COOKIE, cookie_value
from portal.people.models import User
from tests import cast
from tests.house.matrix import MATRIX, WHO
from tests.house.routes import PLAIN, TABLES, Route
from tests.tenancy.canaries import Flock

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# what forms and queries call the rows they name, beside what addresses call them
FIELDS = {
    **TABLES,
    "also": "bankfeeds_statementline",
    "skip": "bankfeeds_statementline",
    "ledger_account": "accounting_account",
    "open_item": "accounting_openitem",
    "item": "accounting_openitem",
    "supplier": "accounting_party",
    "responsible": "people_member",
    "contact": "people_clientaccess",
    "recipient": "people_clientaccess",
}
WORDS = {"text": "x", "amount": "1,00", "version": "1", "kind": "missing_document", "q": "Canary"}
# where everybody is at home, and which administrations they may see there
SEEN = {
    "stranger": set(),
    "other firm": {"bikes"},
    "owner": {"newlogo", "bakery", "garage"},
    "accountant without": {"garage"},
    "accountant with": {"newlogo", "bakery"},
    "assistant": {"newlogo", "bakery", "garage"},
    "entrepreneur": {"bakery"},
    "employee": {"bakery"},
    "approver": {"bakery"},
    "reader": {"bakery"},
    "other client": {"garage"},
    "guest": {"bakery"},
    "revoked member": set(),
    "revoked client": set(),
}
# differs from answer to answer: tokens of forms, nonces of scripts, ids
NOISE = re.compile(
    r'(?:name="csrfmiddlewaretoken" value|nonce|"X-CSRFToken")[=:]\s?"[^"]*"'
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)


@dataclass(frozen=True)
class Knock:
    """One request: where the rows of somebody else are, and whose they are (`None`: nobody's)."""

    route: Route
    verb: str
    where: str  # administration | path | path:<one parameter> | words (all fields at once) | the name of one field
    whose: str


def signed_in(flock: Flock) -> dict[str, Client]:
    """A browser for everybody who knocks; the guest's holds the cookie of the bakery's link."""
    found = {}
    for who, key in WHO.items():
        found[who] = Client(raise_request_exception=False)
        if key is not None:
            user = User.objects.get(pk=cast.NAMES[key].id)
            found[who].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    link = flock.id_of("bakery", "links_link")
    found["guest"].cookies[COOKIE] = cookie_value(flock.tokens["bakery"], link)
    return found


def home_of(who: str) -> tuple[str, str]:
    """The firm and the administration somebody is at home in; the bakery for who has no home."""
    mine = next((key for key in ("bakery", "garage", "bikes") if key in SEEN[who]), "bakery")
    return cast.BOOKS[mine].firm, mine


def strangers(who: str) -> list[str]:
    """One administration of the same firm and one of another that are not theirs."""
    firm, _mine = home_of(who)
    theirs = [books.key for books in cast.ADMINISTRATIONS if books.key not in SEEN[who]]
    same = [key for key in theirs if cast.BOOKS[key].firm == firm][:1]
    return same + [key for key in theirs if cast.BOOKS[key].firm != firm][:1]


def knocks(routes: list[Route], who: str) -> Iterator[Knock]:
    """Everything somebody may try; a verb that a page does not take is tried on its path alone."""
    for route in routes:
        for verb in VERBS:
            takes = verb in route.methods or (verb == "HEAD" and "GET" in route.methods)
            for whose in strangers(who):
                if "administration" in route.parameters and takes:
                    yield Knock(route, verb, "administration", whose)
                named = sorted(set(route.parameters) & set(TABLES) - {"administration"})
                if named:
                    yield Knock(route, verb, "path", whose)
                if len(named) > 1 and takes:
                    yield from (Knock(route, verb, f"path:{name}", whose) for name in named)
                if takes:
                    yield Knock(route, verb, "words", whose)
                if takes and verb == "POST":
                    yield from (Knock(route, verb, name, whose) for name in FIELDS)


class Door:
    """Knocks, and remembers what the twin with nobody's id was answered."""

    def __init__(self, flock: Flock, visitors: dict[str, Client], seed: int = 1) -> None:
        self.flock, self.visitors = flock, visitors
        self.nobody = {name: UUID(int=Random(f"{seed} {name}").getrandbits(128), version=4) for name in FIELDS}
        self._twins: dict[tuple[str, str, str, str], tuple[Any, ...]] = {}
        self.knocked = 0

    def wrong_with(self, who: str, knock: Knock) -> list[str]:
        """What this knock gives away, in words; empty when nothing."""
        status, shown, body = self._answer(who, knock, knock.whose)
        twin = (knock.route.name, knock.verb, knock.where, who)
        if twin not in self._twins:
            self._twins[twin] = self._answer(who, knock, None)
        found = []
        firm, _mine = home_of(who)
        alien = shown - SEEN[who] - {f"firm {firm}"}
        if alien:
            found.append(f"shows {sorted(alien)}")
        if status >= 500:
            found.append(f"answers {status}")
        if (status, body) != (self._twins[twin][0], self._twins[twin][2]):
            found.append(f"is told from nobody's row: {self._twins[twin][0]} and {status}")
        if knock.verb not in ("GET", "HEAD", "OPTIONS") and knock.where in ("administration", "path") and status < 400:
            allowed = MATRIX[knock.route.name].open_page or status in (302, 303)
            if not allowed:
                found.append(f"takes it: {status}")
        return [f"{who}: {knock.verb} {knock.route.name} ({knock.where} of {knock.whose}) {each}" for each in found]

    def _answer(self, who: str, knock: Knock, whose: str | None) -> tuple[int, set[str], str]:
        self.knocked += 1
        _firm, mine = home_of(who)
        address = self._address(who, knock, whose)
        ids = self._ids(whose or "") if knock.where == "words" else self._ids(mine)
        if knock.where in FIELDS and knock.where != "administration":
            ids = ids | {knock.where: self._ids(whose or "").get(knock.where, self.nobody[knock.where])}
        words = {name: str(value) for name, value in ids.items()} | WORDS
        browser, point = self.visitors[who], transaction.savepoint()
        cookies = browser.cookies.copy()
        if knock.verb in ("GET", "HEAD", "POST"):
            response = getattr(browser, knock.verb.lower())(address, words)
        else:
            response = browser.generic(knock.verb, address)
        transaction.savepoint_rollback(point)
        browser.cookies = cookies  # one knock does not sign anybody out before the next
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode("utf-8", "replace") + response.headers.get("Location", "")
        for asked in (address, quote(address, safe=""), *(str(value) for value in ids.values())):
            text = text.replace(asked, "")
        return response.status_code, self.flock.homes_in(text), NOISE.sub("", text)

    def _ids(self, whose: str) -> dict[str, UUID]:
        if not whose:
            return self.nobody
        rows = self.flock.rows[whose]
        return {name: rows[table] for name, table in FIELDS.items() if table in rows}

    def _address(self, who: str, knock: Knock, whose: str | None) -> str:
        firm, mine = home_of(who)
        theirs, arguments = self._ids(whose or ""), {}
        for parameter in knock.route.parameters:
            if parameter == "firm":
                arguments[parameter] = firm
            elif parameter in PLAIN:
                arguments[parameter] = PLAIN[parameter]
            else:
                whole = "administration" if parameter == "administration" else "path"
                alien = knock.where in (whole, f"path:{parameter}", "administration")
                found = theirs if alien else self.flock.rows[mine]
                arguments[parameter] = found[parameter] if alien else found[TABLES[parameter]]
        try:
            return reverse(knock.route.name, kwargs=arguments)
        except NoReverseMatch as odd:
            raise AssertionError(f"{knock.route.name} has a parameter the knocks do not know: {odd}") from odd
