"""A mail shown as its reader's mail program shows it: its own styles and inline pictures are allowed, nothing else."""

from collections.abc import Callable
from typing import Any, cast

from csp.decorators import csp_replace

_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
# the decorator works for views with arguments too; its types only know those without
as_mail = cast("Callable[[Callable[..., Any]], Callable[..., Any]]", csp_replace(_POLICY))
