"""The bank desk: the page, and what happens to one line. Each act makes one domain call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounting.rules import access_open_item
from bankfeeds.queries.lines import next_to_do
from bankfeeds.queries.posting import moved_entry, moved_reversal
from bankfeeds.rules import access_line
from invoicing.queries.purchases import entry_number
from invoicing.rules import access_purchase
from portal.accountant.desk import among, desk_context, read_filter, refill, with_
from portal.accountant.forms import allocation_form, booking_form
from portal.accountant.refused import CONFLICTS, conflict, place
from portal.accountant.wording import allocated_words, moved_words
from portal.kernel.clock import today
from portal.people.access import Right, access_administration
from portal.web.errors import showing_refusals
from portal.web.htmx import is_htmx
from requests_app.actions.book import NothingToBook, allocate_and_close, book_and_close, undo_booking
from requests_app.queries.asked import asked_lines

if TYPE_CHECKING:
    from bankfeeds.models import StatementLine
    from invoicing.models import PurchaseDocument
    from portal.accountant.forms import BookingForm
    from portal.kernel.errors import Refused
    from portal.tenancy.models import Administration


def _administration(request: HttpRequest, pk: Any, right: Right = Right.SEE_BOOKS) -> Administration:
    return access_administration(request.actor, pk, to=right)  # type: ignore[attr-defined]


@require_safe
def bank(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """The page; within htmx only the desk or its work part."""
    found = _administration(request, administration)
    chosen = None
    if request.GET.get("line"):
        chosen = access_line(request.actor, request.GET["line"], to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    elif request.GET.get("skip"):
        before = access_line(request.actor, request.GET["skip"], to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
        chosen = _next(request, found, before)
    return desk(request, firm, found, chosen)


def desk(
    request: HttpRequest,
    firm: str,
    administration: Administration,
    chosen: StatementLine | None,
    *,
    form: Any = None,
    allocation: Any = None,
    happened: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the desk with a chosen line; forms that were refused come back with what was typed."""
    context = desk_context(request, firm, administration, chosen)
    if context["work"] is not None:
        refill(context["work"], form=form, allocation=allocation)
        context["work"]["conflict"] = happened
        if status == 200 and (request.method == "POST" or "skip" in request.GET):
            context["work"]["focus_title"] = True  # it is read out, and the letter keys work at once
    if not is_htmx(request):
        return render(request, "kantoor/bank.html", context, status=status)
    target = request.htmx.target  # type: ignore[attr-defined]
    template = "kantoor/_work_alone.html" if target == "work" else "kantoor/_desk.html"
    response = render(request, template, context, status=status)
    if request.method == "POST" and status == 200:
        response["HX-Push-Url"] = context["here"] + (with_(request, line=chosen.pk) if chosen else with_(request))
    return response


def after(
    request: HttpRequest, firm: str, administration: Administration, chosen: StatementLine | None
) -> HttpResponse:
    """After an act: the desk with the next line, or a redirect to it without JavaScript."""
    if is_htmx(request):
        return desk(request, firm, administration, chosen)
    where = reverse("kantoor:bank", args=[firm, administration.pk])
    return redirect(where + (with_(request, line=chosen.pk) if chosen else with_(request)))


def _next(request: HttpRequest, administration: Administration, line: StatementLine) -> StatementLine | None:
    wanted = read_filter(request, administration)
    return next_to_do(line, wanted, asked=asked_lines("open", today()), among=among(wanted))


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@require_POST
def allocations(request: HttpRequest, firm: str, administration: Any, line: Any) -> HttpResponse:
    """Allocate a line: to a ledger account, or to open items (item=…, once or more)."""
    actor = request.actor  # type: ignore[attr-defined]
    found = _administration(request, administration, Right.ALLOCATE)
    row = access_line(actor, line, to=Right.ALLOCATE)
    form = None
    chosen = request.POST.getlist("item")
    if not chosen:
        form = allocation_form(found, row, request.POST)
        if not form.is_valid():
            return desk(request, firm, found, row, allocation=form, status=422)
    items = [access_open_item(actor, each, to=Right.ALLOCATE) for each in dict.fromkeys(chosen)]
    with showing_refusals(request, toast=form is None) as caught:
        if form is None:
            given = allocate_and_close(line=row, version=_version(request), open_items=items, by=actor, on=today())
        else:
            given = allocate_and_close(
                line=row,
                version=_version(request),
                account=form.cleaned_data["account"],
                amount=form.cleaned_data["amount"],
                vat_code=form.cleaned_data["vat_code"],
                description=form.cleaned_data["description"],
                party=form.cleaned_data["party"],
                by=actor,
                on=today(),
            )
    if caught.refusal is not None:
        return _refused(request, firm, found, row, caught.refusal, allocation=form)
    fresh = _fresh(request, row)
    _told(request, firm, fresh, allocated_words(fresh, given), moved_words(moved_entry(fresh), row.booked_on))
    return after(request, firm, found, fresh if fresh.open_amount else _next(request, found, fresh))


