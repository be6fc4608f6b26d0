"""build(): the days of the demo in their order, each act at its own moment and in a scope of its own."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from bankfeeds.formats import write_coda
from portal.demo import bakery, bikes, cheese, garage, newlogo, portfolio, practice
from portal.demo.clients import clients
from portal.demo.days import Days, moment
from portal.demo.desk import NOW, Desk, Scene, Story
from portal.demo.papers import pdf, ubl
from portal.demo.people import DOSSIERS, OFFICES, PASSWORD, PEOPLE, Office, Person
from portal.demo.post import deliver_waiting
from portal.demo.stage import Stage, let_people_in, open_firm, start_dossiers
from portal.demo.statements import DIRECT_DEBIT, Movement
from portal.kernel.clock import frozen, now, today
from portal.kernel.period import is_working_day
from portal.links.issue import url_of
from portal.links.models import Link
from portal.tenancy.scope import scope
from requests_app.actions.remind import remind_due

STORIES: tuple[Story, ...] = (newlogo.STORY, bakery.STORY, garage.STORY, practice.STORY, cheese.STORY, bikes.STORY)
REMINDED = 25  # working days back from which the ladder is climbed
Say = Callable[[str], None]


def build(say: Say) -> None:
    """Build both firms; about a hundred days pass. Ends with STATE_DIR/demo.json and the files to play with."""
    with connection.cursor() as cursor:
        # a demo that was cut off is built anew: no need to wait for the disk at each of its commits
        cursor.execute("SET synchronous_commit TO off")
    days = Days(today())
    stages = [_build_firm(office, days, say) for office in OFFICES]
    state = Path(settings.STATE_DIR)
    state.mkdir(parents=True, exist_ok=True)
    _write_samples(state / "samples", days)
    found = {"logins": logins(), "upload_link": _upload_link(stages[0])}
    (state / "demo.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _build_firm(office: Office, days: Days, say: Say) -> Stage:
    stage = Stage.of(office, days)
    say(f"{office.name}: people and books")
    _play(stage, Scene(0, "09:00", lambda stage, on: _open(stage)), days.start)
    mine = [story for story in STORIES if story.dossier in stage.administrations]
    # in the order of time; the sort keeps scenes of the same moment in the order of their story
    scenes = [(days.back(scene.back), scene) for story in mine for scene in story.all_scenes(days)]
    if office.key == OFFICES[0].key:
        say(f"{office.name}: {len(clients())} more clients")
        _play(stage, Scene(0, "10:00", lambda stage, on: portfolio.start(stage)), days.start)
        scenes += [(days.back(scene.back), scene) for scene in portfolio.scenes()]
    scenes += [(day, Scene(0, "08:05", _remind)) for day in _mornings(office, days)]
    last = (0, 0)
    for day, scene in sorted(scenes, key=lambda one: (one[0], one[1].clock)):
        if (day.year, day.month) != last:
            last = (day.year, day.month)
            say(f"{office.name}: {day:%m/%Y}")
        _play(stage, scene, day)
    say(f"{office.name}: filings")
    for story in mine:
        _play(stage, Scene(1, "18:00", _filings(story)), days.back(1))
    if office.key == OFFICES[0].key:
        _play(stage, Scene(1, "18:10", portfolio.file_returns), days.back(1))
    return stage


def _play(stage: Stage, scene: Scene, day: date) -> None:
    """One act at its own moment; its mails leave at once."""
    at = now() if scene.clock == NOW else moment(day, scene.clock)
    with frozen(at), scope(firm_id=stage.firm_id):
        scene.act(stage, day)
        deliver_waiting()


def _open(stage: Stage) -> None:
    open_firm(stage)
    start_dossiers(stage)
    let_people_in(stage)
    by = {story.dossier: story for story in STORIES}
    for dossier in stage.dossiers:
        story = by[dossier.key]
        for feed in story.feeds:
            Desk(stage, dossier.key, story.by, stage.days.start).open_account(feed)


def _mornings(office: Office, days: Days) -> list[date]:
    """The mornings on which the ladder was looked at, the present one too once it has come."""
    found = [day for day in (days.back(back) for back in range(REMINDED, 0, -1)) if is_working_day(day, office.country)]
    if is_working_day(days.today, office.country) and now() >= moment(days.today, "08:05"):
        found.append(days.today)
    return found


def _remind(stage: Stage, on: date) -> None:
    remind_due(now())


def _filings(story: Story) -> Callable[[Stage, date], object]:
    def act(stage: Stage, on: date) -> None:
        desk = Desk(stage, story.dossier, story.by, on)
        desk.file_everything(stage.days, keep_late=story.keep_late, ended=story.dossier == "garage")

    return act


def logins() -> list[dict[str, Any]]:
    """Every door of everybody who still has one: per firm its people, then those of its clients."""
    found: list[dict[str, Any]] = []
    for office in OFFICES:
        found += [_login(office.name, None, role, person) for role, person in _doors("works", office.key)]
        for dossier in (one for one in DOSSIERS if one.firm == office.key):
            shown = f"{dossier.code} {dossier.name}"
            found += [_login(office.name, shown, role, person) for role, person in _doors("client", dossier.key)]
    return found


def _doors(kind: str, key: str) -> list[tuple[str, Person]]:
    return [
        (role, person)
        for person in PEOPLE
        for where, role in (person.works if kind == "works" else person.client)
        if where == key and not person.left
    ]


def _login(firm: str, administration: str | None, role: str, person: Person) -> dict[str, Any]:
    return {"firm": firm, "administration": administration, "role": role, "email": person.email, "password": PASSWORD}


def _upload_link(stage: Stage) -> str:
    """The personal page of Sofie Lemmens, as its path: the port is known when the portal starts."""
    with scope(firm_id=stage.firm_id):
        link = Link.objects.get(administration=stage.administrations["newlogo"], email=stage.users["sofie"].email)
        return urlsplit(url_of(link)).path


def _write_samples(folder: Path, days: Days) -> None:
    """Files to play with: the next bank statement, and the invoice the twins are about, as PDF and as e-invoice."""
    folder.mkdir(parents=True, exist_ok=True)
    invoice = newlogo.invoices(days)["exact-twin"]
    (folder / f"{invoice.file_name}.pdf").write_bytes(pdf(invoice))
    (folder / f"{invoice.file_name}.xml").write_bytes(ubl(invoice))
    fresh = [
        Movement(0, "-54.45", "TELENET", text="INTERNET", code=DIRECT_DEBIT),
        Movement(0, "3146.00", "TRANSPORT DE BACKER", text="2026-0135"),
    ]
    (folder / "statement-of-today.cod").write_bytes(write_coda([newlogo.CURRENT.following(days, fresh)]))
