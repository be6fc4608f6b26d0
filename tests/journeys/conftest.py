"""The stage of the journeys: one running portal, one Chromium, and the cast in a database of their own.

The clock of these journeys is the real one: other processes take part, and nobody can stop their time.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import trans_real

from portal.people.models import User
from portal.runner.machine import chromium
from portal.runner.start import compile_translations
from tests import cast
from tests.journeys.browsing import Devices, Words
from tests.journeys.dossiers import ready_for_a_browser
from tests.journeys.serving import Serving, redis_url, serving

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def portal(template: str, django_db_blocker: Any) -> Iterator[Serving]:
    """The running portal. Everything in this process looks at its database too, with real commits."""
    from tests.database import clone_name, cloned

    compile_translations()
    trans_real._translations.clear()  # read again what was just compiled
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's own loop runs in this thread; nobody awaits a query
    with ExitStack() as stack:
        django_db_blocker.unblock()
        stack.callback(django_db_blocker.restore)
        stack.enter_context(cloned(template, clone_name("main", 900)))
        ready_for_a_browser()
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="samen-journeys-"))
        found = stack.enter_context(serving(Path(folder) / "run"))
        stack.enter_context(ringing(redis_url()))
        storage = settings.STORAGES["default"]["OPTIONS"]
        before, storage["location"] = storage["location"], str(found.state / "documents")
        stack.callback(storage.update, location=before)
        yield found
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@contextmanager
def ringing(broker: str) -> Iterator[None]:
    """Let this process ring at the running workers instead of doing their work itself, as other tests do."""
    from portal.celery import app

    before = app.conf.task_always_eager, app.conf.broker_url
    app.conf.task_always_eager, app.conf.broker_url = False, broker
    app.set_default()
    app.set_current()
    yield
    app.conf.task_always_eager, app.conf.broker_url = before


@pytest.fixture(scope="session")
def browser(portal: Serving) -> Iterator[Any]:
    """One Chromium for all."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM_PATH") or chromium()
    assert path, "The journeys need Chromium; ./run test installs it or says how."
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def stage(portal: Serving) -> Any:
    """The cast as the running portal knows it."""
    from tests.world import Snapshot, World

    return World(Snapshot())


@pytest.fixture
def devices(browser: Any, portal: Serving) -> Iterator[Devices]:
    """Laptops and phones of this journey; silent complaints of any of them fail it."""
    found = Devices(browser, portal.url)
    yield found
    found.close()
    assert found.complaints.found == []


@pytest.fixture(params=["nl", "fr"])
def language(request: pytest.FixtureRequest, portal: Serving) -> str:
    """The language of the accountant and of the client."""
    User.objects.filter(pk=cast.NAMES["els"].id).update(language=request.param)
    return str(request.param)


@pytest.fixture
def words(language: str) -> Words:
    """The words of that language."""
    return Words(language)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    """Show the logs of the portal, and a picture of every open page, under a journey that failed."""
    outcome = yield
    report = outcome.get_result()
    found = getattr(item, "funcargs", {})
    if report.failed and "portal" in found:
        report.sections.append(("logs of the portal", found["portal"].logs()))
    if report.failed and "devices" in found and call.when == "call":
        report.sections.append(("open pages", "\n".join(_pictures(item.name, found["devices"]))))


def _pictures(name: str, devices: Devices) -> list[str]:
    folder = Path(os.environ.get("STATE_DIR", tempfile.gettempdir())) / "journeys"
    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for number, page in enumerate(page for context in devices.contexts for page in context.pages):
        place = folder / f"{name.replace('/', '-')}-{number}.png"
        page.screenshot(path=place)
        kept.append(f"{page.url} {place}")
    return kept
