"""What people do while everything around them is killed. Run as a process: `python -m tests.crash.campaign stage|work`.

Each act is repeated until it is answered, as a person would who sees an error page; what was answered is written down
at once. The judge holds the database against these notes.
"""

import json
import re
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import django

DOSSIERS, STATEMENTS, LINES = 6, 3, 6
NOTES = 14  # what a day writes down: an import, 4 questions, 3 + 1 answers, 4 + 1 bookings
ACCOUNT = "613200"
AGAIN: list[Any] = []  # acts that had to be repeated


def names(statement: int) -> list[str]:
    """The counterparties of a statement, one per line; nobody is paid twice."""
    return [f"ZAAK {statement}{line}" for line in range(LINES)]


class Notes:
    """What was answered, on disk before anybody goes on."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()

    def add(self, **note: Any) -> None:
        """Write one down."""
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")


def until_answered(act: Callable[[], Any], seconds: float = 60) -> Any:
    """Repeat an act over lost connections; returns what it said."""
    from django.db import DatabaseError, InterfaceError, connections

    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except (DatabaseError, InterfaceError, OSError, urllib.error.URLError):
            connections.close_all()
            AGAIN.append(act)
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def stage(state: Path) -> None:
    """The cast, and dossiers without bank lines; the files the bank will send lie ready."""
    from portal.kernel.clock import today
    from tests.journeys.dossiers import open_dossier
    from tests.world import Snapshot, World, put_cast_on_stage

    put_cast_on_stage()
    world, found = World(Snapshot()), []
    for _number in range(DOSSIERS):
        dossier = open_dossier(world, "nl", bank=False)
        day, balance, files = today() - timedelta(days=20), "1000.00", []
        for statement in range(1, STATEMENTS + 1):
            rows = [(f"-{10 + place}.{statement:02d}", name, "FACTUUR") for place, name in enumerate(names(statement))]
            one = dossier.statement(statement, day + timedelta(days=statement), rows, old=balance)
            balance = str(one.new_balance)
            files.append(one)
        found.append(_kept(state, dossier, files))
    (state / "stage.json").write_text(json.dumps(found))


def _kept(state: Path, dossier: Any, statements: list[Any]) -> dict[str, Any]:
    from bankfeeds.formats import write_coda

    paths = []
    for number, one in enumerate(statements, 1):
        path = state / f"{dossier.key}-{number}.cod"
        path.write_bytes(write_coda([one]))
        paths.append(str(path))
    return {"administration": dossier.key, "person": str(dossier.person.pk), "files": paths}


def written(fields: dict[str, str], picture: bytes) -> tuple[bytes, str]:
    """A form as a browser sends it, with a photo when there is one; its body and its content type."""
    if not picture:
        return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{said}'.encode() for name, said in fields.items()]
    head = b'Content-Disposition: form-data; name="pages"; filename="bon.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    edge = b"--an-edge-that-no-photo-has\r\n"
    body = edge + (b"\r\n" + edge).join([*parts, head + picture])
    return body + b"\r\n--an-edge-that-no-photo-has--\r\n", "multipart/form-data; boundary=an-edge-that-no-photo-has"


class Work:
    """The days of one client: files in, questions out, answers in, lines booked, people reminded."""

    def __init__(self, world: Any, kept: dict[str, Any], notes: Notes, url: str) -> None:
        from portal.people.models import User
        from portal.tenancy.models import Administration
        from tests.journeys.dossiers import Dossier

        with world.scope(world.firm):
            administration = Administration.objects.get(pk=kept["administration"])
        self.dossier = Dossier(world, administration, User.objects.get(pk=kept["person"]), "")
        self.files = [Path(path).read_bytes() for path in kept["files"]]
        self.notes, self.url = notes, url

    def day(self, number: int) -> None:
        """Everything about one bank file."""
        from portal.kernel.clock import frozen, now

        asked = names(number + 1)
        until_answered(lambda: self.dossier.load(self.files[number], f"{number}.cod"))
        self.notes.add(did="import", administration=self.dossier.key, statement=f"{number + 1:03d}")
        with frozen(now() - timedelta(days=8)):
            for name in asked[:4]:
                until_answered(lambda name=name: self._ask(name))
                self.notes.add(did="ask", administration=self.dossier.key, name=name)
        for name in asked[:3]:
            until_answered(lambda name=name: self._answer(name))
            self.notes.add(did="answer", administration=self.dossier.key, name=name)
        for name in (*asked[:2], *asked[4:]):
            until_answered(lambda name=name: self._book(name))
            self.notes.add(did="book", administration=self.dossier.key, name=name)
        until_answered(lambda: self._send_photo(asked[3]))
        self.notes.add(did="answer", administration=self.dossier.key, name=asked[3])
        until_answered(lambda: self._book_paper(asked[3]))
        self.notes.add(did="book", administration=self.dossier.key, name=asked[3])
        until_answered(self._remind)

    def _ask(self, name: str) -> None:
        from requests_app.refusals import AlreadyAsked

        try:
            self.dossier.ask(name)
        except AlreadyAsked:  # the first try was done; only its answer got lost
            return

    def _answer(self, name: str) -> None:
        """From a phone, behind the link, over HTTP: “does not exist”."""
        self._send(name, "answer", {"kind": "does_not_exist", "text": "Kwijt"})

    def _send_photo(self, name: str) -> None:
        """The same way: a photo of the receipt."""
        from tests.journeys.dossiers import photo

        self._send(name, "papers", {"text": ""}, photo(f"{self.dossier.key} {name}"))

    def _send(self, name: str, to: str, fields: dict[str, str], picture: bytes = b"") -> None:
        from portal.links.issue import url_of
        from requests_app.models import RequestLine

        with self.dossier.scope():
            line = RequestLine.objects.select_related("request__link").get(
                administration=self.dossier.administration, line__counterparty_name=name
            )
            link = url_of(line.request.link)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        with opener.open(link, timeout=20) as page:
            base = page.url.partition("/cards/")[0].partition("/done/")[0].rstrip("/")
            html = page.read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        body, kind = written({"csrfmiddlewaretoken": found[1] if found else "", **fields}, picture)
        wanted = urllib.request.Request(
            f"{base}/cards/{line.request_id}/{to}/", data=body, headers={"Referer": base, "Content-Type": kind}
        )
        opener.open(wanted, timeout=20).close()

    def _book(self, name: str) -> None:
        from accounting.models import Account
        from portal.kernel.clock import today
        from requests_app.actions.book import allocate_and_close

        line = self.dossier.line(name)
        if not line.open_amount:
            return
        with self.dossier.scope():
            account = Account.objects.get(administration=self.dossier.administration, code=ACCOUNT)
            by = self.dossier.world.actor("els")
            allocate_and_close(line=line, version=line.version, account=account, by=by, on=today())

    def _book_paper(self, name: str) -> None:
        from accounting.models import Account
        from invoicing.drafts import LineProposal, NewSupplier, Proposal
        from invoicing.models import PurchaseDocument
        from portal.kernel.clock import today
        from requests_app.actions.book import book_and_close
        from requests_app.models import AnswerDocument

        line = self.dossier.line(name)
        if not line.open_amount:
            return
        with self.dossier.scope():
            own = {"administration": self.dossier.administration}
            sent = AnswerDocument.objects.get(answer__request__lines__line=line, answer__withdrawn_at=None)
            paper = PurchaseDocument.objects.get(document_id=sent.document_id)
            cost = LineProposal(Account.objects.get(**own, code=ACCOUNT), "Kosten", "", -line.amount, Decimal("0.00"))
            form = Proposal(NewSupplier(name), f"F {name}", line.booked_on, None, "invoice", (cost,))
            pairs, by = [(line, line.version)], self.dossier.world.actor("els")
            book_and_close(lines=pairs, purchases=[paper], proposals={paper.pk: form}, by=by, on=today())

    def _remind(self) -> None:
        from portal.kernel.clock import local_now
        from portal.kernel.period import is_working_day
        from requests_app.actions.remind import remind_due

        moment: datetime = local_now().replace(hour=10)
        while not is_working_day(moment.date(), "BE"):
            moment -= timedelta(days=1)
        with self.dossier.scope():
            remind_due(moment)


def work(state: Path, url: str) -> None:
    """Two people at work at once, each with half of the clients."""
    from tests.world import Snapshot, World

    world, notes = World(until_answered(Snapshot)), Notes(state / "notes.jsonl")
    kept = json.loads((state / "stage.json").read_text())

    def person(mine: list[dict[str, Any]]) -> None:
        all_work = [until_answered(lambda each=each: Work(world, each, notes, url)) for each in mine]
        for number in range(STATEMENTS):
            for each in all_work:
                each.day(number)

    with ThreadPoolExecutor(2) as people:
        days = [people.submit(person, kept[half::2]) for half in range(2)]
    # whatever ends a person's day ends the campaign
    problems = [f"{type(ended).__name__}: {ended}" for ended in (day.exception() for day in days) if ended]
    (state / "again").write_text(str(len(AGAIN)))
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    django.setup()
    import os

    folder = Path(os.environ["STATE_DIR"])
    stage(folder) if sys.argv[1] == "stage" else work(folder, os.environ["BASE_URL"])