def _fresh(request: HttpRequest, line: StatementLine) -> StatementLine:
    """The line as it is now, through its door again."""
    return access_line(request.actor, line.pk, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]


def _refused(
    request: HttpRequest,
    firm: str,
    administration: Administration,
    line: StatementLine,
    refusal: Refused,
    *,
    form: Any = None,
    allocation: Any = None,
) -> HttpResponse:
    """The desk again with the line as it is now, and the refusal told once, where it belongs."""
    fresh, typed, happened = _fresh(request, line), form or allocation, None
    if typed is not None and refusal.code in CONFLICTS:
        happened = conflict(typed, refusal)
    elif typed is not None:
        place(typed, refusal)
    return desk(request, firm, administration, fresh, form=form, allocation=allocation, happened=happened, status=422)


@require_POST
def booking(request: HttpRequest, firm: str, administration: Any, line: Any) -> HttpResponse:
    """Book and next: the paper's proposal, its entry, the bank line, the request; all or nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    found = _administration(request, administration, Right.BOOK)
    row = access_line(actor, line, to=Right.BOOK)
    if request.POST.get("undo"):
        return _undo(request, firm, found, row)
    purchases = _purchases(request)
    if not purchases:
        messages.error(request, NothingToBook().message(_))
        return desk(request, firm, found, row, status=422)
    forms: list[BookingForm] = []
    proposals = {}
    for purchase in purchases:
        if purchase.entry_id is not None:
            continue
        form = booking_form(found, row, purchase, request.POST)
        forms.append(form)
        if form.is_valid():
            proposals[purchase.pk] = form.proposal(purchase.structured_reference)
    if any(not form.is_valid() for form in forms):
        return desk(request, firm, found, row, form=forms[0], status=422)
    with showing_refusals(request, toast=not forms) as caught:
        done = book_and_close(
            lines=_lines(request, row),
            purchases=purchases,
            proposals=proposals,
            accept_difference=request.POST.get("accept") == "1",
            by=actor,
            on=today(),
        )
    if caught.refusal is not None:
        request.differs = caught.refusal.code == "difference_left"  # type: ignore[attr-defined]
        return _refused(request, firm, found, row, caught.refusal, form=forms[0] if forms else None)
    fresh = _fresh(request, row)
    moved = moved_words(moved_entry(fresh), row.booked_on)
    if moved:
        moved = _("The payment: %(sentence)s") % {"sentence": moved}
    _told(request, firm, fresh, _("Booked as %(number)s.") % {"number": entry_number(done.purchases[0])}, moved)
    return after(request, firm, found, fresh if fresh.open_amount else _next(request, found, fresh))


def _told(request: HttpRequest, firm: str, line: StatementLine, *told: str) -> None:
    """Say what happened to a line, with the address that takes it back (see components/_toast.html)."""
    undo = reverse("kantoor:booking", args=[firm, line.administration_id, line.pk])
    messages.success(request, " ".join(filter(None, told)), extra_tags=undo + with_(request))


def _undo(request: HttpRequest, firm: str, administration: Administration, line: StatementLine) -> HttpResponse:
    with showing_refusals(request) as caught:
        undo_booking(line=line, by=request.actor, on=today())  # type: ignore[attr-defined]
    if caught.refusal is None:
        told = [_("Undone: the line is to be handled again."), moved_words(moved_reversal(line), line.booked_on)]
        messages.success(request, " ".join(filter(None, told)))
    return after(request, firm, administration, _fresh(request, line))


def _purchases(request: HttpRequest) -> list[PurchaseDocument]:
    actor = request.actor  # type: ignore[attr-defined]
    return [access_purchase(actor, pk, to=Right.BOOK) for pk in dict.fromkeys(request.POST.getlist("purchase"))]


def _lines(request: HttpRequest, first: StatementLine) -> list[tuple[StatementLine, int]]:
    """The line, and others the same paper pays for, each with the version the reader saw ("<id>:<version>")."""
    actor = request.actor  # type: ignore[attr-defined]
    found = [(first, _version(request))]
    for text in request.POST.getlist("also"):
        pk, _sep, version = text.partition(":")
        if version.isdecimal() and len(version) < 9:
            found.append((access_line(actor, pk, to=Right.BOOK), int(version)))
    return list({line.pk: (line, version) for line, version in reversed(found)}.values())[::-1]  # each line once
