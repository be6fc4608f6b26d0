"""The office at work: books, a bank account, papers, and a browser."""

import re
from contextlib import contextmanager
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from bankfeeds.models import StatementLine
from portal.tenancy.models import Administration
from requests_app.actions.ask import ask
from tests.bankfeeds.conftest import TODAY, coda, movement, statement
from tests.invoicing.papers import Papers
from tests.requests_app.conftest import SOFIE

# the frame of every page: a session, its user, the doors of that user, opening and closing of the scope, savepoints
FRAME = (
    'SELECT "django_session"',
    'SELECT "people_user"."password"',
    "SELECT * FROM doors_of(",
    "SELECT set_config(",
    "SAVEPOINT",
    "RELEASE",
    "SET CONSTRAINTS",
)


class Office(Papers):
    """Els behind her desk at Van Damme, in the dossier of New Logo."""

    def __init__(self, world, key="newlogo"):
        super().__init__(world, key)
        self.browser = world.client("els")
        self.firm_url = f"/kantoor/{world.firm.slug}/"
        self.url = f"{self.firm_url}{self.administration.pk}/"

    def get(self, path="", htmx=None, **more):
        """A page inside the dossier; `htmx` names the target of a fragment."""
        return self.browser.get(self.url + path, **self._headers(htmx), **more)

    def firm(self, path="", htmx=None, **more):
        """A page of the firm."""
        return self.browser.get(self.firm_url + path, **self._headers(htmx), **more)

    def post(self, path, data=None, htmx=None, **more):
        return self.browser.post(self.url + path, data or {}, **self._headers(htmx), **more)

    def _headers(self, htmx):
        if htmx is None:
            return {}
        return {"headers": {"HX-Request": "true", "HX-Target": htmx, "HX-Current-URL": f"http://testserver{self.url}"}}

    def lines(self, *amounts, number=58, old="1000.00", **more):
        """Bank lines, in a statement of their own."""
        with self.scope():
            lines = [movement(place, amount, **more) for place, amount in enumerate(amounts, 1)]
            self.load(coda(statement(number, lines=lines, old=old)))
            found = StatementLine.objects.filter(administration=self.administration, statement__number=f"{number:03d}")
            return list(found.order_by("sequence"))

    def asked(self, *lines, **more):
        """Ask Sofie about lines: one request per line, or per group of twins."""
        with self.scope():
            return ask(
                administration=self.administration,
                lines=lines,
                recipient=SOFIE,
                by=self.actor,
                on=TODAY,
                **more,
            )

    def clients(self, number):
        """That many clients more."""
        with self.scope():
            codes = [f"Y{uuid7().hex[-9:]}" for _ in range(number)]
            Administration.objects.bulk_create(
                Administration(firm=self.world.firm, code=code, name=f"Klant {code}") for code in codes
            )

    @contextmanager
    def domain_queries(self):
        """Collect the statements that are not of the frame."""
        found = []
        with CaptureQueriesContext(
            connection,
        ) as captured:
            yield found
        found += [each["sql"] for each in captured if not each["sql"].startswith(FRAME)]


def words(response):
    """What a reader sees of a page."""
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def is_whole(response):
    """Whether it is a page of its own, not a fragment."""
    return b"<html" in response.content


@pytest.fixture
def office(world, clock):
    return Office(world)
