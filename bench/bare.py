"""The barest page that is still a page: a session, a person, fifty rows of the firm, one template."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from portal.tenancy.models import Administration
from portal.tenancy.scope import scope

FIRMS: dict[str, uuid.UUID] = {}  # by the name in the address
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PAGE = Engine().from_string(
    "<!doctype html><html><head><title>Clients of {{ name }}</title></head><body><table>{% for row in rows %}"
    '<tr id="{{ row.pk }}"><td><a href="/{{ row.pk }}/">{{ row.name }}</a></td><td>{{ row.code }}</td>'
    "<td>{{ row.enterprise_number }}</td><td>{{ row.vat_rhythm }}</td><td>{{ row.created_at|date }}</td></tr>"
    "{% endfor %}</table></body></html>"
)


def page(request: HttpRequest, firm: str) -> HttpResponse:
    """Show the first fifty."""
    user: Any = request.user
    with scope(firm_id=FIRMS[firm]):
        rows = list(Administration.objects.order_by("name", "pk")[:50])
        return HttpResponse(PAGE.render(Context({"rows": rows, "name": user.name})))


urlpatterns = [path("bare/<slug:firm>/", page)]
