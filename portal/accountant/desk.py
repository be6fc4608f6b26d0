"""What the bank desk shows: the queue, the chosen line with paper and proposal, and the conversation.

Composed here, because only a screen may look at bank, papers and requests at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounting.queries.chart import accounts_for_picker
from accounting.queries.parties import parties_like
from bankfeeds import wording as bank_words
from bankfeeds.queries.filters import LineFilter
from bankfeeds.queries.imports import count_held
from bankfeeds.queries.lines import allocations_of, counts, lines, paid_with, twins_of
from bankfeeds.queries.posting import moved_to
from bankfeeds.queries.rules import lines_like
from bankfeeds.queries.suggestions import Suggestions, suggestions
from invoicing.queries.purchases import Fit, candidates_for, fit_of, papers_of
from portal.accountant.forms import MOST_PARTIES, BookingForm, account_text, allocation_form, booking_form
from portal.accountant.layout import choices as columns
from portal.accountant.layout import layout_of
from portal.accountant.noting import choices
from portal.accountant.wording import closing_outcomes, moved_words
from portal.kernel.clock import today
from portal.kernel.money import cents
from requests_app.queries.asked import asked_lines
from requests_app.queries.badges import badges_for_lines, open_request_of, request_of
from requests_app.queries.history import asked_before
from requests_app.queries.proposals import proposed_account
from requests_app.queries.state import current_state
from requests_app.queries.thread import mail_trouble, thread
from requests_app.state import offers
from requests_app.wording import answer_words, state_words

if TYPE_CHECKING:
    from django.http import HttpRequest

    from bankfeeds.models import StatementLine
    from portal.documents.models import Document
    from portal.people.access import Actor
    from portal.tenancy.models import Administration
    from requests_app.models import Answer, Request
    from requests_app.state import State

QUEUE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue with its badge."""

    line: StatementLine
    title: str
    badge: Any
    badge_text: str | None
    url: str
    current: bool


def read_filter(request: HttpRequest, administration: Administration) -> LineFilter:
    """The filter as the URL says it."""
    return LineFilter.from_query(request.GET, administration=administration.pk)


def among(wanted: LineFilter) -> Any:
    """The lines a request filter narrows to: open, client, firm or none; None without such a filter."""
    return asked_lines(wanted.request, today()) if wanted.request else None


def desk_context(
    request: HttpRequest, firm: str, administration: Administration, chosen: StatementLine | None
) -> dict[str, Any]:
    """Everything the page needs."""
    wanted = read_filter(request, administration)
    asked = asked_lines("open", today())
    rows = lines(administration, wanted, asked=asked, among=among(wanted))
    found = list(rows[: QUEUE + 1])
    more, found = len(found) > QUEUE, found[:QUEUE]
    if chosen is None and found:
        chosen = found[0]
    here = reverse("kantoor:bank", args=[firm, administration.pk])
    look = layout_of(request, "bank")
    return {
        "administration": administration,
        "show": look.show,
        "dense": look.dense,
        "look": columns("bank", look),
        "filter": wanted,
        "narrowed": wanted.is_narrowed,
        "rows": _rows(request, here, found, chosen),
        "held": count_held(administration),
        "following": here + with_(request, after=found[-1].pk) if more else "",
        "segments": _segments(administration, here, wanted),
        "request_choices": request_choices(),
        "here": here,
        "keep": kept(request),
        # only the whole page asks for these: htmx swaps leave the list where it stands
        "accounts": lambda: account_names(administration),
        "work": work_context(request, firm, administration, chosen) if chosen else None,
    }


def _rows(request: HttpRequest, here: str, found: list[Any], chosen: StatementLine | None) -> list[Row]:
    badges = badges_for_lines([line.pk for line in found])
    language = get_language() or "nl"
    rows = []
    for line in found:
        badge = badges.get(line.pk)
        words = badge_words(badge.state, language) if badge and badge.state.is_open else None
        current = chosen is not None and line.pk == chosen.pk
        title = bank_words.title(line, language)
        rows.append(Row(line, title, badge, words, here + with_(request, line=line.pk), current))
    return rows


def account_names(administration: Administration) -> list[tuple[str, str]]:
    """The ledger accounts to choose from: code and name, in the reader's language."""
    language = get_language() or "nl"
    found = [(one.code, one.name(language)) for one in accounts_for_picker(administration, language=language)]
    return sorted(found, key=lambda one: (one[0][0] != "6", one[0]))  # mostly a cost is meant


def badge_words(state: State, language: str) -> str:
    """What a badge says: just whose turn and how long while it waits for a first answer, else the state."""
    return "" if state.code == "asked" else state_words(state, language)


