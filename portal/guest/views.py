"""The card stack behind a personal link: one question at a time, each answer saved at once, to go on with anywhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from allauth.core.internal.httpkit import get_client_ip
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.documents.models import Source
from portal.guest.door import Guest, behind_link, gone
from portal.guest.first_paint import first_paint
from portal.kernel.clock import today
from portal.links.issue import last_day
from portal.links.redeem import COOKIE, cookie_settings, cookie_value, open_door
from portal.links.renew import SENTENCE, renew_by_cookie, renew_by_token
from portal.web import answering
from portal.web.answering import Visit
from requests_app.actions.disown import not_for_me
from requests_app.people import accountant_of
from requests_app.queries.activities import Activity, activities_for, activity, answered_for
from requests_app.rules import access_request_by_link
from requests_app.state import local_day


def _address(request: HttpRequest) -> str:
    # behind proxies the visitor's own address: all visitors share the proxy's
    return get_client_ip(request) or ""


@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Swap the token in the address for a cookie of this link alone. Changes nothing: mail scanners come by too."""
    opened = open_door(token, ip=_address(request))
    if opened is None or not opened.works:
        return gone(request)
    response = redirect("guest:deck", link=opened.link_id)
    settings = cookie_settings(opened.link_id, secure=request.is_secure())
    response.set_cookie(COOKIE, cookie_value(token, opened.link_id), **settings)
    return response


@require_POST
def new_link(request: HttpRequest, token: str = "", link: UUID | None = None) -> HttpResponse:
    """“Mail me a new link”: to the address it was made for, and the same sentence whatever happens."""
    if link is None:
        renew_by_token(token, on=today(), ip=_address(request))
    else:
        renew_by_cookie(link, request.COOKIES.get(COOKIE), on=today())
    return render(request, "guest/gone.html", {"sentence": _(SENTENCE)})


# --- the stack --------------------------------------------------------------------------------------------------------


def _to_do(guest: Guest) -> list[Activity]:
    return activities_for(guest.actor, today())


def _waiting(cards: Sequence[Activity]) -> list[Activity]:
    """The stack itself: what was promised for later is left alone until its day."""
    return [each for each in cards if each.state.code != "promised"]


@require_safe
@behind_link
@first_paint
def deck(request: HttpRequest, guest: Guest) -> HttpResponse:
    """The first question that is not answered yet; none left: thank you."""
    cards = _to_do(guest)
    waiting = _waiting(cards)
    return _card(request, guest, waiting[0], cards) if waiting else _thanks(request, guest, cards)


@require_safe
@behind_link
@first_paint
def card(request: HttpRequest, guest: Guest, request_id: UUID) -> HttpResponse:
    """One question, answered or not: to skip to, to look back at, to change."""
    asked = access_request_by_link(guest.actor, request_id)
    return _card(request, guest, activity(asked, today()), _to_do(guest))


@require_safe
@behind_link
def done(request: HttpRequest, guest: Guest) -> HttpResponse:
    """The end of the stack: what happens next, what is still open, what was sent before."""
    return _thanks(request, guest, _to_do(guest))


def _frame(request: HttpRequest, guest: Guest) -> dict[str, Any]:
    accountant = accountant_of(guest.link.administration, guest.actor)
    return {
        # said in the page itself: a toast would cover the very buttons the thumb goes to next
        "messages": (),
        "said": list(get_messages(request)),
        "firm": guest.link.firm,
        "administration": guest.link.administration,
        "accountant": accountant,
        "until": last_day(guest.link),
        "not_mine_url": guest.place.url("not_mine"),
        "deck_url": guest.place.url("deck"),
        "done_url": guest.place.url("done"),
    }


