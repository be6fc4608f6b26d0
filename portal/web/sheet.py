"""The style sheet in one piece: what app.css imports, each part in its layer; a phone asks once, not thirty times.

The parts stay the source and can be linked as they are; nothing is built or kept on disk.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

CSS = Path(settings.BASE_DIR) / "static" / "css"
IMPORT = re.compile(r'@import url\("([^"]+)"\)(?: layer\((\w+)\))?;')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
OURS = re.compile(r'url\("\.\./([^"]+)"\)')


@dataclass(frozen=True, slots=True)
class Sheet:
    """The text as it is sent, and a name that changes with it."""

    name: str
    plain: bytes
    packed: bytes


_made: dict[int, Sheet] = {}  # by the newest change of a part; one entry


def sheet() -> Sheet:
    """The whole sheet, made again when a part has changed."""
    newest = max(part.stat().st_mtime_ns for part in CSS.rglob("*.css"))
    if newest not in _made:
        text = COMMENT.sub("", (CSS / "app.css").read_text(encoding="utf-8"))
        plain = IMPORT.sub(_part, text).encode()
        _made.clear()
        _made[newest] = Sheet(hashlib.sha256(plain).hexdigest()[:12], plain, gzip.compress(plain, mtime=0))
    return _made[newest]


def _part(found: re.Match[str]) -> str:
    text = COMMENT.sub("", (CSS / found[1]).read_text(encoding="utf-8"))
    text = OURS.sub(lambda ours: f'url("{static(ours[1])}")', text)
    return f"@layer {found[2]} {{\n{text}}}" if found[2] else text


@require_safe
@cache_control(max_age=31_536_000, public=True, immutable=True)
def style(request: HttpRequest, name: str) -> HttpResponse:
    """The sheet. An older name gets the newest sheet too: a page that was open before a release keeps its looks."""
    found = sheet()
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.packed if packs else found.plain, content_type="text/css; charset=utf-8")
    if packs:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
