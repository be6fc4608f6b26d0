"""People at a screen: a browser that complains about everything a reader would never hear of."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils.translation import gettext, ngettext, override
from playwright.sync_api import Browser, BrowserContext, Page

from portal.people.models import User
from tests import cast

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
GRAVE = ("serious", "critical")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Complaints:
    """What went wrong in a browser while nobody looked. Statuses that a journey means to see are named."""

    found: list[str] = field(default_factory=list)
    meant: set[int] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", lambda line: self._heard(page, line))
        page.on("response", lambda answer: self._answered(answer))

    def _heard(self, page: Page, line: Any) -> None:
        # "Failed to load resource" repeats a response, which is judged below
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            self.found.append(f"{page.url}: {line.text}")

    def _answered(self, answer: Any) -> None:
        if answer.status >= 400 and answer.status not in self.meant:
            self.found.append(f"{answer.request.method} {answer.url} answered {answer.status}")

    @contextmanager
    def deaf(self, page: Page) -> Any:
        """Inside, what is said does not count: the checker itself writes styles that the policy forbids."""
        page.wait_for_timeout(20)
        before = list(self.found)
        yield
        page.wait_for_timeout(50)  # what it said arrives a little later than its answer
        self.found[:] = before

    @contextmanager
    def expecting(self, *statuses: int) -> Any:
        """Inside, these answers are what the journey is about."""
        self.meant |= set(statuses)
        yield
        self.meant -= set(statuses)


class Devices:
    """Opens browsers, each with its own cookies, and remembers their complaints."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.complaints = Complaints()
        self.contexts: list[BrowserContext] = []

    def context(
        self,
        *,
        phone: bool = False,
        dark: bool = False,
        who: str | User | None = None,
        speaks: str = "en",
        proved: bool = True,
    ) -> BrowserContext:
        """A device: a laptop or a phone, signed in (just now, or long ago) or not; its browser asks for a language."""
        options: dict[str, Any] = {"viewport": PHONE if phone else DESKTOP, "base_url": self.url}
        options["locale"] = {"en": "en-GB", "nl": "nl-BE", "fr": "fr-BE"}[speaks]
        if phone:
            options |= {"is_mobile": True, "has_touch": True, "device_scale_factor": 2}
        if dark:
            options |= {"color_scheme": "dark"}
        found = self.browser.new_context(**options)
        found.set_default_timeout(15_000)
        found.on("page", self.complaints.watch)
        self.contexts.append(found)
        if who is not None:
            self.sign_in(found, who, proved=proved)
        return found

    def page(self, **device: Any) -> Page:
        """A new device with one tab."""
        return self.context(**device).new_page()

    def sign_in(self, context: BrowserContext, who: str | User, *, proved: bool = True) -> None:
        """Give a device the session of somebody who signed in, just now or long ago, without the login page (it has
        its own journey)."""
        user = User.objects.get(pk=cast.NAMES[who].id if isinstance(who, str) else who.pk)
        visitor = Client()
        visitor.force_login(user, backend=BACKEND)
        session = visitor.session
        if proved:
            record_authentication(SimpleNamespace(session=session), user, method="password")
        session.save()
        context.add_cookies([{"name": "sessionid", "value": visitor.cookies["sessionid"].value, "url": self.url}])

    def close(self) -> None:
        """Close all."""
        for context in self.contexts:
            context.close()


class Words:
    """The words of a language as the screens write them."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, **facts: Any) -> str:
        """A sentence of the screens."""
        with override(self.language):
            return gettext(text) % facts

    def many(self, one: str, several: str, n: int, **facts: Any) -> str:
        """A sentence with a number in it."""
        with override(self.language):
            return ngettext(one, several, n) % {"n": n, "counter": n, **facts}


def tab_to(page: Page, selector: str, most: int = 80) -> int:
    """Press Tab until the focus stands on it; returns how many times."""
    for pressed in range(most):
        if page.evaluate("(wanted) => Boolean(document.activeElement?.matches(wanted))", selector):
            return pressed
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab does not reach {selector}.")


def wide(page: Page) -> list[str]:
    """What sticks out of the page to the right; empty when the page does not scroll sideways."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`)
            .slice(0, 8)"""
    )


def grave_findings(page: Page) -> list[str]:
    """What axe calls serious or critical on a page, in one line each."""
    answer = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response
    return [
        f"{one['impact']} {one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in answer["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


def name_of(page: Page) -> str:
    """The address without the ids in it."""
    return page.evaluate("location.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')")
