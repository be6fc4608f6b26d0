"""An address that takes a form, looked at: our own page in place of the browser's blank one."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from portal.people.entrance import is_htmx


class MethodPage:
    """Gives a 405 a sentence and a way back, for browsers alone; status and Allow header stay what the view said.

    Stands inside the scope: the page has the frame of the area it is in, as that of a 404 has.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, and dress a bare 405."""
        response = self.get_response(request)
        if response.status_code != 405 or response.content or not _reads_pages(request):
            return response
        user = request.user
        language = user.language if user.is_authenticated else translation.get_language()
        with translation.override(language):
            page = render(request, "errors/405.html", {"back": _back(request)}, status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def _reads_pages(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "") and not is_htmx(request)


def _back(request: HttpRequest) -> str:
    """The page somebody came from, if it is ours and not this very address; else the front door."""
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # "http://[" is no address
        return "/"
    ours = came.scheme in ("http", "https") and came.netloc == request.get_host()
    if not ours or came.path == request.path or not came.path.startswith("/"):
        return "/"
    return "/" + came.path.lstrip("/") + (f"?{came.query}" if came.query else "")
