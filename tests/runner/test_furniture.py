"""What is installed: floors below which known holes are open, and files that name no index and no machine."""

import os
import re
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from portal.runner.console import ROOT

COMPILED = ("requirements.txt", "requirements-dev.txt")
# The first release without a hole that matters here; an audit without a network proves nothing, a floor does.
FLOORS = {
    "django": "5.2.19",  # 5.2.11 closed the last injection through aliases; newer ones their own
    "django-allauth": "65.21",  # 65.19.4: accents in an address raised the limit on attempts
    "weasyprint": "70.0",  # before: style sheets and metadata were fetched past the fetcher
    "lxml": "6.1",  # refuses external entities by default
    "gunicorn": "23.0",  # request smuggling
    "cryptography": "44.0.1",
    "pillow": "12.0",
    "requests": "2.32.4",
    "urllib3": "2.6.0",
    "sqlparse": "0.5.4",
    "pypdf": "6.0",
}


def lines(name: str) -> list[str]:
    return [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line and line[0] not in "#-"]


@pytest.mark.parametrize(("package", "floor"), sorted(FLOORS.items()))
def test_known_holes_are_closed(package: str, floor: str) -> None:
    assert Version(version(package)) >= Version(floor)


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_files_pin_everything_and_name_no_address(name: str) -> None:
    for line in lines(name):
        pins = list(Requirement(line).specifier)
        assert [pin.operator for pin in pins] == ["=="], line
    assert not re.search(r"https?://|file:|/home/|/root/|/work/|--index|--find", (ROOT / name).read_text())


@pytest.mark.parametrize("name", COMPILED)
def test_what_is_asked_for_is_what_is_compiled(name: str) -> None:
    """Somebody who edits an .in and forgets `./run lock` hears it here."""
    pinned: dict[str, list[Requirement]] = {}
    for line in lines(name):
        pinned.setdefault(Requirement(line).name.lower(), []).append(Requirement(line))
    for line in lines(name.replace(".txt", ".in")):
        asked = Requirement(line.partition(" #")[0])
        found = pinned.get(asked.name.lower(), [])
        assert found, f"{asked.name} is not in {name}: ./run lock"
        for each in found:
            assert asked.specifier.contains(next(iter(each.specifier)).version), f"{each} is not {asked}: ./run lock"


def test_the_lower_python_bound_is_said_once_and_alike() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["requires-python"] == ">=3.11"
    assert settings["tool"]["ruff"]["target-version"] == "py311"
    assert settings["tool"]["mypy"]["python_version"] == "3.11"


@pytest.mark.parametrize("name", ["run", ".ci/run"])
def test_the_doors_can_be_opened(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
