"""Bank files in: hand one over, read the report, make or find the account it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bankfeeds import wording as bank_words
from bankfeeds.actions.accounts import add_bank_account
from bankfeeds.actions.load import load_file
from bankfeeds.queries.balances import balances
from bankfeeds.queries.imports import held_statements, latest_imports
from portal.kernel.clock import today
from portal.people.access import Right, access_administration
from portal.web.errors import showing_refusals
from portal.web.forms import IbanField
from portal.web.stepup import weighty

if TYPE_CHECKING:
    from portal.tenancy.models import Administration

LARGEST = 25 * 1024 * 1024


class BankFileForm(forms.Form):
    """One bank file."""

    file = forms.FileField(label=gettext_lazy("Bank file (CODA)"), max_length=200)

    def clean_file(self) -> Any:
        """Refuse what is too large to be a bank file."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than 25 MB; a bank file is not."))
        return file


class AccountForm(forms.Form):
    """A bank account the files speak of."""

    number = forms.CharField(label=gettext_lazy("Account number"), max_length=42)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)

    def clean_number(self) -> str:
        """Check the digits of what begins like an IBAN; other numbers stand as they are."""
        text: str = self.cleaned_data["number"]
        return IbanField().clean(text) if text[:2].isalpha() else text


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """The page: drop a file, see what became of it and of earlier ones."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.IMPORT)
    form = BankFileForm(request.POST or None, request.FILES or None) if request.method == "POST" else BankFileForm()
    report, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            with showing_refusals(request) as caught:
                report = load_file(administration=found, data=upload.read(), name=upload.name, by=actor, on=today())
            if caught.refusal is None:
                status = 200
            else:
                form.add_error("file", bank_words.told(caught.refusal))
    account_form = AccountForm(initial={"number": request.GET.get("number", "")})
    return _page(request, found, form, account_form, report=report, status=status)


def _page(
    request: HttpRequest,
    administration: Administration,
    form: BankFileForm,
    account_form: AccountForm,
    *,
    report: Any = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "administration": administration,
        "form": form,
        "report": report,
        "summary": bank_words.summary(report) if report else "",
        "statements": [_statement(each) for each in report.statements] if report else [],
        "remarks": [bank_words.sentence(each) for each in report.warnings] if report else [],
        "accounts": balances(administration),
        "account_form": account_form,
        "imports": latest_imports(administration),
        "held": [(each, bank_words.why_held(each)) for each in held_statements(administration)],
    }
    return render(request, "kantoor/imports.html", context, status=status)


def _statement(each: Any) -> dict[str, Any]:
    return {
        "row": each,
        "outcome": str(each.outcome),
        "why": bank_words.sentence(each.remark) if each.reason else "",
        "warnings": [bank_words.sentence(warning) for warning in each.warnings],
        "unknown": each.reason == "unknown_account",
    }


@require_POST
@weighty()
def bank_accounts(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """Add a bank account; the file can then be handed over again."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.IMPORT)
    form = AccountForm(request.POST)
    if form.is_valid():
        with showing_refusals(request) as caught:
            add_bank_account(administration=found, **form.cleaned_data, by=actor, on=today())
        if caught.refusal is None:
            messages.success(request, _("The account is there. Hand the file over again and its lines come in."))
            return redirect("kantoor:imports", firm, found.pk)
        form.add_error("number", bank_words.told(caught.refusal))
    return _page(request, found, BankFileForm(), form, status=422)
