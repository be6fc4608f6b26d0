"""The papers an operator reads say what there is."""

import re

import pytest

from portal.operate.probes import HELP
from portal.runner.console import ROOT

RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
SCALING = (ROOT / "docs/scaling.md").read_text(encoding="utf-8")


def test_every_variable_a_server_reads_is_explained():
    text = "".join((ROOT / f"portal/settings/{name}.py").read_text(encoding="utf-8") for name in ("base", "prod"))
    read = set(re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', text))
    assert {name for name in read if f"`{name}`" not in RUNBOOK} == set()


@pytest.mark.parametrize("paper", [RUNBOOK, SCALING], ids=["runbook", "scaling"])
def test_every_figure_named_is_one_we_give(paper):
    assert set(re.findall(r"`(samen_[a-z_]+)", paper)) <= set(HELP)


def test_every_probe_is_explained():
    for address in ("/health/", "/ready/", "/ready/?strict", "/metrics"):
        assert f"`{address}`" in RUNBOOK
