"""`./run`: from nothing to a portal that answers, then watch it until Ctrl-C."""

import json
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.runner import database
from portal.runner.bootstrap import PYTHON
from portal.runner.console import ROOT, Stop, plain, say
from portal.runner.machine import mention_pango
from portal.runner.messages import BadMessages, compile_all
from portal.runner.ports import free_port, is_free
from portal.runner.processes import Children, Interrupted, interruptible, run, stop_leftovers, undisturbed
from portal.runner.services import Lock, Services, state_folder

SETTINGS = "portal.settings.dev"
MAILBOX = "/sandbox/mail/"


def whereabouts(state: Path, port: int, smtp: int) -> dict[str, str]:
    """Where the portal answers, catches mail and keeps its files, as variables."""
    return {"STATE_DIR": str(state), "BASE_URL": f"http://127.0.0.1:{port}", "SANDBOX_SMTP_PORT": str(smtp)}


def environment(variables: dict[str, str], settings: str) -> dict[str, str]:
    """Everything a process of the portal reads from its environment."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        **variables,
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }


def choose_port(state: Path) -> int:
    """PORT, else the port of last time (links in mails already sent keep working), else a free one."""
    note = state / "port"
    given = os.environ.get("PORT", "")
    if given and given != "0":
        if not given.isdigit() or not 0 < int(given) < 65536:
            raise Stop(f"PORT={given} is not a port number.", "PORT=8000 ./run")
        if not is_free(int(given)):
            raise Stop(f"Port {given} is in use by another program. To take a free one:", "PORT=0 ./run")
        return int(given)
    before = note.read_text(encoding="utf-8").strip() if note.exists() else ""
    port = int(before) if before.isdigit() and is_free(int(before)) else free_port()
    note.write_text(f"{port}\n", encoding="utf-8")
    return port


def start() -> int:
    """Start everything, say where it is, and stay until a signal or a dead process."""
    state = state_folder()
    lock = Lock(state)
    if not lock.take():
        raise Stop(_already(state, lock))
    (state / "ready.json").unlink(missing_ok=True)
    services = Services(state)
    children: Children | None = None
    code = 0
    try:
        with interruptible():
            stop_leftovers(state)
            port, smtp = choose_port(state), free_port()
            variables = {**services.start(), **whereabouts(state, port, smtp)}
            services.publish(variables)
            settings = environment(variables, SETTINGS)
            prepare(state, services, settings)
            children = Children(state, settings)
            for server in services.servers:
                if server.process:
                    children.guard(type(server).__name__, server.process, server.log)
            launch(children, state, port)
            _announce(state, f"http://127.0.0.1:{port}")
            children.watch()
    except Interrupted:
        plain()
        say("Stopping")
    finally:
        with undisturbed():
            (state / "ready.json").unlink(missing_ok=True)
            if children is not None:
                children.stop()
            services.stop()
            lock.give_back()
    say("Everything is stopped")
    return code


def prepare(state: Path, services: Services, settings: dict[str, str]) -> None:
    """Translations, migrations and, in an empty database, the demo."""
    marker = state / "demo.unfinished"
    if marker.exists() and services.own_database:
        say("The demo was not finished last time: starting it over")
        services.start_over()
        for folder in ("documents", "mail"):
            shutil.rmtree(state / folder, ignore_errors=True)
    compile_translations()
    manage(settings, "migrate", "Preparing the database", quiet=True)
    if is_empty(settings):
        (state / "demo.json").unlink(missing_ok=True)
        marker.touch()
        manage(settings, "demo", "Building the demo: two firms and their clients (once)")
        marker.unlink()
    mention_pango()


def compile_translations() -> None:
    """Write the .mo files that are missing or old."""
    try:
        compile_all(ROOT / "locale")
    except BadMessages as problem:
        raise Stop(f"A translation file cannot be read: {problem}") from None


def manage(settings: dict[str, str], command: str, sentence: str, *, quiet: bool = False) -> None:
    """One management command as a step of the start; raises Stop with what it printed when it fails."""
    say(sentence)
    extra = ["--verbosity", "0"] if quiet else []
    code, said = run([str(PYTHON), "manage.py", command, *extra], settings, quiet=quiet)
    if not code:
        return
    if not quiet:
        raise Stop(f"`./run manage {command}` failed (exit {code}); what it said stands above.")
    log = Path(settings["STATE_DIR"]) / "log" / f"{command}.log"
    log.write_text(said, encoding="utf-8")
    last = (said.strip().splitlines() or [""])[-1]
    raise Stop(f"`./run manage {command}` failed (exit {code}): {last}\nAll it said stands in {log}.")


def is_empty(settings: dict[str, str]) -> bool:
    """Whether the migrated database has no firm yet."""
    ops = database.Address.parse(settings["OPS_DATABASE_URL"])
    table = database.ask(ops, "SELECT to_regclass('public.tenancy_firm')::text")
    return table is not None and not database.ask(ops, "SELECT EXISTS (SELECT FROM tenancy_firm)")


def launch(children: Children, state: Path, port: int) -> None:
    """Start the five processes of a portal and wait until the first page answers. Raises Stop when it does not."""
    python = str(PYTHON)
    say("Starting mail, web, jobs and clock")
    children.start("mail", [python, "-m", "portal.sandbox.smtp"])
    web = [
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--log-level",
        "warning",
        "--graceful-timeout",
        "10",
    ]
    children.start(
        "web",
        [
            python,
            "-m",
            "gunicorn",
            "portal.wsgi:application",
            *web,
            "--no-control-socket",
            "--worker-tmp-dir",
            str(state),
        ],
    )
    celery = [python, "-m", "celery", "--quiet", "-A", "portal"]
    children.start("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-mingle"])
    schedule = state / "beat-schedule"
    clock = ["beat", "--schedule", str(schedule), "--loglevel", "WARNING", "--pidfile", ""]
    children.start("clock", [*celery, *clock])
    if not children.watch(lambda: _first_page(port), seconds=120):
        raise Stop(f"The first page did not answer in two minutes. See {state / 'log' / 'web.log'}.")


def _first_page(port: int) -> bool:
    """Whether `/` answers; a page that answers with an error stops the start."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            return int(answer.status) == 200
    except urllib.error.HTTPError as problem:
        raise Stop(f"The first page answers with {problem.code}. See .run/log/web.log.") from None
    except OSError:
        return False


