"""One question in the client portal: the same card as behind a link."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from portal.client.door import actor_of, enter
from portal.client.pages import frame
from portal.documents.models import Source
from portal.kernel.clock import today
from portal.people.access import Right
from portal.tenancy.models import Administration
from portal.web import answering
from portal.web.answering import Place, Visit
from requests_app.queries.activities import activity
from requests_app.rules import access_request


def _shown(
    request: HttpRequest, found: Administration, request_id: UUID, wrong: tuple[str, str] = ("", "")
) -> HttpResponse:
    actor = actor_of(request)
    asked = access_request(actor, request_id, to=Right.ANSWER)
    place = Place("mijn", found.pk)
    context = frame(found, actor)
    context |= answering.card_context(activity(asked, today()), actor, place, wrong=wrong, typed=request.POST)
    return render(request, "mijn/request.html", context, status=422 if wrong[1] else 200)


@require_safe
def card(request: HttpRequest, administration: UUID, request_id: UUID) -> HttpResponse:
    """One question, its answers and its conversation."""
    return _shown(request, enter(request, administration, Right.ANSWER), request_id)


def _visit(request: HttpRequest, administration: UUID, request_id: UUID, right: Right) -> Visit:
    found = enter(request, administration, right)
    actor = actor_of(request)
    asked = access_request(actor, request_id, to=right)
    place = Place("mijn", found.pk)
    return Visit(
        request,
        asked,
        actor,
        place,
        Source.CLIENT,
        lambda form, sentence: _shown(request, found, request_id, (form, sentence)),
        lambda: place.url("home"),
    )


@require_POST
def papers(request: HttpRequest, administration: UUID, request_id: UUID) -> HttpResponse:
    """Photos or files as the answer."""
    return answering.send_papers(_visit(request, administration, request_id, Right.UPLOAD))


@require_POST
def answer(request: HttpRequest, administration: UUID, request_id: UUID) -> HttpResponse:
    """Sent before, does not exist, private, or words."""
    return answering.give_answer(_visit(request, administration, request_id, Right.ANSWER))


@require_POST
def promise(request: HttpRequest, administration: UUID, request_id: UUID) -> HttpResponse:
    """Later, on a day."""
    return answering.give_promise(_visit(request, administration, request_id, Right.ANSWER))


@require_POST
def forwards(request: HttpRequest, administration: UUID, request_id: UUID) -> HttpResponse:
    """Pass the question on to a colleague."""
    return answering.pass_on(_visit(request, administration, request_id, Right.ANSWER))


@require_POST
def withdrawal(request: HttpRequest, administration: UUID, request_id: UUID) -> HttpResponse:
    """Take an answer back."""
    return answering.take_back(_visit(request, administration, request_id, Right.ANSWER))


@require_POST
def thread_messages(request: HttpRequest, administration: UUID, request_id: UUID) -> HttpResponse:
    """A remark in the conversation."""
    return answering.write_message(_visit(request, administration, request_id, Right.COMMENT))
