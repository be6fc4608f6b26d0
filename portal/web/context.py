"""What every frame knows: firm, administration, actor, menu, theme. One place, so that screens need not repeat it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel.clock import today
from portal.people.access import Actor, Right
from requests_app.queries.activities import count_for

FACE = "face"  # in the session: the version of the firm's colour and logo this browser has changed


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of a menu."""

    url: str
    icon: str
    label: str
    count: int | str | None = None
    current: bool = False
    group: str = ""
    hot: bool = False


@dataclass(frozen=True, slots=True)
class FirmFace:
    """What every page shows of a firm."""

    slug: str
    name: str
    mark: str
    logo: bool
    version: str = ""  # "?v=…" for who just changed them: colour and logo stay in a browser for five minutes


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages."""
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {
        "theme": theme if theme in ("light", "dark") else "",
        "keys_off": not getattr(getattr(request, "user", None), "single_keys", True),
        "languages": ("nl", "fr", "en-gb"),
    }
    if actor is not None:
        door = request.door  # type: ignore[attr-defined]
        context |= {
            "actor": actor,
            "firm": FirmFace(
                door.firm_slug, door.firm_name, door.firm_mark, door.firm_has_logo, request.session.get(FACE, "")
            ),
        }
        context["can"] = {right.value: True for right in actor.rights}
        context["looking"] = getattr(request, "looking", None)  # a colleague, through a client's eyes
        context["places_url"] = reverse("places") if len(request.doors) > 1 else ""  # type: ignore[attr-defined]
        context |= staff_frame(request, actor) if actor.kind == "staff" else client_frame(request, actor)
    return context


def staff_frame(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Menu, switcher and search of the office."""
    match = request.resolver_match
    slug = request.door.firm_slug  # type: ignore[attr-defined]  # a page that is not there has no match
    here = getattr(request, "nav_here", match.url_name if match else "")
    inside = match.kwargs.get("administration") if match else None
    counts: dict[str, int] = getattr(request, "nav_counts", {})

    def item(name: str, icon: str, label: str, *, right: Right = Right.SEE_BOOKS, group: str = "") -> NavItem | None:
        if not actor.may(right):
            return None
        url = reverse(f"kantoor:{name}", args=[slug])
        return NavItem(url, icon, label, counts.get(name), current=here == name, group=group)

    def part(name: str, icon: str, label: str, *, right: Right = Right.SEE_BOOKS) -> NavItem | None:
        if inside is None or not actor.may(right):
            return None
        url = reverse(f"kantoor:{name}", args=[slug, inside])
        return NavItem(url, icon, label, current=here == name, group=_("This client"))

    firm_group = _("Firm")
    items = [
        item("cockpit", "layout-dashboard", _("Cockpit")),
        item("requests", "message-square", _("Questions")),
        item("bank_all", "landmark", _("Bank")),
        item("documents", "files", _("Documents")),
        part("bank", "landmark", _("Bank lines")),
        part("imports", "upload", _("Bank files"), right=Right.IMPORT),
        part("periods", "calendar-clock", _("Periods and returns")),
        part("client", "user", _("People of the client")),
        part("log", "history", _("Log")),
        item("clients", "users", _("Clients"), group=firm_group),
        item("people", "user-plus", _("Colleagues"), right=Right.MANAGE_FIRM, group=firm_group),
        item("firm_log", "history", _("Log of the firm"), right=Right.MANAGE_FIRM, group=firm_group),
        item("settings", "settings", _("Settings"), right=Right.MANAGE_FIRM, group=firm_group),
    ]
    return {
        "nav": [entry for entry in items if entry is not None],
        "home_url": reverse("kantoor:cockpit", args=[slug]),
        "switcher_url": reverse("kantoor:switcher", args=[slug]),
        "search_url": reverse("kantoor:clients", args=[slug]),
        "palette_url": reverse("kantoor:search", args=[slug]),
        "profile_url": reverse("profile"),
    }


def client_frame(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Menu of the entrepreneur: what the role may see, in plain words."""
    match = request.resolver_match
    administration_id = next(iter(request.door.administration_ids))  # type: ignore[attr-defined]
    here = match.url_name if match else ""

    def item(name: str, icon: str, label: str, *any_of: Right, count: int = 0) -> NavItem | None:
        if not any(actor.may(right) for right in any_of):
            return None
        url = reverse(f"mijn:{name}", args=[administration_id])
        return NavItem(url, icon, label, count=count or None, current=here == name, hot=bool(count))

    waiting = count_for(actor, today()) if actor.may(Right.ANSWER) else 0
    items = [
        item("home", "house", _("Overview"), Right.ANSWER, Right.SEE_FIGURES),
        item("documents", "files", _("Documents"), Right.UPLOAD, Right.SEE_FIGURES),
        item("bank", "landmark", _("Bank"), Right.SEE_FIGURES),
        item("activities", "message-square", _("Questions"), Right.ANSWER, count=waiting),
    ]
    doors = request.doors  # type: ignore[attr-defined]
    return {
        "nav": [entry for entry in items if entry is not None],
        "home_url": reverse("mijn:home", args=[administration_id]),
        "camera_url": reverse("mijn:upload", args=[administration_id]) if actor.may(Right.UPLOAD) else "",
        "profile_url": reverse("profile"),
        "places_url": reverse("places") if len(doors) > 1 else "",
    }
