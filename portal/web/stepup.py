"""Before something weighty: is it still you? Nothing typed is lost: the asked form travels along and is sent on.

A view under `@weighty` that is posted to without a proof of the last quarter of an hour answers with a page that asks
for the password, a code or a passkey and carries every field of the form. The proof goes to an address outside every
area (a used code must stay used, whatever becomes of the form), which then sends the browser on to the form's own
address, form and all (307). No file can travel so; forms with files ask for them again (`left_files_behind`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from portal.people.entrance import is_htmx
from portal.people.factors import CodeAgainForm, PasskeyAgainForm
from portal.people.models import User
from portal.people.proof import has_factor, proved_lately
from portal.web.front import speak

OURS = ("stepup", "password", "code", "credential", "next", "csrfmiddlewaretoken")
FILES_LEFT = "files_left"  # in a form that was held up: it had a file with it, which could not travel along
View = Callable[..., HttpResponse]


def weighty(when: Callable[[HttpRequest], bool] | None = None) -> Callable[[View], View]:
    """Ask who one is before this view takes a form (`when`: only the forms it says so of). Looking stays free."""

    def around(view: View) -> View:
        @wraps(view)
        def act(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = request.method == "POST" and settings.STEP_UP_REQUIRED and (when is None or when(request))
            if not asked or proved_lately(request):
                return view(request, *args, **kwargs)
            if is_htmx(request):  # a fragment cannot ask; the page it stands in can
                return HttpResponseClientRedirect(
                    f"{reverse('account_reauthenticate')}?{urlencode({'next': _page_of(request)})}"
                )
            carried = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
            if request.FILES:
                carried.append((FILES_LEFT, "1"))
            return ask(request, to=request.get_full_path(), carried=carried)

        return act

    return around


def left_files_behind(request: HttpRequest) -> bool:
    """Say whether this form had a file with it before it was held up, and comes without it now."""
    return FILES_LEFT in request.POST and not request.FILES


def _page_of(request: HttpRequest) -> str:
    return urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"


def ways_of(user: User) -> dict[str, forms.Form]:
    """How this person can prove who they are: passkey or code; a password only for who has no second factor."""
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    ways: dict[str, forms.Form] = {}
    if Authenticator.Type.WEBAUTHN in types:
        ways["credential"] = cast(Any, PasskeyAgainForm)(user=user)
    if Authenticator.Type.TOTP in types or Authenticator.Type.RECOVERY_CODES in types:
        ways["code"] = CodeAgainForm(user=user)
    if user.has_usable_password() and not has_factor(user):
        ways["password"] = ReauthenticateForm(user=user)
    return ways


def ask(
    request: HttpRequest, *, to: str, carried: list[tuple[str, str]], tried: dict[str, forms.Form] | None = None
) -> HttpResponse:
    """The page that asks, carrying the form it holds up. Who has no way to prove anything signs in again."""
    user = cast(User, request.user)
    ways = ways_of(user) | (tried or {})
    options = {"request_options": begin_authentication(user)} if "credential" in ways else None
    context = {
        "to": to,
        "carried": [(name, value) for name, value in carried if name not in OURS],
        "ways": ways,
        "options": options,
    }
    return render(request, "account/confirm_act.html", context, status=422 if tried else 200)


@sensitive_post_parameters("password", "code", "credential")
@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the proof, then send the held-up form on to where it was going."""
    speak(request)
    to = request.POST.get("stepup", "")
    if not _inside(to):
        raise Http404
    user = cast(User, request.user)
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        return ratelimit.respond_429(request)  # type: ignore[no-any-return]
    way = next((name for name in ways_of(user) if request.POST.get(name)), None)
    if way is None:
        return ask(request, to=to, carried=_carried(request), tried={})
    form = _bound(way, user, request)
    if not form.is_valid():
        return ask(request, to=to, carried=_carried(request), tried={way: form})
    if way == "password":
        reauthenticate_by_password(request)
    else:
        cast(Any, form).save()
    response = HttpResponseRedirect(to)
    response.status_code = 307  # the same form, posted again, to its own address
    return response


def _bound(way: str, user: User, request: HttpRequest) -> forms.Form:
    kinds: dict[str, type[Any]] = {
        "credential": PasskeyAgainForm,
        "code": CodeAgainForm,
        "password": ReauthenticateForm,
    }
    form: forms.Form = kinds[way](user=user, data=request.POST)
    return form


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name in request.POST for value in request.POST.getlist(name)]


def _inside(path: str) -> bool:
    """Only to the areas, on this host: a held-up form goes nowhere else."""
    plain = not any(sign in path for sign in ("\\", "\n", "\r", "\t", "//"))
    return plain and path.startswith(("/kantoor/", "/mijn/")) and bool(get_adapter().is_safe_url(path))
