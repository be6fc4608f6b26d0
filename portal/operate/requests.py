"""One line and one count per request, an id that travels with it, and no body where none was asked for."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from portal.operate.jobs import Queries
from portal.operate.lines import about
from portal.operate.tally import tally

log = logging.getLogger("portal.requests")
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
SILENT = ("/health/", "/ready/", "/metrics", "/static/")


class RequestLines:
    """The outermost layer: everything a request does happens under its id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve, then say in one line what was served: names and ids, never an address, a body or a person's words."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        began, queries = time.perf_counter(), Queries()
        with about(request_id=request_id):
            with connection.execute_wrapper(queries):
                response = self.get_response(request)
            if not request.path_info.startswith(SILENT):
                _note(request, response, time.perf_counter() - began, queries.number)
        response["X-Request-ID"] = request_id
        return without_body(response) if request.method == "HEAD" else response


def _note(request: HttpRequest, response: HttpResponse, seconds: float, queries: int) -> None:
    match = request.resolver_match
    route = match.view_name if match else ""
    method = request.method if request.method in METHODS else "other"
    status = response.status_code
    facts = {
        **_whose(request),
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000),
        "queries": queries,
    }
    log.log(logging.WARNING if status >= 500 else logging.INFO, "request", extra={"facts": facts})
    tally.count("samen_requests_total", route=route, method=str(method), status=str(status))
    tally.observe("samen_request_seconds", seconds, route=route)


def _whose(request: HttpRequest) -> dict[str, str]:
    """Firm, administration and person, as ids, as far as they are known by now: nothing is looked up for a line."""
    firm, administrations = getattr(request, "tenant", ("", None))
    only = next(iter(administrations)) if administrations and len(administrations) == 1 else ""
    inside = getattr(getattr(request, "actor", None), "inside", None) or only
    user = getattr(request, "_cached_user", None)
    return {"firm": str(firm), "administration": str(inside), "user": str(getattr(user, "pk", None) or "")}


def without_body(response: HttpResponse) -> HttpResponse:
    """The answer to HEAD: all headers, the length of what GET would bring, and nothing else (RFC 9110 §9.3.2)."""
    if response.streaming:
        # the server closes the answer, and with it the file behind it
        response.streaming_content = ()  # type: ignore[attr-defined]
    else:
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return response
