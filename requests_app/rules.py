"""The doors to requests. Staff: those of their administrations. Clients: those of their company; an employee only the
ones addressed to them. Guests: those of their link. Everything else is the same 404."""

from typing import Any

from django.http import Http404

from portal.people.access import Actor, Right, get_or_404, require
from requests_app.models import Answer, Request
from requests_app.queries.mine import of_actor


def access_request(actor: Actor, request_id: Any, *, to: Right) -> Request:
    """The request, or 404."""
    rows = of_actor(Request.objects.select_related("administration", "firm", "link"), actor)
    request = get_or_404(rows, pk=request_id)
    require(actor, to, request.administration_id)
    return request


def access_request_by_link(actor: Actor, request_id: Any, *, to: Right = Right.ANSWER) -> Request:
    """The request behind a guest's own link, or 404 (also for anybody who is no guest)."""
    if actor.kind != "guest" or actor.link_id is None:
        raise Http404
    return access_request(actor, request_id, to=to)


def access_answer(actor: Actor, answer_id: Any, *, to: Right) -> Answer:
    """An answer of a request the actor may enter, or 404."""
    answer: Answer = get_or_404(Answer.objects.select_related("request"), pk=answer_id)
    access_request(actor, answer.request_id, to=to)
    return answer