def kept(request: HttpRequest) -> str:
    """The query string of the list, without what only chooses a line."""
    parameters = request.GET.copy()
    for name in ("line", "purchase", "skip"):
        parameters.pop(name, None)
    return parameters.urlencode()


def with_(request: HttpRequest, **changes: Any) -> str:
    """The list's query string with a line chosen (or another paper)."""
    parameters = request.GET.copy()
    for name in ("line", "purchase", "skip"):
        parameters.pop(name, None)
    for name, value in changes.items():
        parameters[name] = str(value)
    return "?" + parameters.urlencode()


def _segments(administration: Administration, here: str, wanted: LineFilter) -> list[dict[str, Any]]:
    """To handle, with an open question, handled: each count equals the list it opens."""
    found = counts(administration, asked=asked_lines("open", today()))
    names = {"todo": _("To handle"), "asked": _("With a question"), "done": _("Handled")}
    return [
        {"url": f"{here}?status={status}", "label": label, "count": found[status], "current": wanted.status == status}
        for status, label in names.items()
    ]


def request_choices() -> list[tuple[str, str]]:
    """The request filter of the queue."""
    return [
        ("open", _("with an open question")),
        ("client", _("Client's turn")),
        ("firm", _("Firm's turn")),
        ("none", _("without a question")),
    ]


def work_context(
    request: HttpRequest, firm: str, administration: Administration, line: StatementLine
) -> dict[str, Any]:
    """The middle and the right of the desk, for one line."""
    line.administration = administration  # read already
    actor: Actor = request.actor  # type: ignore[attr-defined]
    language = get_language() or "nl"
    asked = open_request_of(line.pk) or request_of(line.pk)
    live = asked.answers.filter(withdrawn_at=None).first() if asked else None
    answer = answer_account(live) if live else None
    handled = not line.open_amount
    suggested = None if handled else suggestions(line)
    used, fits = split_used(line, papers_for(line, live))
    parties = [] if handled else parties_like(administration, "", MOST_PARTIES)
    chosen = _chosen(request.GET, fits)
    open_form = chosen is not None and not handled
    here = reverse("kantoor:bank", args=[firm, administration.pk])
    rule_fits, rule_fitted = (0, 0) if handled else lines_like(line, today())
    return {
        "line": line,
        "words": bank_words.describe(line, language),
        "title": bank_words.title(line, language),
        "statement_number": bank_words.statement_number(line.statement),
        "handled": handled,
        "allocations": allocations_words(line),
        "earlier": asked_before(line, asked),
        "twins": twins_of(line),
        "asked": asked_context(firm, asked, actor) if asked else None,
        "outcomes": closing_outcomes(),
        "paid_twice": used[0] if used else None,
        "fits": fits,
        "fit": chosen,
        "reasons": fit_words(chosen) if chosen else [],
        "purchase": chosen.purchase if chosen else None,
        "document": document_view(firm, administration, chosen.purchase.document) if chosen else None,
        "form": booking_form(administration, line, chosen.purchase) if chosen is not None and open_form else None,
        "allocation": None
        if handled
        else allocation_form(
            administration, line, answer=answer, before=suggested.account if suggested else None, parties=parties
        ),
        "answer": answer,
        "rule_fits": rule_fits,
        "rule_fitted": rule_fitted,
        "suggestions": suggestion_words(suggested) if suggested else None,
        "parties": parties,
        "moved": "" if handled else moved_words(moved_to(line), line.booked_on),
        "target": abs(cents(line.open_amount)),
        "next_url": here + with_(request, skip=line.pk),
        "may": {right.value: True for right in actor.rights},
        "differs": getattr(request, "differs", False),
        "here": here,
        "keep": kept(request),
    }


def allocations_words(line: StatementLine) -> list[tuple[Any, str]]:
    """Where the line went, with the account in words; a line nobody acted on has no allocations to look for."""
    return [(one, account_text(one.account)) for one in allocations_of(line)] if line.version > 1 else []


def answer_account(live: Answer) -> dict[str, Any] | None:
    """What "private" and "does not exist" propose: an account and its reason. The firm decides."""
    account = proposed_account(live)
    if account is None:
        return None
    who = live.heard_from or live.actor_name
    return {"account": account, "words": answer_words(live.kind), "reason": live.text, "who": who}


def suggestion_words(found: Suggestions) -> dict[str, Any]:
    """Open items and earlier bookings that fit, each with its reasons in words."""
    items = [
        {
            "item": each.open_item,
            "amount": each.amount,
            "together": each.open_item.pk in found.together,
            "reasons": [bank_words.suggested_by(why) for why in each.reasons],
        }
        for each in found.items
    ]
    before = found.account
    return {
        "items": items,
        "against": [{"item": item, "together": item.pk in found.together} for item in found.against],
        "several": len(items) + len(found.against) > 1,
        "why": bank_words.booked_like_this(before) if before else "",
    }


