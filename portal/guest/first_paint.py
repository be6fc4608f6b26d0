"""The first page behind a link carries its own looks: on a slow phone a style sheet costs a second trip to the server.

The policy allows that one text by its hash, nothing else in the page. The sheet itself comes along in the meantime,
so that the pages after it are small.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.gzip import gzip_page

from portal.guest.door import Guest
from portal.web.color import brand_css
from portal.web.sheet import sheet

KNOWN = "sheet"  # the cookie that says which sheet this phone has


def first_paint(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the page its looks inside, packed, unless this phone has them already."""

    @wraps(view)
    def wrapper(request: HttpRequest, guest: Guest, **rest: Any) -> HttpResponse:
        found = sheet()
        if request.COOKIES.get(KNOWN) == found.name:
            return view(request, guest, **rest)
        text = found.plain.decode() + brand_css(guest.link.firm.brand_color)
        # both are the portal's own words: its sheet, and colours worked out from six digits
        request.first_sheet = format_html("<style>{}</style>", mark_safe(text))  # type: ignore[attr-defined]  # noqa: S308
        response = gzip_page(view)(request, guest, **rest)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        response._csp_update = {"style-src": [f"'sha256-{digest}'"]}  # type: ignore[attr-defined]
        response.set_cookie(KNOWN, found.name, path="/l/", samesite="Lax", httponly=True, secure=request.is_secure())
        return response

    return wrapper
