"""Every route of the house, read from the resolver and not from memory, and how to visit it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.tenancy.canaries import Flock

METHODS = ("GET", "POST")
# what a parameter names: the table of the row, whose canary of the right administration is used
TABLES = {
    "line": "bankfeeds_statementline",
    "allocation": "bankfeeds_allocation",
    "rule": "bankfeeds_allocationrule",
    "account": "bankfeeds_bankaccount",
    "request": "requests_app_request",
    "request_id": "requests_app_request",
    "answer": "requests_app_answer",
    "document": "documents_document",
    "purchase": "invoicing_purchasedocument",
    "obligation": "accounting_obligation",
    "period": "accounting_period",
    "party": "accounting_party",
    "statement": "bankfeeds_statement",
    "imported": "bankfeeds_import",
    "member": "people_member",
    "access": "people_clientaccess",
    "mail": "outbox_outgoingmail",
    "eyes": "people_clientaccess",
    "invitation": "people_invitation",
    "view": "people_savedview",
    "team": "people_team",
    "link": "links_link",
    "administration": "tenancy_administration",
}
PLAIN = {"page": 1, "number": 1, "token": "a-token-nobody-gave", "name": "no-such-mail", "key": "none", "uidb36": "a"}


@dataclass(frozen=True)
class Route:
    """One pattern of the site map."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    methods: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    @property
    def ours(self) -> bool:
        """Whether it is a page of ours (allauth tests its own)."""
        return not self.pattern.startswith("accounts/")

    def url(self, flock: Flock, *, firm: str, books: str, objects: str | None = None) -> str:
        """Its address at a firm and administration, with rows of `objects` (another administration, if you like)."""
        arguments: dict[str, Any] = {}
        for parameter in self.parameters:
            if parameter == "firm":
                arguments[parameter] = firm
            elif parameter in PLAIN:
                arguments[parameter] = PLAIN[parameter]
            else:
                home = books if parameter == "administration" else (objects or books)
                arguments[parameter] = flock.id_of(home, TABLES[parameter])
        return reverse(self.name, kwargs=arguments)


def _methods(view: Any) -> tuple[str, ...]:
    """What the decorators of a view let through (require_safe, require_POST, require_http_methods)."""
    while view is not None:
        code = getattr(view, "__code__", None)
        if code is not None and "request_method_list" in code.co_freevars:
            allowed = view.__closure__[code.co_freevars.index("request_method_list")].cell_contents
            return tuple(method for method in METHODS if method in allowed)
        view = getattr(view, "__wrapped__", None)
    return ()


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each.url_patterns, route, inner)
        elif isinstance(each, URLPattern):
            declared = _methods(each.callback)
            if not declared and getattr(each.callback, "view_class", None):
                declared = ("GET",)
            name = f"{namespace}{each.name}"
            yield Route(name, route, tuple(re.findall(r"<(?:\w+:)?(\w+)>", route)), declared)


def every_route() -> list[Route]:
    """All routes of our own, by name."""
    found = [route for route in _walk(get_resolver().url_patterns, "", "") if route.ours]
    return sorted(found, key=lambda route: route.name)
