"""The statements of an own account, how they join, and the desk for those that were held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bankfeeds import wording as bank_words
from bankfeeds.actions.held import refuse_statement, release_statement
from bankfeeds.queries.imports import held_statements, is_held
from bankfeeds.queries.statements import accounts_of, held_statement, statements_of, years_of
from bankfeeds.rules import access_statement
from portal.kernel.clock import today
from portal.people.access import Right, access_administration
from portal.web.errors import sentence, showing_refusals
from portal.web.stepup import weighty

if TYPE_CHECKING:
    from collections.abc import Callable

    from bankfeeds.models import BankAccount, Statement


class ReasonForm(forms.Form):
    """Why a statement may pass, or not."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Kept with the statement, with your name."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_safe
def statements(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """One account, one year: every statement with its balances, and whether it joins the one before."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.SEE_BOOKS)
    accounts = accounts_of(found)
    wanted = request.GET.get("account", "")
    account = next((one for one in accounts if str(one.pk) == wanted), accounts[0] if accounts else None)
    years = years_of(account) if account else []
    text = request.GET.get("year", "")
    year = int(text) if text in {str(one) for one in years} else (years[0] if years else today().year)
    here = reverse("kantoor:statements", args=[firm, found.pk])
    rows = statements_of(account, year) if account else []
    context = {
        "administration": found,
        "account": account,
        "year": year,
        "rows": [(row, [bank_words.sentence(one) for one in row.remarks]) for row in rows],
        "gaps": sum(1 for row in rows if row.remarks),
        "account_tabs": [_tab(f"{here}?account={one.pk}", _name(one), one == account) for one in accounts],
        "year_tabs": [_tab(f"{here}?account={account.pk}&year={one}", str(one), one == year) for one in years]
        if account
        else [],
        "held": [(one, bank_words.why_held(one)) for one in held_statements(found)],
    }
    return render(request, "kantoor/statements.html", context)


def _tab(url: str, label: str, current: bool) -> dict[str, Any]:
    return {"url": url, "label": label, "current": current}


def _name(account: BankAccount) -> str:
    return account.name or account.number


@require_safe
def statement(request: HttpRequest, firm: str, administration: Any, statement: Any) -> HttpResponse:
    """A statement that was held back: what is odd, the difference with the booked one, and what can be done."""
    row = access_statement(request.actor, statement, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    return _page(request, row, ReasonForm())


def _page(request: HttpRequest, row: Statement, form: ReasonForm, status: int = 200) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    waits = is_held(row)
    decided = row.facts.get("released") or row.facts.get("refused")
    context = {
        "administration": row.account.administration,
        "row": row,
        "why": bank_words.why_held(row),
        "held": held_statement(row) if waits else None,
        "waits": waits,
        "decided": decided,
        "letter": bank_words.letter_to_bank(row) if waits else "",
        "form": form,
        "may": {right.value: True for right in actor.rights},
        "line_count": row.facts.get("lines") or row.lines.count(),
    }
    return render(request, "kantoor/statement.html", context, status=status)


@require_POST
@weighty()
def acceptance(request: HttpRequest, firm: str, administration: Any, statement: Any) -> HttpResponse:
    """Let a statement through, with a reason."""
    told = _("The statement is in the books; its lines are to be handled.")
    return _decide(request, firm, statement, release_statement, told)


@require_POST
def refusal(request: HttpRequest, firm: str, administration: Any, statement: Any) -> HttpResponse:
    """Refuse a statement for good, with a reason."""
    told = _("The statement is refused. The same file will not bring it in again.")
    return _decide(request, firm, statement, refuse_statement, told)


def _decide(request: HttpRequest, firm: str, statement: Any, act: Callable[..., Statement], told: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    row = access_statement(actor, statement, to=Right.IMPORT)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    with showing_refusals(request, toast=False) as caught:
        act(statement=row, reason=form.cleaned_data["reason"], by=actor, on=today())
    if caught.refusal is not None:
        form.add_error("reason" if caught.refusal.code == "reason_missing" else None, sentence(caught.refusal))
        return _page(request, access_statement(actor, row.pk, to=Right.SEE_BOOKS), form, status=422)
    messages.success(request, told)
    return redirect("kantoor:statements", firm, row.administration_id)
