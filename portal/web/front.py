"""The pages that belong to no tenant: the front door, the language, a firm's colours."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from portal.people.access import Door, doors_of
from portal.web.color import brand_css


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The front door: straight on to the only place a person may enter, else a choice, else the login."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    doors = doors_of(request.user.pk)
    if len(doors) == 1:
        return redirect(home_of(doors[0]))
    speak(request)
    return render(request, "front.html", {"places": [(door, home_of(door)) for door in doors]})


def speak(request: HttpRequest) -> None:
    """Use the language of the person: a page outside every area has nobody else to do so."""
    translation.activate(request.user.language)  # type: ignore[union-attr]  # the caller saw to it


def home_of(door: Door) -> str:
    """The first page behind a door."""
    if door.kind == "staff":
        return reverse("kantoor:cockpit", args=[door.firm_slug])
    return reverse("mijn:home", args=[next(iter(door.administration_ids or ()))])


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language a reader chose: on the person when signed in, in a cookie anyway."""
    code = request.POST.get("language", "")
    try:
        back = urlsplit(request.POST.get("next", "/"))
    except ValueError:  # "//[" is no address of ours
        back = urlsplit("/")
    response = HttpResponseRedirect("/" + back.path.lstrip("/") + (f"?{back.query}" if back.query else ""))
    if code not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        request.user.language = code
        request.user.save(update_fields=["language"])
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax", httponly=True)
    translation.activate(code)
    return response


def _face(slug: str) -> tuple[str, str, str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, mark, brand_color, logo FROM face_of_firm(%s)", [slug])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    return row[0], row[1], row[2], bytes(row[3])


@require_safe
@cache_control(max_age=300, public=True)
def brand(request: HttpRequest, firm: str) -> HttpResponse:
    """The firm's colour as a small style sheet, darkened where text on it would be unreadable."""
    return HttpResponse(brand_css(_face(firm)[2]), content_type="text/css")


@require_safe
@cache_control(max_age=300, public=True)
def logo(request: HttpRequest, firm: str) -> HttpResponse:
    """The firm's logo; 404 when it has only its mark."""
    picture = _face(firm)[3]
    if not picture:
        raise Http404
    return HttpResponse(picture, content_type="image/png")


def nowhere(request: HttpRequest) -> HttpResponse:
    """A page of a library that this portal does not have."""
    raise Http404


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The one answer to everything that is not there, or not yours."""
    return render(request, "errors/404.html", status=404)