def asked_context(firm: str, asked: Request, actor: Actor) -> dict[str, Any]:
    """A conversation as the right pane shows it."""
    state = current_state(asked, today())
    language = get_language() or "nl"
    entries = thread(asked, actor)
    return {
        "row": asked,
        "state": state,
        "words": badge_words(state, language),
        "offers": {act.value: True for act in offers(state, "firm")},
        "heard": choices(),
        "noted": any(entry.noted for entry in entries),
        "trouble": mail_trouble([asked]).get(asked.pk) if state.is_open else None,
        "entries": [
            {
                "entry": entry,
                "words": entry.words(language),
                "files": [file_view(firm, one) for one in entry.documents],
            }
            for entry in entries
        ],
    }


def file_view(firm: str, document: Document) -> dict[str, Any]:
    """A document as the file component wants it."""
    size = max(1, round(document.size / 1024))
    return {
        "url": reverse("kantoor:document", args=[firm, document.administration_id, document.pk]),
        "name": document.name,
        "kind": {"image": "jpg", "ubl": "xml"}.get(document.kind, document.kind),
        "size_text": _("%(size)s kB") % {"size": size},
    }


def fit_words(fit: Fit) -> list[str]:
    """Why a paper fits, in words."""
    words = {
        "amount": _("same amount"),
        "reference": _("same reference"),
        "iban": _("known account number"),
        "name": _("same name"),
    }
    return [words[reason] for reason in fit.reasons]


def papers_for(line: StatementLine, live: Answer | None) -> list[Fit]:
    """Papers for a line: those the client sent for it first, then those whose total fits."""
    sent = []
    if live is not None:
        sent = papers_of(live.documents.values_list("document_id", flat=True))
    known = {purchase.pk for purchase in sent}
    amount = line.open_amount or line.amount
    near = candidates_for(line.administration, amount=amount, around=line.booked_on) if line.open_amount else []
    fits = [
        fit_of(
            purchase,
            amount=amount,
            communication=f"{line.communication} {line.structured_reference}",
            iban=line.counterparty_iban,
            name=line.counterparty_name,
        )
        for purchase in [*sent, *(one for one in near if one.pk not in known)]
    ]
    return sorted(fits, key=lambda fit: (fit.purchase.pk not in known, -len(fit.reasons)))


def split_used(line: StatementLine, fits: list[Fit]) -> tuple[list[dict[str, Any]], list[Fit]]:
    """Apart: the papers a line to be handled cannot use, booked and paid for already (and on which line); the rest."""
    used: list[dict[str, Any]] = []
    left: list[Fit] = []
    for fit in fits:
        item = fit.purchase.open_item
        if item is None or item.open_amount or not line.open_amount:
            left.append(fit)
            continue
        paying = next((one for one in paid_with(item) if one.pk != line.pk), None)
        used.append({"purchase": fit.purchase, "line": paying, "account": item.account, "party": item.party})
    return used, left


def _chosen(parameters: Mapping[str, str], fits: list[Fit]) -> Fit | None:
    wanted = parameters.get("purchase", "")
    return next((fit for fit in fits if str(fit.purchase.pk) == wanted), fits[0] if fits else None)


def document_view(firm: str, administration: Administration, document: Document) -> dict[str, Any]:
    """A document as the viewer component wants it; an e-invoice shows the papers inside it, else itself in words."""
    shown = [document] if document.pages else list(document.parts.exclude(pages=0).order_by("created_at", "pk"))
    pages = [
        reverse("kantoor:page", args=[firm, administration.pk, one.pk, number])
        for one in shown
        for number in range(1, one.pages + 1)
    ]
    readable = ""
    if not pages and document.kind == "ubl":
        purchase = document.purchase
        lines = [(one["name"], Decimal(one["net"])) for one in purchase.facts.get("lines", [])]
        context = {"purchase": purchase, "lines": lines}
        readable = render_to_string("invoicing/_readable.html", context)
    return {
        "name": document.name,
        "kind": document.kind,
        "pages": pages,
        "readable": readable,
        "download_url": reverse("kantoor:original", args=[firm, administration.pk, document.pk]),
    }


def refill(work: dict[str, Any], *, form: BookingForm | None = None, allocation: Any = None) -> None:
    """Put a form that was refused back on the desk, with what was typed."""
    if form is not None:
        work["form"] = form
    if allocation is not None:
        work["allocation"] = allocation