def _announce(state: Path, url: str) -> None:
    demo: dict[str, Any] = {}
    if (state / "demo.json").exists():
        demo = json.loads((state / "demo.json").read_text(encoding="utf-8"))
    link = demo.get("upload_link")
    if link:
        parts = urlsplit(link)
        link = f"{url}{parts.path}{'?' + parts.query if parts.query else ''}"
    ready = {"url": f"{url}/", "logins": demo.get("logins", []), "upload_link": link, "mailbox": f"{url}{MAILBOX}"}
    fresh = state / "ready.json.new"
    fresh.write_text(json.dumps(ready, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(state / "ready.json")
    say("Ready")
    plain()
    plain(f"  Portal       {ready['url']}")
    plain(f"  Mailbox      {ready['mailbox']}")
    if link:
        plain(f"  Upload link  {link}")
    if ready["logins"]:
        plain()
        _table([("firm", "administration", "role", "e-mail", "password"), *map(_row, ready["logins"])])
    plain()
    plain("  Ctrl-C stops everything.   Also in .run/ready.json.   Logs: .run/log/")


def _row(login: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(login.get(key) or "") for key in ("firm", "administration", "role", "email", "password"))


def _table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        plain("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _already(state: Path, lock: Lock) -> str:
    ready = state / "ready.json"
    if ready.exists():
        return f"Samen already runs here: {json.loads(ready.read_text(encoding='utf-8'))['url']}"
    return f"`{lock.holder()}` is busy in this folder; wait until it ends, then type ./run again."
