"""What one request may carry, refused before a byte of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


class RequestLimit:
    """Answers 413 to a body that says it is larger than MAX_REQUEST_BYTES (each file has its own limit besides), and
    400 to a NUL in the address and to a form in another encoding than ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, or say in a sentence why not."""
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said.isdigit() and int(said) > settings.MAX_REQUEST_BYTES:
            words = _("That is too much at once: at most %(limit)s MB. Send the files one by one.")
            text = words % {"limit": settings.MAX_REQUEST_BYTES // (1024 * 1024)}
            return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
        if "%00" in request.META.get("QUERY_STRING", ""):  # no person types it, and the database refuses it
            return HttpResponse(status=400)
        # Django refuses other encodings too, but while answering so it reads the form again and fails
        is_form = request.content_type == "application/x-www-form-urlencoded"
        if is_form and request.content_params and request.content_params.get("charset", "utf-8").lower() != "utf-8":
            return HttpResponse(status=400)
        return self.get_response(request)
