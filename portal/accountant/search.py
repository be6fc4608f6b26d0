"""Search over all clients of the scope: clients, their customers and suppliers, and bank lines. Three statements."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounting.queries.parties import parties_anywhere
from bankfeeds.queries.anywhere import lines_anywhere
from portal.people.access import Right, require
from portal.tenancy.models import Administration
from portal.web.formatting import format_day, format_money

MOST = 6  # of a kind; who wants more opens the list itself


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: where it is, what it is called, and what tells it from its like."""

    key: str
    url: str
    name: str
    note: str


@require_safe
def search(request: HttpRequest, firm: str) -> HttpResponse:
    """The page, or the rows of the palette."""
    require(request.actor, Right.SEE_BOOKS)  # type: ignore[attr-defined]
    q = request.GET.get("q", "").strip()[:80]
    groups = _groups(firm, q) if len(q) > 1 else []
    palette = bool(request.headers.get("HX-Request"))
    template = "kantoor/_found.html" if palette else "kantoor/search.html"
    return render(request, template, {"q": q, "groups": groups, "palette": palette})


def _groups(firm: str, q: str) -> list[dict[str, Any]]:
    found = [
        {"name": _("Clients"), "hits": [_client(firm, row) for row in clients_called(q)]},
        {"name": _("Customers and suppliers"), "hits": [_party(firm, row) for row in parties_anywhere(q, MOST)]},
        {"name": _("Bank lines"), "hits": [_line(firm, row) for row in lines_anywhere(q, MOST)]},
    ]
    return [group for group in found if group["hits"]]


def clients_called(q: str) -> list[Administration]:
    """Clients by start of code, start of name, name or number, in that order."""
    digits = "".join(sign for sign in q if sign.isdigit())
    match = Q(name__icontains=q) | Q(code__istartswith=q)
    if len(digits) > 3 and not any(sign.isalpha() for sign in q.upper().removeprefix("BE")):
        match |= Q(enterprise_number__contains=digits)
    rank = Case(
        When(code__istartswith=q, then=Value(0)),
        When(name__istartswith=q, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = Administration.objects.filter(match, is_active=True).annotate(rank=rank)
    return list(found.order_by("rank", "name", "pk")[:MOST])


def _desk(firm: str, administration: Any, **query: str) -> str:
    url = reverse("kantoor:bank", args=[firm, administration])
    return f"{url}?{urlencode(query)}" if query else url


def _client(firm: str, row: Administration) -> Hit:
    return Hit(f"client-{row.pk}", _desk(firm, row.pk), row.name, row.code)


def _party(firm: str, row: Any) -> Hit:
    url = _desk(firm, row.administration_id, status="all", party=row.name)
    return Hit(f"party-{row.pk}", url, row.name, row.administration.name)


def _line(firm: str, row: Any) -> Hit:
    language = get_language() or "nl"
    url = _desk(firm, row.administration_id, status="all", line=str(row.pk))
    name = f"{format_money(row.amount, language)} {row.counterparty_name or row.communication[:40]}"
    note = f"{format_day(row.booked_on, language, 'table')} · {row.administration.name}"
    return Hit(f"line-{row.pk}", url, name, note)
