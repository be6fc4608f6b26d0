"""Rules of allocation: set with one key from a line, listed, and taken away. They propose and never book."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bankfeeds.actions.line_classes import set_asked_classes
from bankfeeds.actions.rules import remove_rule, set_rule
from bankfeeds.queries.line_classes import classes_to_choose
from bankfeeds.queries.rules import fitting_lines, handled_fitting_lines, rules_of
from bankfeeds.rules import access_line, access_rule
from bankfeeds.wording import pretty_name
from portal.accountant.bank import after, desk
from portal.accountant.forms import account_text, allocation_form
from portal.accountant.refused import place
from portal.kernel.clock import today
from portal.people.access import Right, access_administration
from portal.web.errors import showing_refusals


@require_POST
def line_rule(request: HttpRequest, firm: str, administration: Any, line: Any) -> HttpResponse:
    """Always propose the account and VAT code of the form for this counterparty; nothing is booked."""
    actor = request.actor  # type: ignore[attr-defined]
    row = access_line(actor, line, to=Right.ALLOCATE)
    form = allocation_form(row.administration, row, request.POST)
    form.is_valid()  # the amount and the rest need not be right yet
    wrong = {"account", "vat_code"} & set(form.errors)
    if wrong:
        return desk(request, firm, row.administration, row, allocation=form, status=422)
    account, code = form.cleaned_data["account"], form.cleaned_data["vat_code"]
    with showing_refusals(request, toast=False) as caught:
        set_rule(line=row, account=account, vat_code=code, by=actor, on=today())
    if caught.refusal is not None:
        place(form, caught.refusal)
        return desk(request, firm, row.administration, row, allocation=form, status=422)
    facts = {"who": pretty_name(row.counterparty_name) or row.counterparty_iban, "account": account_text(account)}
    told = _("From now on %(account)s is proposed for %(who)s. Nothing is booked by itself.")
    messages.success(request, told % facts)
    return after(request, firm, row.administration, row)


@require_safe
def rules(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """All rules of an administration."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.SEE_BOOKS)
    kept = rules_of(found)
    fits, fitted = fitting_lines(kept), handled_fitting_lines(kept, today())
    rows = [
        (one, pretty_name(one.counterparty_name), account_text(one.account), fits[one.pk], fitted[one.pk])
        for one in kept
    ]
    may = {right.value: True for right in actor.rights}
    context = {"administration": found, "rows": rows, "may": may, "classes": classes_to_choose(found.pk)}
    return render(request, "kantoor/rules.html", context)


@require_POST
def asked_classes(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """Which classes of lines never ask: those that are ticked."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.ASK)
    silent = set(request.POST.getlist("silent"))
    asked = [value for value, _label, _silent in classes_to_choose(found.pk) if value not in silent]
    set_asked_classes(administration=found, asked=asked, by=actor, on=today())
    messages.success(request, _("Saved."))
    return redirect("kantoor:rules", firm, found.pk)


@require_POST
def rule_removal(request: HttpRequest, firm: str, administration: Any, rule: Any) -> HttpResponse:
    """Take a rule away; what was booked stays."""
    actor = request.actor  # type: ignore[attr-defined]
    row = access_rule(actor, rule, to=Right.ALLOCATE)
    remove_rule(rule=row, by=actor, on=today())
    messages.success(request, _("The rule is gone. What was booked stays."))
    return redirect("kantoor:rules", firm, row.administration_id)
