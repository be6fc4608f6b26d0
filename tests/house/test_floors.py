"""The floors: imports, references between tables, tasks, versions, and the commands our papers promise."""

import inspect
import re
import subprocess
import sys
from importlib.metadata import version

import pytest
from django.apps import apps
from django.core.management import get_commands
from packaging.version import Version

from tests.house.tree import PACKAGES, ROOT

# who stands on whom; apps on one floor do not know each other
FLOORS = (
    {"tenancy"},
    {"people"},
    {"audit"},
    {"outbox", "documents"},
    {"links"},
    {"accounting"},
    {"invoicing", "bankfeeds"},
    {"requests_app"},
)
LEVEL = {label: level for level, labels in enumerate(FLOORS) for label in labels}

# Tasks that look at every firm and open one scope after another. All other tasks are ScopedTasks.
SWEEPERS = {
    "portal.outbox.tasks.pump",
    "portal.outbox.tasks.sweep",
    "portal.documents.tasks.sweep",
    "requests_app.tasks.remind_due",
    "accounting.tasks.ensure_obligations",
    "accounting.tasks.note_heads",
    "portal.tenancy.tasks.sweep_references",
}

# A code or a link to a person, who may belong to several firms or to none.
OF_NO_FIRM = {"portal.web.tasks.post_letter"}

# They take firm_id and open short scopes themselves: no transaction may wait for a mail server or for a drawing.
SHORT_SCOPES = {"portal.outbox.tasks.deliver", "portal.documents.tasks.make_preview"}

# Below these a known hole is open. A dependency audit without a network would prove nothing.
VERSION_FLOORS = {
    "django": "5.2.19",
    "django-allauth": "65.19.4",
    "weasyprint": "70.0",
    "lxml": "6.0",
    "pillow": "11.3",
    "pikepdf": "9.0",
    "cryptography": "44.0.1",
    "gunicorn": "23.0",
    "celery": "5.5",
    "redis": "5.2",
}


def test_imports_go_down():
    command = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    ran = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_references_point_down():
    up = []
    for model in apps.get_models():
        mine = LEVEL.get(model._meta.app_label)
        for field in model._meta.local_fields:
            target = field.related_model
            theirs = LEVEL.get(target._meta.app_label) if isinstance(target, type) else None
            same_app = isinstance(target, type) and target._meta.app_label == model._meta.app_label
            if mine is not None and theirs is not None and not same_app and theirs >= mine:
                up.append(f"{field} → {target._meta.label}")
    assert up == []


def test_every_app_stands_on_a_floor():
    ours = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in PACKAGES}
    assert {label for label in ours if apps.get_app_config(label).models} <= set(LEVEL)


def _tasks():
    from portal.celery import app

    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.split(".")[0] in PACKAGES}


def test_every_task_knows_its_tenant_or_sweeps():
    from portal.tenancy.tasks import ScopedTask

    tasks = _tasks()
    loose = {name for name, task in tasks.items() if not isinstance(task, ScopedTask)}
    assert loose == SWEEPERS | SHORT_SCOPES | OF_NO_FIRM
    for name in SHORT_SCOPES:
        assert inspect.signature(tasks[name].run).parameters["firm_id"].default is inspect.Parameter.empty


def test_the_beat_rings_only_tasks_that_exist_on_queues_that_exist():
    from portal.celery import app

    tasks, queues = _tasks(), {queue.name for queue in app.conf.task_queues}
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in tasks, entry["task"]
        assert entry["options"]["queue"] in queues
        assert entry["options"]["expires"], "a bell nobody heard must not ring an hour later"
    for name, task in tasks.items():
        assert (task.queue or app.conf.task_default_queue) in queues, name


@pytest.mark.parametrize("package", VERSION_FLOORS)
def test_versions_stay_above_known_holes(package):
    pinned = dict(
        re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )
    assert Version(pinned[package]) >= Version(VERSION_FLOORS[package])
    assert Version(version(package)) >= Version(VERSION_FLOORS[package])


# --- papers ----------------------------------------------------------------------------------------------------------

PAPERS = [path for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] if path.exists()]
PLACE = re.compile(r"`((?:portal|accounting|bankfeeds|invoicing|requests_app|tests|docs|templates|static)/[\w./-]+)`")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_the_commands_in_our_papers_exist(paper):
    from portal.runner.commands import COMMANDS

    text = paper.read_text(encoding="utf-8")
    words = set(re.findall(r"\./run ([a-z][\w-]*)", text))
    assert words <= {*COMMANDS, "lock", "help"}
    managed = set(re.findall(r"(?:\./run manage|manage\.py) ([a-z]\w*)", text))
    assert managed <= set(get_commands())


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_the_places_in_our_papers_exist(paper):
    text = paper.read_text(encoding="utf-8")
    missing = [place for place in PLACE.findall(text) if not (ROOT / place.rstrip("/.")).exists()]
    links = [link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) if not (paper.parent / link).exists()]
    assert missing + links == []
