"""A stage for screens: questions asked of somebody, and what a browser may compare."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.documents.models import Document
from portal.links.issue import token_of
from portal.tenancy.managers import FirmModel
from requests_app.actions.ask import Recipient, ask
from tests.requests_app.conftest import Bank

PEOPLE = {"newlogo": "sofie", "bakery": "an", "garage": "gust"}
UBL = Path(__file__).parents[1] / "golden" / "ubl" / "peppol_invoice.xml"


class Stage:
    """An administration whose client was asked `count` questions by its accountant."""

    def __init__(self, world, clock, books="newlogo", to=None, language="nl"):
        self.world, self.clock = world, clock
        self.books = world.administrations[books]
        user = world.user(to or PEOPLE[books])
        self.person = Recipient(user.email, user.name, user.pk, language)
        self.requests = []
        with world.scope():
            self.bank = Bank(self.books, world.actor("els"))

    def ask(self, count=1, kind="missing_document", amount=100):
        """Ask about `count` new payments, one request each."""
        with self.world.scope():
            done = len(self.requests)
            lines = [
                self.bank.line(
                    f"-{amount + done + number}.50",
                    date(2026, 11, 2),
                    f"Winkel {done + number}",
                    f"BON {done + number}",
                )
                for number in range(count)
            ]
            self.requests += ask(
                administration=self.books,
                kind=kind,
                lines=lines,
                recipient=self.person,
                by=self.world.actor("els"),
                on=self.clock.today,
            )
        return self.requests

    @property
    def link(self):
        """The link of the person who was asked."""
        with self.world.scope():
            link = self.requests[0].link
            link.refresh_from_db()
            return link

    @property
    def address(self):
        """The address in the mail."""
        return f"/l/{token_of(self.link)}/"

    def deck(self):
        """The address behind it."""
        return f"/l/v/{self.link.pk}/"

    def guest(self):
        """A browser that followed the link."""
        browser = self.world.client()
        assert browser.get(self.address).status_code == 302
        return browser

    def card(self, number=0, act=""):
        """The address of a question behind the link, or of an act on it."""
        return f"{self.deck()}cards/{self.requests[number].pk}/{act}"

    def mijn(self, path=""):
        """An address in the client portal."""
        return f"/mijn/{self.books.pk}/{path}"

    def rows(self):
        """How many rows every tenant table holds, and how often the link was used: what a GET may not change."""
        link = self.link
        with self.world.scope():
            models = [model for model in apps.get_models() if issubclass(model, FirmModel) and not model._meta.abstract]
            found = {model._meta.label: model._base_manager.count() for model in models}
            return found | {"uses": link.uses, "expires": link.expires_at}


def photo(shade=200, name="bon.jpg"):
    """A small photo as a phone would send it."""
    out = BytesIO()
    Image.new("RGB", (60, 80), (shade, shade, shade)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def invoice():
    """An e-invoice."""
    return SimpleUploadedFile("factuur.xml", UBL.read_bytes(), "application/xml")


def plain(response):
    """A page without what differs at every showing: the CSRF masks and its own address."""
    text = response.content.decode()
    text = re.sub(r'"X-CSRFToken": "[^"]*"', "", text)
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r'name="next" value="[^"]*"', "", text)


def sent_in():
    """The documents that came in on this stage (the bank's own file apart), inside a scope."""
    return Document.objects.filter(part_of=None).exclude(storage_key__startswith="x/")
