"""Many bank lines to one ledger account: choose the account, see what would become of every line, then book."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from bankfeeds import wording as bank_words
from bankfeeds.queries.posting import moved_entry
from bankfeeds.rules import access_lines
from portal.accountant.desk import account_names, kept
from portal.accountant.forms import AccountField, account_text, vat_choices
from portal.accountant.wording import moved_words
from portal.kernel.clock import today
from portal.people.access import Right, access_administration
from portal.web.errors import sentence
from portal.web.htmx import is_htmx
from portal.web.templatetags.samen import grouped
from requests_app.actions.batch import MOST_AT_ONCE, Done, allocate_many, rehearsal
from requests_app.queries.badges import badges_for_lines

if TYPE_CHECKING:
    from bankfeeds.models import StatementLine
    from portal.tenancy.models import Administration


class BatchForm(forms.Form):
    """Where all of them go."""

    account = AccountField(
        label=gettext_lazy("Ledger account"),
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
    )
    vat_code = forms.ChoiceField(label=gettext_lazy("VAT code"), required=False)

    def __init__(self, administration: Administration, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].administration = administration  # type: ignore[attr-defined]
        self.fields["vat_code"].choices = vat_choices(administration.country)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """The chosen lines; by POST the rehearsal of an account, with `send` the booking, line by line."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.ALLOCATE)
    said = request.POST if request.method == "POST" else request.GET
    chosen = access_lines(actor, said.getlist("line"), to=Right.ALLOCATE)
    if len(chosen) > MOST_AT_ONCE or any(line.administration_id != found.pk for line in chosen):
        raise Http404
    if is_htmx(request):  # asked from the desk, whose dialog is another question's: a page of its own
        return HttpResponseClientRedirect(request.get_full_path())
    form = BatchForm(found, request.POST or None)
    rows: list[dict[str, Any]] = [_row(line, line) for line in chosen]
    context: dict[str, Any] = {"administration": found, "form": form, "accounts": account_names(found)}
    if form.is_bound and form.is_valid():
        send = request.POST.get("send") == "1"
        asked = _asked(chosen)
        wanted = {
            "lines": [(line, _version(request, line) if send else line.version) for line in chosen],
            "account": form.cleaned_data["account"],
            "vat_code": form.cleaned_data["vat_code"],
            "by": actor,
            "on": today(),
        }
        if send:
            rows = _told(chosen, allocate_many(**wanted), asked)
        else:
            with rehearsal():
                rows = _told(chosen, allocate_many(**wanted), asked)
        context |= _summary(rows, send=send) | {"to": account_text(form.cleaned_data["account"]), "done": send}
    keep = kept(request)
    context |= {"rows": rows, "back": f"{reverse('kantoor:bank', args=[firm, found.pk])}?{keep}", "keep": keep}
    return render(request, "kantoor/batch.html", context, status=422 if form.is_bound and form.errors else 200)


def _asked(chosen: list[StatementLine]) -> set[Any]:
    """The lines whose open question would be closed."""
    badges = badges_for_lines([line.pk for line in chosen])
    return {pk for pk, badge in badges.items() if badge.state.is_open}


def _version(request: HttpRequest, line: StatementLine) -> int:
    text = request.POST.get(f"version-{line.pk}", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _row(line: StatementLine, now: StatementLine) -> dict[str, Any]:
    return {"line": line, "now": now, "title": bank_words.title(line, get_language() or "nl"), "why": "", "notes": []}


def _told(chosen: list[StatementLine], done: list[Done], asked: set[Any]) -> list[dict[str, Any]]:
    """What became of every line, in words; asked for while it stands, for a rehearsal leaves nothing to ask."""
    rows = []
    for line, each in zip(chosen, done, strict=True):
        row = _row(line, each.line)
        if each.refusal is not None:
            row["why"] = sentence(each.refusal)
        else:
            closes = _("its question is closed") if line.pk in asked else ""
            row["notes"] = [note for note in (moved_words(moved_entry(each.line), line.booked_on), closes) if note]
        rows.append(row)
    return rows


def _summary(rows: list[dict[str, Any]], *, send: bool) -> dict[str, Any]:
    counts = Counter(bool(row["why"]) for row in rows)
    well, left = counts[False], counts[True]
    if send:
        words = ngettext("%(n)s line is booked", "%(n)s lines are booked", well)
    else:
        words = ngettext("%(n)s line will be booked", "%(n)s lines will be booked", well)
    told = words % {"n": grouped(well)}
    if left:
        told += ", " + ngettext("%(n)s line is left as it is", "%(n)s lines are left as they are", left) % {
            "n": grouped(left)
        }
    return {"summary": told, "ready": 0 if send else well}
