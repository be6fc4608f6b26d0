"""Asking from the bank desk, and the office's side of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bankfeeds.queries.line_classes import never_asked
from bankfeeds.rules import access_line, access_lines
from bankfeeds.wording import describe
from portal.accountant.bank import after
from portal.accountant.deliveries import shown
from portal.accountant.desk import asked_context, kept
from portal.accountant.forms import AskForm
from portal.accountant.noting import NoteForm
from portal.accountant.wording import closing_outcomes
from portal.documents.models import Source
from portal.kernel.clock import now, today
from portal.links.issue import url_of
from portal.outbox.decide import consider_sent, send_again
from portal.people.access import Right, access_administration
from portal.web.errors import sentence, showing_refusals
from portal.web.htmx import is_htmx
from requests_app.actions.answer import note_answer, take_note_back
from requests_app.actions.ask import ask, preview_text
from requests_app.actions.close import close_request, reopen_request
from requests_app.actions.papers import Sent, answer_with_files
from requests_app.actions.recipient import change_recipient
from requests_app.actions.talk import comment
from requests_app.cards import cards_of
from requests_app.people import Recipient
from requests_app.queries.deliveries import deliveries_of_request
from requests_app.queries.pauses import pauses_of
from requests_app.queries.recipients import recipient_by_email, recipients_of
from requests_app.queries.thread import mail_trouble
from requests_app.queries.upcoming import upcoming_of
from requests_app.rules import access_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bankfeeds.models import LineClass, StatementLine
    from portal.tenancy.models import Administration
    from requests_app.models import Request
    from requests_app.queries.upcoming import Upcoming

MOST_FILES = 10


@require_safe
def request_new(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """The dialog: who, what, and per card the text, filled in from the line in the reader's language."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.ASK)
    chosen = access_lines(actor, request.GET.getlist("line"), to=Right.ASK)
    initial = {name: request.GET[name] for name in ("kind", "recipient") if name in request.GET}
    silent = never_asked(chosen)
    if len(chosen) == 1 or request.GET.get("anyway"):
        return _dialog(request, found, chosen, AskForm(initial=initial), silent=silent)
    left = [line for line in chosen if line.pk not in silent]
    return _dialog(request, found, left, AskForm(initial=initial), silent=silent, left_out=len(chosen) - len(left))


def _dialog(
    request: HttpRequest,
    administration: Administration,
    chosen: list[StatementLine],
    form: AskForm,
    *,
    status: int = 200,
    silent: Mapping[Any, LineClass] | None = None,
    left_out: int = 0,
) -> HttpResponse:
    """The dialog within htmx, its own page without JavaScript."""
    people = recipients_of(administration)
    form.offer(people)
    given = request.POST if request.method == "POST" else request.GET
    wanted = given.get("recipient", "")
    reader = next((one for one in people if one.email == wanted), people[0] if people else None)
    language = reader.language if reader else administration.language
    kind = given.get("kind", "missing_document")
    cards = [
        {
            "lines": card.lines,
            "first": card.first,
            "words": describe(card.first, request.LANGUAGE_CODE),
            "text": request.POST.get(f"text-{card.key}") or preview_text(card.first, kind, language, card.lines),
        }
        for card in cards_of(chosen)
    ]
    context = {
        "administration": administration,
        "form": form,
        "cards": cards,
        "people": people,
        "reader": reader,
        "chosen": chosen,
        "silent": list(dict.fromkeys(str(kind.label) for kind in (silent or {}).values())),
        "left_out": left_out,
        "anyway": request.get_full_path() + "&anyway=1" if left_out else "",
        "keep": kept(request),
    }
    template = "kantoor/_ask.html" if is_htmx(request) else "kantoor/ask.html"
    return render(request, template, context, status=status)


