"""The two files nobody can run here, read as far as reading goes: names, commands, users, order, secrets."""

import importlib.util
import json
import re
import shlex
import socket
import threading
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from portal.operate import heartbeats, pulse
from portal.runner import machine
from portal.runner.console import ROOT
from portal.settings.refusals import refusals

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate", "mail")
SERVER_ENV = (ROOT / "docs/server.env").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, continuation lines joined, comments out."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def stage(number: int) -> list[tuple[str, str]]:
    found, count = [], -1
    for word, rest in instructions():
        count += word == "FROM"
        if count == number:
            found.append((word, rest))
    return found


# --- Dockerfile ------------------------------------------------------------------------------------------------------


def test_images_are_of_a_version():
    images = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    images += [service["image"] for service in SERVICES.values()]
    for image in images:
        name, _, tag = image.rpartition(":")
        assert name, image
        assert re.search(r"\d", tag), image
        assert tag != "latest"


def test_it_serves_as_nobody_in_particular():
    users = [rest for word, rest in stage(1) if word == "USER"]
    assert users == ["portal"]
    assert "useradd --system --uid 10001" in DOCKERFILE
    after = [word for word, _ in stage(1)]
    assert after.index("USER") < after.index("CMD")
    assert "RUN" not in after[after.index("USER") :]


def test_packages_come_before_the_code_and_the_code_is_built_once():
    copies = [rest for word, rest in stage(0) if word == "COPY"]
    assert copies == ["requirements.txt ./", ". ."]
    words = [(word, rest) for word, rest in stage(0)]
    installs = next(i for i, (word, rest) in enumerate(words) if word == "RUN" and "pip install" in rest)
    assert words.index(("COPY", "requirements.txt ./")) < installs < words.index(("COPY", ". ."))
    built = " ".join(rest for word, rest in stage(0) if word == "RUN")
    assert "portal.runner.messages" in built
    assert "collectstatic" in built
    assert all(rest.startswith("--from=build ") for word, rest in stage(1) if word == "COPY")
    assert not any(word == "ADD" for word, _ in instructions())


def test_no_secret_is_baked_in():
    for word, rest in instructions():
        if word in ("ENV", "ARG", "LABEL"):
            assert not re.search(r"SECRET|PASSWORD|TOKEN|_URL|_KEY", rest), rest
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".env", ".git", ".run", ".venv", "tests"} <= set(ignored)
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_system_packages_are_few_and_leave_no_lists():
    [installed] = [rest for word, rest in stage(1) if word == "RUN"]
    assert "--no-install-recommends" in installed
    assert "rm -rf /var/lib/apt/lists/*" in installed
    for package in (*machine.PANGO, "postgresql-client"):
        assert package in installed


def test_what_is_left_out_of_the_image_is_in_the_list():
    [left_out] = re.findall(r"grep -vE '\^\(([\w|-]+)\)=='", DOCKERFILE)
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for name in left_out.split("|"):
        assert re.search(rf"^{name}==", pinned, re.MULTILINE), name


def test_it_says_how_it_feels_and_starts_without_a_shell():
    health, command = (next(rest for word, rest in stage(1) if word == name) for name in ("HEALTHCHECK", "CMD"))
    exists(json.loads(health.partition("CMD ")[2]))
    exists(json.loads(command))
    assert "DJANGO_SETTINGS_MODULE=portal.settings.prod" in DOCKERFILE


# --- docker-compose.yml ----------------------------------------------------------------------------------------------


def exists(command: list[str]) -> None:
    """Every program, module and management command a container is told to start."""
    program, *rest = command
    if program == "python" and rest[0] == "manage.py":
        assert rest[1] in get_commands()
    elif program == "python" and rest[0] == "-m":
        assert importlib.util.find_spec(rest[1]) is not None, rest[1]
    elif program == "python":
        compile(rest[1], "healthcheck", "exec")
    elif program == "gunicorn":
        module, _, name = rest[0].partition(":")
        assert (importlib.util.find_spec(module) is not None, name) == (True, "application")
    else:
        assert program == "celery"
        assert rest[rest.index("-A") + 1] == "portal"
        assert {"worker", "beat"} & set(rest)


def test_every_part_of_the_house_is_there():
    assert set(SERVICES) == {*OURS, "postgres", "redis"}
    assert {SERVICES[name]["image"] for name in OURS} == {"samen-portal:0.1.0"}
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name):
    service = SERVICES[name]
    if "command" in service:
        exists(shlex.split(service["command"]))
    check = service.get("healthcheck", {})
    if "test" in check:
        assert check["test"][0] == "CMD"
        exists(check["test"][1:])


