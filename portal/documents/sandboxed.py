"""The parsing child: started by sandbox.py as a script, reads descriptors, writes one answer, ends.

Answer on standard output: one line of JSON (facts, refused, blobs = their sizes), then the blobs. A
crash, a signal or another exit status is an answer too: the parent refuses the file.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

MEMORY = 512 * 1024 * 1024
PICTURE_MEMORY = 896 * 1024 * 1024  # a WebP of 48 megapixels stands there four times while it is decoded
CPU_SECONDS = 20
OUTPUT = 64 * 1024 * 1024
Found = tuple[dict[str, Any], list[bytes]]

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38


def limit_self(memory: int = MEMORY) -> None:
    """Bound memory, CPU time, output; no core files, no network, no new rights.

    The network goes with a namespace of our own where the system lets us make one; the parsers have
    no network code. Systems without one of these limits (macOS has no bound on memory) run without
    it.
    """
    for kind, bound in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, bound))
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def leave_the_roof_off() -> None:
    """Let portal.kernel and portal.documents be imported without running the portal's own start-up
    (Celery, Django)."""
    root = Path(__file__).resolve().parents[2]
    for name in ("portal", "portal.documents"):
        package = ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[name] = package


def answer(facts: dict[str, Any], blobs: list[bytes], refused: str | None = None) -> None:
    """Write the one answer."""
    line = json.dumps({"facts": facts, "refused": refused, "blobs": [len(b) for b in blobs]})
    with os.fdopen(1, "wb", closefd=False) as out:
        out.write(line.encode() + b"\n")
        for blob in blobs:
            out.write(blob)


def main(order: dict[str, Any]) -> None:
    """Carry out one order of the parent."""
    from portal.documents import sandboxed_attachments, sandboxed_images, sandboxed_mail, sandboxed_pdf, sandboxed_xml
    from portal.documents.refusals import UploadRefused

    operations: dict[str, Callable[..., Found]] = {
        "inspect_xml": sandboxed_xml.inspect_xml,
        "inspect_pdf": sandboxed_pdf.inspect_pdf,
        "render_pdf": sandboxed_pdf.render_pdf,
        "inspect_image": sandboxed_images.inspect_image,
        "render_image": sandboxed_images.render_image,
        "images_to_pdf": sandboxed_images.images_to_pdf,
        "xml_inside_pdf": sandboxed_attachments.xml_inside_pdf,
        "take_mail_apart": sandboxed_mail.take_mail_apart,
    }
    files = [os.fdopen(descriptor, "rb") for descriptor in order["files"]]
    for file in files:
        file.seek(0)
    try:
        facts, blobs = operations[order["operation"]](files, **order["options"])
    except UploadRefused as refusal:
        answer(refusal.data, [], refusal.code)
    else:
        answer(facts, blobs)


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    limit_self(PICTURE_MEMORY if "image" in asked["operation"] else MEMORY)
    leave_the_roof_off()
    main(asked)
