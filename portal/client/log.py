"""The log of the client: what concerns their own administration, without what the office notes for itself."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.client.door import actor_of, enter
from portal.people.access import Right
from portal.web.log import CLIENT_ANSWERS, CLIENT_READS, log_page


@require_safe
def log(request: HttpRequest, administration: UUID) -> HttpResponse:
    """The page; who may not answer questions does not read about them either."""
    found = enter(request, administration, Right.SEE_FIGURES)
    only = CLIENT_READS | CLIENT_ANSWERS if actor_of(request).may(Right.ANSWER) else CLIENT_READS
    return render(request, "mijn/log.html", {"administration": found} | log_page(request, found.pk, only=only))