@require_POST
def requests_made(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """Ask: one card per question (twins share one), one mail to one person."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.ASK)
    chosen = access_lines(actor, request.POST.getlist("line"), to=Right.ASK)
    form = AskForm(request.POST)
    form.offer(recipients_of(found))
    if not form.is_valid():
        return _dialog(request, found, chosen, form, status=422)
    texts = {card.key: request.POST.get(f"text-{card.key}", "") for card in cards_of(chosen)}
    with showing_refusals(request) as caught:
        made = ask(
            administration=found,
            kind=form.cleaned_data["kind"],
            lines=chosen,
            text_by_card=texts,
            recipient=_recipient(form, found),
            by=actor,
            on=today(),
        )
    if caught.refusal is not None:
        form.add_error(None, sentence(caught.refusal))
        return _dialog(request, found, chosen, form, status=422)
    told = ngettext("Asked: %(n)s question is on its way.", "Asked: %(n)s questions are on their way.", len(made))
    messages.success(request, told % {"n": len(made)})
    response = after(request, firm, found, access_line(actor, chosen[0].pk, to=Right.SEE_BOOKS))
    if is_htmx(request):
        response["HX-Trigger-After-Swap"] = "close-dialog"
        response["HX-Retarget"], response["HX-Reswap"] = "#desk", "outerHTML"
    return response


def _recipient(form: AskForm, administration: Administration) -> Recipient | None:
    data = form.cleaned_data
    email = data["other_email"] or data["recipient"]
    return recipient_by_email(administration, email, data["other_name"]) if email else None


def _request(request: HttpRequest, request_id: Any, right: Right) -> Request:
    return access_request(request.actor, request_id, to=right)  # type: ignore[attr-defined]


def _back(request: HttpRequest, firm: str, row: Request, status: int = 200) -> HttpResponse:
    """The conversation again: the pane within htmx, its page without JavaScript."""
    if is_htmx(request):
        row = _request(request, row.pk, Right.SEE_BOOKS)  # as it is now: turn and recipient may have changed
        asked = asked_context(firm, row, request.actor)  # type: ignore[attr-defined]
        context = {"asked": asked, "administration": row.administration, "outcomes": closing_outcomes()}
        if "/bank/" in (request.htmx.current_url or ""):  # type: ignore[attr-defined]
            context["lines"] = row.lines.values_list("line_id", flat=True)
        return render(request, "kantoor/_thread_alone.html", context, status=status)
    return redirect("kantoor:request", firm, row.administration_id, row.pk)


def _again(request: HttpRequest, row: Request) -> HttpResponse:
    """The page anew, on the same line: more than the conversation changed (counts, the paper beside the line)."""
    here = urlsplit(request.htmx.current_url or "")  # type: ignore[attr-defined]
    line = row.lines.values_list("line_id", flat=True).first()
    parameters = QueryDict(here.query, mutable=True)
    if "/bank/" not in here.path or line is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    parameters.setdefault("line", str(line))
    return HttpResponse(headers={"HX-Redirect": f"/{here.path.lstrip('/')}?{parameters.urlencode()}"})


@require_safe
def request_shown(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """One conversation on its own page."""
    row = _request(request, request_id, Right.SEE_BOOKS)
    lines = [each.line for each in row.lines.select_related("line__account").order_by("line__booked_on", "pk")]
    context = {
        "asked": asked_context(firm, row, request.actor),  # type: ignore[attr-defined]
        "administration": row.administration,
        "next": _planned(row),
        "pause": pauses_of([row], today()).get(row.pk),
        "mails": shown(deliveries_of_request(row)),
        "lines": [(line, describe(line, request.LANGUAGE_CODE)) for line in lines],
        "outcomes": closing_outcomes(),
    }
    return render(request, "kantoor/request.html", context)


def _planned(row: Request) -> Upcoming | None:
    """The next reminder of whoever was asked, when this question is in it."""
    following = upcoming_of(row.link.email, now()) if row.remind_on else None
    return following if following and row in following.requests else None


@require_POST
def request_messages(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """A message to the client; after an answer it hands the turn back."""
    row = _request(request, request_id, Right.COMMENT)
    with showing_refusals(request) as caught:
        comment(request=row, text=request.POST.get("text", ""), by=request.actor, on=today())  # type: ignore[attr-defined]
    return _back(request, firm, row, 422 if caught.refusal else 200)


@require_POST
def request_notes(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """A note that never leaves the office: its own address, its own button."""
    row = _request(request, request_id, Right.ASK)
    text = request.POST.get("text", "")
    with showing_refusals(request) as caught:
        comment(request=row, text=text, internal=True, by=request.actor, on=today())  # type: ignore[attr-defined]
    return _back(request, firm, row, 422 if caught.refusal else 200)


@require_POST
def request_closure(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """Close a question with an outcome, or open it again (undo=1)."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _request(request, request_id, Right.CLOSE)
    outcome = request.POST.get("outcome", "")
    with showing_refusals(request) as caught:
        if request.POST.get("undo"):
            reopen_request(request=row, by=actor, on=today())
        else:
            known = dict(closing_outcomes())
            close_request(request=row, outcome=outcome if outcome in known else "not_needed", by=actor, on=today())
    if caught.refusal is None:
        done = _("The question is open again.") if request.POST.get("undo") else _("The question is closed.")
        messages.success(request, done)
        if is_htmx(request):
            return _again(request, row)
    return _back(request, firm, row, 422 if caught.refusal else 200)


@require_POST
def request_recipient(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """Ask somebody else instead, or the same person once more."""
    row = _request(request, request_id, Right.ASK)
    person = recipient_by_email(row.administration, request.POST.get("email", ""), request.POST.get("name", ""))
    with showing_refusals(request) as caught:
        change_recipient(request=row, recipient=person, by=request.actor, on=today())  # type: ignore[attr-defined]
    if caught.refusal is None:
        messages.success(request, _("The question is on its way to %(email)s.") % {"email": person.email})
    return _back(request, firm, row, 422 if caught.refusal else 200)


@require_POST
def request_documents(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """Received by phone or on paper: the office hands in for the client."""
    row = _request(request, request_id, Right.UPLOAD)
    files = [Sent(file.read(), file.name or "") for file in request.FILES.getlist("file")[:MOST_FILES]]
    with showing_refusals(request) as caught:
        answer_with_files(request=row, files=files, source=Source.OFFICE, by=request.actor, on=today())  # type: ignore[attr-defined]
    if caught.refusal is None and is_htmx(request):
        return _again(request, row)
    return _back(request, firm, row, 422 if caught.refusal else 200)


@require_POST
def request_answers(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """Write down what the client said by phone or on paper, or take that back (undo=1)."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _request(request, request_id, Right.ASK)
    form = NoteForm(request.POST)
    if request.POST.get("undo"):
        with showing_refusals(request) as caught:
            take_note_back(request=row, by=actor, on=today())
    elif form.is_valid():
        with showing_refusals(request) as caught:
            note_answer(request=row, **form.said(), by=actor, on=today())
    else:
        messages.error(request, form.first_error())
        return _back(request, firm, row, 422)
    if caught.refusal is None and is_htmx(request):
        return _again(request, row)
    return _back(request, firm, row, 422 if caught.refusal else 200)


@require_POST
def request_mail(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """Decide about a mail that was given up or is in doubt: send it once more, or let it rest (done=1)."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _request(request, request_id, Right.ASK)
    mail = mail_trouble([row]).get(row.pk)
    with showing_refusals(request) as caught:
        if mail is not None:
            (consider_sent if request.POST.get("done") else send_again)(mail=mail, by=actor, on=today())
    return _back(request, firm, row, 422 if caught.refusal else 200)


@require_safe
def request_link(request: HttpRequest, firm: str, administration: Any, request_id: Any) -> HttpResponse:
    """The client's own link, to copy into a messenger."""
    row = _request(request, request_id, Right.ASK)
    context = {"row": row, "url": url_of(row.link), "administration": row.administration}
    return render(request, "kantoor/_link.html" if is_htmx(request) else "kantoor/link.html", context)