def _card(
    request: HttpRequest,
    guest: Guest,
    shown: Activity,
    cards: Sequence[Activity],
    *,
    wrong: tuple[str, str] = ("", ""),
) -> HttpResponse:
    waiting = _waiting(cards)
    places = [each.request.pk for each in waiting]
    here = places.index(shown.request.pk) if shown.request.pk in places else None
    answered = answered_for(guest.actor, today())
    before = _done_today(cards, answered, today())
    context = _frame(request, guest) | answering.card_context(
        shown, guest.actor, guest.place, wrong=wrong, typed=request.POST
    )
    if not answered:
        context["done_url"] = ""
    context |= {
        "position": None if here is None else before + here + 1,
        "everything": before + len(waiting),
        "skip_url": _next(guest, waiting, shown),
    }
    return render(request, "guest/card.html", context, status=422 if wrong[1] else 200)


def _done_today(cards: Sequence[Activity], answered: Sequence[Activity], on: date) -> int:
    """How many questions were dealt with today: the start of “2 of 3”, which only grows while one goes on."""
    answers = sum(1 for each in answered if each.answer and local_day(each.answer.at) == on)
    return answers + sum(1 for each in cards if each.state.code == "promised" and each.state.since == on)


def _next(guest: Guest, waiting: Sequence[Activity], shown: Activity) -> str:
    """The card after this one in the stack, or the end."""
    place = (shown.request.created_at, shown.request.pk)
    later = [each for each in waiting if (each.request.created_at, each.request.pk) > place]
    return guest.place.url("request", later[0].request.pk) if later else guest.place.url("done")


def _thanks(request: HttpRequest, guest: Guest, cards: Sequence[Activity]) -> HttpResponse:
    waiting = _waiting(cards)
    sent = answered_for(guest.actor, today())
    context = _frame(request, guest) | {
        "waiting": [answering.row(each, guest.place) for each in waiting],
        "promised": [answering.row(each, guest.place) for each in cards if each not in waiting],
        "sent": [answering.row(each, guest.place) for each in sent],
    }
    return render(request, "guest/done.html", context)


# --- the acts ---------------------------------------------------------------------------------------------------------


def _visit(request: HttpRequest, guest: Guest, request_id: UUID) -> Visit:
    asked = access_request_by_link(guest.actor, request_id)

    def again(form: str, sentence: str) -> HttpResponse:
        return _card(request, guest, activity(asked, today()), _to_do(guest), wrong=(form, sentence))

    def onward() -> str:
        return _next(guest, _waiting(_to_do(guest)), activity(asked, today()))

    return Visit(request, asked, guest.actor, guest.place, Source.LINK, again, onward)


@require_POST
@behind_link
def papers(request: HttpRequest, guest: Guest, request_id: UUID) -> HttpResponse:
    """Photos or files as the answer."""
    return answering.send_papers(_visit(request, guest, request_id))


@require_POST
@behind_link
def answer(request: HttpRequest, guest: Guest, request_id: UUID) -> HttpResponse:
    """Sent before, does not exist, private, or words."""
    return answering.give_answer(_visit(request, guest, request_id))


@require_POST
@behind_link
def promise(request: HttpRequest, guest: Guest, request_id: UUID) -> HttpResponse:
    """Later, on a day."""
    return answering.give_promise(_visit(request, guest, request_id))


@require_POST
@behind_link
def forwards(request: HttpRequest, guest: Guest, request_id: UUID) -> HttpResponse:
    """Pass the question on to a colleague."""
    return answering.pass_on(_visit(request, guest, request_id))


@require_POST
@behind_link
def withdrawal(request: HttpRequest, guest: Guest, request_id: UUID) -> HttpResponse:
    """Take an answer back."""
    return answering.take_back(_visit(request, guest, request_id))


@require_POST
@behind_link
def thread_messages(request: HttpRequest, guest: Guest, request_id: UUID) -> HttpResponse:
    """A remark in the conversation."""
    return answering.write_message(_visit(request, guest, request_id))


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def not_mine(request: HttpRequest, guest: Guest) -> HttpResponse:
    """“Not for you? Let us know”: the firm gets its questions back and asks somebody else."""
    if request.method == "POST":
        not_for_me(by=guest.actor, on=today())
        return HttpResponseRedirect(guest.place.url("not_mine") + "?told=1")
    context = _frame(request, guest) | {"told": "told" in request.GET, "email": guest.link.email}
    return render(request, "guest/not_mine.html", context)
