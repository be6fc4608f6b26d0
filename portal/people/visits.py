"""Where a person is signed in: one row per browser, seen at most every five minutes, ended from afar.

A browser is known by what it is (browser and system) and the network it came from; nothing more of it is kept.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import (
    authentication_step_completed,
    password_changed,
    password_reset,
    password_set,
)
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse

from portal.kernel.clock import now
from portal.people.models import User, Visit

SEEN = "seen"  # in the session: when the row was last told, so that no request needs to ask
OFTEN = timedelta(minutes=5)
KEPT = timedelta(days=90)
BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|CriOS|Chromium)/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)


def device_of(agent: str) -> str:
    """Browser and system in words, "Firefox, Windows"; empty when it says neither."""
    said = agent[:400]
    found = (next((name for name, mark in marks if re.search(mark, said)), "") for marks in (BROWSERS, SYSTEMS))
    return ", ".join(part for part in found if part)


def place_of(address: str | None) -> str:
    """The network of an address: its first three numbers (IPv4) or first three groups (IPv6)."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    if ip.version == 4:
        return f"{str(ip).rpartition('.')[0]}.*"
    return f"{ipaddress.ip_network((ip, 48), strict=False).network_address}*"


class VisitMiddleware:
    """Tells the row of a browser that it is still here, and follows its session when the key changes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request; a page that never asked who one is costs nothing here."""
        before = request.session.session_key
        response = self.get_response(request)
        user = request.__dict__.get("_cached_user")
        if user is None or not user.is_authenticated or not request.session.session_key:
            return response
        moment, seen = now(), request.session.get(SEEN, 0)
        moved = before is not None and before != request.session.session_key
        if moved or moment.timestamp() - seen >= OFTEN.total_seconds():
            known = Visit.objects.filter(user=user, ended_at=None, session_key=before or request.session.session_key)
            if not known.update(session_key=request.session.session_key, seen_at=moment):
                _begin(request, user)
            request.session[SEEN] = moment.timestamp()
        return response


def _begin(request: HttpRequest, user: User) -> Visit:
    """The row of this browser, made now. The same key twice is the same row."""
    if not request.session.session_key:
        request.session.save()
    moment = now()
    address = get_client_ip(request) if request.META.get("REMOTE_ADDR") else None
    facts = {
        "user": user,
        "device": device_of(request.META.get("HTTP_USER_AGENT", "")),
        "place": place_of(address),
        "began_at": moment,
        "seen_at": moment,
        "ended_at": None,
    }
    row, _ = Visit.objects.update_or_create(session_key=request.session.session_key, defaults=facts)
    request.session[SEEN] = moment.timestamp()
    return row


def living(user: User) -> list[Visit]:
    """Where the person is signed in now, the latest first; rows whose session is over are ended on the way."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now())
    rows = Visit.objects.filter(user=user, ended_at=None)
    rows.filter(~Exists(alive)).update(ended_at=now())
    return list(rows.order_by("-seen_at", "-pk"))


def end(user: User, *, only: Iterable[int] | None = None, keep: str | None = None) -> int:
    """Sign the person out: everywhere, only in these rows, or all but the session `keep`. Returns how many."""
    rows = Visit.objects.filter(user=user, ended_at=None)
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    if keep:
        rows = rows.exclude(session_key=keep)
    names = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=names).delete()
    return int(Visit.objects.filter(user=user, session_key__in=names).update(ended_at=now()))


def _came_in(sender: Any, request: HttpRequest | None, user: User, **more: Any) -> None:
    """A person signed in: write it down, and tell them when this browser was never seen."""
    if request is None:
        return
    Visit.objects.filter(user=user, seen_at__lt=now() - KEPT).delete()
    earlier = list(Visit.objects.filter(user=user).values_list("device", "place"))
    row = _begin(request, user)
    if earlier and (row.device, row.place) not in earlier:
        words = {"device": row.device, "place": row.place}
        get_adapter(request).send_notification_mail("people/email/new_device", user, words)


def _went_out(sender: Any, request: HttpRequest | None, user: User | None, **more: Any) -> None:
    if request is not None and user is not None and request.session.session_key:
        Visit.objects.filter(session_key=request.session.session_key).update(ended_at=now())


def _changed_password(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    """Whoever knew the old password is out, whatever browser they are in."""
    end(user, keep=request.session.session_key if request.user == user else None)


def _added_factor(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """With the first factor, browsers that came in without one are out; and what set it up counted, as a proof too."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    request.session.save()
    if authenticator.type == Authenticator.Type.TOTP:
        authenticator.data["last_step"] = list(yield_hotp_counters_from_time())[1]
        authenticator.save(update_fields=["data"])
    others = Authenticator.objects.filter(user=user).exclude(pk=authenticator.pk)
    if not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        end(user, keep=request.session.session_key)


def _proved(sender: Any, request: HttpRequest, **more: Any) -> None:
    """After a proof in the middle of a session it goes on under a new key: a stolen old one gains nothing."""
    if more.get("reauthenticated"):
        request.session.cycle_key()


def listen() -> None:
    """Connect the signals, once."""
    user_logged_in.connect(_came_in, dispatch_uid="visits")
    user_logged_out.connect(_went_out, dispatch_uid="visits")
    for signal in (password_changed, password_set, password_reset):
        signal.connect(_changed_password, dispatch_uid="visits")
    authentication_step_completed.connect(_proved, dispatch_uid="visits")
    authenticator_added.connect(_added_factor, dispatch_uid="visits")