def test_everything_that_stays_says_how_it_feels():
    for name, service in SERVICES.items():
        if name != "migrate":
            assert service["healthcheck"]["test"], name


def test_who_waits_for_whom_can_be_waited_for():
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]
            else:
                assert (how["condition"], SERVICES[other]["restart"]) == ("service_completed_successfully", "no")


def read_by_us() -> set[str]:
    sources = [*Path(ROOT, "portal/settings").glob("*.py"), ROOT / "portal/sandbox/smtp.py", ROOT / "manage.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    return set(re.findall(r'os\.environ(?:\.get\(|\.setdefault\(|\[)"([A-Z_]+)"', text))


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_the_portal_reads(name):
    assert set(SERVICES[name]["environment"]) - read_by_us() == set()


def asked() -> dict[str, str]:
    """Every variable the compose file takes from .env, with its default."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return dict(re.findall(r"(?<!\$)\$\{([A-Z_]+):-([^}]*)\}", text))


def test_the_example_of_env_names_what_is_asked_and_nothing_else():
    named = set(re.findall(r"^([A-Z_]+)=", SERVER_ENV, re.MULTILINE))
    assert named <= set(asked())
    assert set(asked()) - named == {
        "LOG_LEVEL",
        "SECRET_KEY_OLD",
        "MFA_KEY_FALLBACKS",
    }  # for a day on which something changes


def expanded(values: dict[str, str]) -> dict[str, str]:
    """The environment of web as compose would make it."""
    known = {name: values.get(name) or default for name, default in asked().items()}
    fill = re.compile(r"\$\{([A-Z_]+):-[^}]*\}")
    return {key: fill.sub(lambda m: known[m[1]], str(text)) for key, text in SERVICES["web"]["environment"].items()}


def test_a_server_that_was_not_filled_in_does_not_start():
    said = " ".join(refusals(expanded({}), {}))
    assert "SECRET_KEY is the one of development" in said
    assert "BASE_URL must start with https://" in said


def test_a_server_that_was_filled_in_starts():
    values = dict(re.findall(r"^([A-Z_]+)=(.*)$", SERVER_ENV, re.MULTILINE))
    blanks = {
        name: f"Long-{name}-value-0123456789-abcdefghijklmnopqrstuvwxyz" for name, value in values.items() if not value
    }
    filled = {**values, **blanks, "BASE_URL": "https://samen.example", "MAIL_FROM": "Samen <post@samen.example>"}
    assert refusals(expanded(filled), {}) == []


def test_volumes_and_mounted_files_exist():
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in COMPOSE["volumes"], volume


def test_only_the_web_is_reachable_and_only_from_this_machine():
    ports = {name: service.get("ports") for name, service in SERVICES.items() if service.get("ports")}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}
    command = shlex.split(SERVICES["redis"]["command"])
    assert command[0] == "valkey-server"  # its own entrance then gives up root
    assert command[command.index("--requirepass") + 1] == SERVICES["redis"]["environment"]["REDISCLI_AUTH"]


# --- the pulse a container asks for ----------------------------------------------------------------------------------


def test_the_pulse_reads_what_the_processes_write(settings, monkeypatch):
    monkeypatch.setattr(heartbeats, "KEY", "test:pulse")
    monkeypatch.setattr(pulse, "KEY", "test:pulse")
    heartbeats.server().delete("test:pulse")
    assert not pulse.process("worker", settings.REDIS_URL)
    heartbeats.beat("worker")
    assert pulse.process("worker", settings.REDIS_URL)
    assert not pulse.process("clock", settings.REDIS_URL)
    heartbeats.server().delete("test:pulse")
    assert not pulse.process("worker", "redis://127.0.0.1:1/0")


def test_the_pulse_has_the_key_and_the_patience_of_the_probes():
    assert (pulse.KEY, pulse.PATIENCE) == (heartbeats.KEY, heartbeats.PATIENCE)


@pytest.mark.parametrize(("answer", "lives"), [(b"200 OK", True), (b"503 Service Unavailable", False)])
def test_the_pulse_of_the_web(answer, lives):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            line, _ = server.accept()
            with line:
                assert line.recv(1024).startswith(b"GET /health/ ")
                line.sendall(b"HTTP/1.1 " + answer + b"\r\n\r\n")

        serving = threading.Thread(target=serve)
        serving.start()
        assert pulse.web(server.getsockname()[1]) is lives
        serving.join()


def test_the_pulse_of_a_web_that_is_not_there():
    assert not pulse.web(1)
    assert pulse.main(["nobody"]) == 2
