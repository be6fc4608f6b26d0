"""The parsing child is bounded, and its answer is not believed."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal.documents import refusals, sandbox
from portal.documents.sandbox import opened, run_child

CHILD = Path(sandbox.__file__).with_name("sandboxed.py")

PROLOGUE = f"""
import runpy
child = runpy.run_path({str(CHILD)!r})
child["limit_self"]()
child["leave_the_roof_off"]()
"""


def inside(code):
    return subprocess.run(
        [sys.executable, "-I", "-B", "-c", PROLOGUE + code], capture_output=True, text=True, timeout=60
    )


def test_the_child_knows_no_django_and_no_celery():
    done = inside(
        "import sys\n"
        "from portal.documents import sandboxed_images, sandboxed_pdf, sandboxed_xml\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('django', 'celery')))"
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux only")
def test_memory_is_bounded():
    assert "MemoryError" in inside("x = bytearray(600 * 1024 * 1024)").stderr
    more = PROLOGUE.replace('["limit_self"]()', '["limit_self"](child["PICTURE_MEMORY"])')
    words = [sys.executable, "-I", "-B", "-c", more + "x = bytearray(1000 * 1024 * 1024)"]
    assert "MemoryError" in subprocess.run(words, capture_output=True, text=True, timeout=60).stderr


def test_a_child_that_crashes_is_damage(monkeypatch, tmp_path, caplog):
    assert run_fake(monkeypatch, tmp_path, "import os; os.abort()") is refusals.Damaged
    assert "gave up" in caplog.text


def test_a_child_that_hangs_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.3)
    assert run_fake(monkeypatch, tmp_path, "import time; time.sleep(60)") is refusals.TooHeavy


@pytest.mark.parametrize(
    "answer",
    [
        "", "null\\n", "[]\\n", '{"facts": {}, "refused": null, "blobs": [5]}\\nabc',
        '{"facts": {}, "refused": "no_such_code", "blobs": []}\\n',
        '{"facts": {}, "refused": null, "blobs": ["5"]}\\nabcde',
        '{"facts": [], "refused": null, "blobs": []}\\n',
        '{"facts": {}, "refused": null, "blobs": [-1, 1]}\\n',
    ],
)  # fmt: skip
def test_nonsense_is_not_believed(monkeypatch, tmp_path, answer):
    assert (
        run_fake(monkeypatch, tmp_path, f"print({answer!r}.encode().decode('unicode_escape'), end='')")
        is refusals.Damaged
    )


def run_fake(monkeypatch, tmp_path, code):
    script = tmp_path / "child.py"
    script.write_text(code)
    monkeypatch.setattr(sandbox, "_CHILD", script)
    with pytest.raises(refusals.UploadRefused) as caught, opened(b"x") as file:
        run_child([file], "inspect_pdf", name="a.pdf", max_pages=1)
    return type(caught.value)
