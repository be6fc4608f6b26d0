"""Inviting people of many clients at once: paste or hand over a list, see what becomes of each row, then send."""

from collections import Counter
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from portal.kernel.clock import today
from portal.kernel.table_text import NotATable, TooManyRows, rows_of, text_of
from portal.links.invite_many import AT_ONCE, MOST_ROWS, READY, SENT, Row, invite_many, plan
from portal.people.access import Actor, Right, access_firm
from portal.people.models import Invitation
from portal.web.stepup import weighty
from portal.web.tables import Sort, keyset_page
from portal.web.templatetags.samen import grouped

LARGEST = 1024 * 1024
LONGEST = 400_000  # as text; the form that carries it on must stay within what we take in


class ListForm(forms.Form):
    """A list of people to invite, pasted or as a file."""

    file = forms.FileField(
        label=gettext_lazy("List (CSV or text)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )
    rows = forms.CharField(
        label=gettext_lazy("Or paste it here"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One person a line: name; e-mail; code of the client; role; language. "
            "Role and language may be left out. A first line with names of columns is understood."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Read whichever was given into numbered rows, or say why that cannot be done."""
        given = cast("dict[str, Any]", super().clean())
        upload, text = given.get("file"), given.get("rows", "")
        if self.errors:
            return given
        where = "file" if upload else "rows"
        try:
            if upload and upload.size > LARGEST:
                raise TooManyRows
            text = text_of(upload.read()) if upload else text
            given["table"] = rows_of(text, MOST_ROWS + 1)  # one may be the head
        except NotATable:
            self.add_error(where, _("We cannot read this as a list. Save it as CSV, or paste the rows."))
        except TooManyRows:
            self.add_error(where, _("At most %(most)s people at once.") % {"most": grouped(MOST_ROWS)})
        else:
            given["text"] = text
            if not given["table"]:
                self.add_error(where, _("There is nothing in this list."))
        return given


def _is_sending(request: HttpRequest) -> bool:
    return request.POST.get("send") == "1"


@require_http_methods(["GET", "HEAD", "POST"])
@weighty(when=_is_sending)
def many(request: HttpRequest, firm: str) -> HttpResponse:
    """The page; by POST the preview of a list; with `send` its invitations, and what became of each row."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = access_firm(actor, to=Right.INVITE)
    form = ListForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "most": MOST_ROWS}
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        rows, status = plan(form.cleaned_data["table"], by=actor)[:MOST_ROWS], 200
        if _is_sending(request):
            rows = invite_many(rows=rows, firm=found, by=actor, on=today())
        context |= _told(rows, form.cleaned_data["text"])
    context["page"] = keyset_page(request, _sent(), Sort("created_at", descending=True), total=_sent().count())
    return render(request, "kantoor/invite_many.html", context, status=status)


def _sent() -> Any:
    """The open invitations of clients' people, of the administrations one sees."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None, administration__isnull=False)
    return rows.select_related("administration")


def _told(rows: list[Row], text: str) -> dict[str, Any]:
    counts = Counter(row.outcome for row in rows)
    words = _words()
    ready, number = counts[READY], counts[SENT] or counts[READY]
    if counts[SENT]:
        summary = ngettext("%(n)s invitation is on its way", "%(n)s invitations are on their way", number)
    else:
        summary = ngettext("%(n)s person will be invited", "%(n)s people will be invited", number)
    left = len(rows) - counts[SENT] - ready
    sentence = summary % {"n": grouped(number)}
    if counts[SENT] and ready:
        sentence += ", " + ngettext("%(n)s still to go", "%(n)s still to go", ready) % {"n": grouped(ready)}
    if left:
        sentence += ", " + ngettext("%(n)s row is left out", "%(n)s rows are left out", left) % {"n": grouped(left)}
    # what needs a look comes first; the rest stands in the order of the list
    shown = sorted(rows, key=lambda row: row.outcome in (READY, SENT))
    return {
        "rows": [(row, words[row.outcome], row.outcome in (READY, SENT)) for row in shown],
        "ready": min(ready, AT_ONCE),
        "done": bool(counts[SENT]) and not ready,
        "summary": sentence,
        "text": text,
    }


def _words() -> dict[str, str]:
    return {
        READY: _("will be invited"),
        SENT: _("invited"),
        "inside": _("has access already"),
        "invited": _("was invited before"),
        "bad_email": _("this address is wrong"),
        "no_name": _("no name"),
        "unknown_code": _("unknown code"),
        "unknown_role": _("unknown role"),
        "unknown_language": _("unknown language"),
        "twice": _("twice in this list"),
    }
