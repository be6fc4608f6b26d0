"""Example data for the kit page: every component in every state, for whoever builds a screen (development only)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

DAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 10, 5, tzinfo=ZoneInfo("Europe/Brussels"))


class Example(forms.Form):
    """One field of each kind, one of them wrong."""

    supplier = forms.CharField(help_text="As on the document")
    kind = forms.ChoiceField(choices=[("invoice", "Invoice"), ("receipt", "Receipt")])
    remark = forms.CharField(widget=forms.Textarea, required=False)
    copy = forms.BooleanField(required=False)


def _row(name: str, turn: str, lines: int, **more: Any) -> dict[str, Any]:
    base = {"number": "BE 0712.345.678", "until": DAY, "questions": lines % 4, "vat": turn, "vat_text": "", "due": DAY}
    return {"name": name, "turn": turn, "lines": lines, "owner": "Els Hermans", **base, **more}


def context() -> dict[str, Any]:
    """What kit.html shows."""
    parts = [{"part": part, "label": part, "count": 3} for part in ("done", "client", "firm", "late")]
    paper = {"url": "#", "name": "factuur-1815007.pdf", "kind": "pdf", "size_text": "84 kB"}
    task = {"icon": "paperclip", "title": "Invoice asked", "text": "Els asks for the document of 6 March.", "url": "#"}
    return {
        "search_url": "/nowhere/",
        "palette_url": "/nowhere/",
        "processes": [
            {
                "url": "#",
                "name": "VAT return",
                "state": "8 overdue",
                "note": "due 20 Nov",
                "late": True,
                "parts": parts,
            },
            {"url": "#", "name": "Questions", "state": "On track", "note": "27 at clients", "parts": parts[:2]},
        ],
        "tabs": [
            {"url": "#", "label": "All", "count": 163, "current": True},
            {"url": "#", "label": "Late", "count": 8},
        ],
        "rows": [
            _row("Bakkerij De Korenaar", "firm", 43, late=True, overdue=True),
            _row("Consultancy New Logo", "client", 28, selected=True, cursor=True),
            _row("Studio Maan", "nobody", 0),
        ],
        "page": {"first": 1, "last": 3, "total": 163, "previous_url": "", "next_url": "#"},
        "actions": [{"label": "Remind", "name": "act", "value": "remind", "icon": "send", "key": "h", "main": True}],
        "amount": Decimal("-169.69"),
        "income": Decimal("41260.84"),
        "row_day": DAY,
        "form": Example({"supplier": "", "kind": "invoice"}),
        "tasks": [
            {**task, "amount": Decimal("169.69"), "due": "3 days ago", "action": "Add", "primary": True, "camera": True}
        ],
        "document": {"name": "factuur-1815007.pdf", "pages": [], "download_url": "#"},
        "steps": [{"label": "Hand in", "state": "done"}, {"label": "Process", "state": "current"}, {"label": "File"}],
        "actor": {"name": "Els Hermans", "phone": "016 12 34 56"},
        "messages_shown": [
            {
                "author": "Els Hermans",
                "side": "firm",
                "sent_at": MOMENT,
                "text": "Could you send it?",
                "files": [paper],
            },
            {"author": "Els Hermans", "side": "firm", "sent_at": MOMENT, "text": "Call first.", "internal": True},
        ],
        "reasons": ["same amount", "same reference"],
        "ask": {"title": "Exact Software", "amount": Decimal("169.69"), "on": DAY, "text": "Could you?", "by": "Els"},
    }


def screens() -> dict[str, Any]:
    """What the fragments of screens show: a statement held back, a log, the history of a line, codes, other answers."""
    some, nowhere = UUID(int=1), "/nowhere/"
    old, new = Decimal("6437.10"), Decimal("6447.10")
    known = {"sequence": 1, "day": DAY, "amount": Decimal("-169.69"), "who": "Exact Software", "text": "1815007"}
    return {
        "firm": {"slug": "kit"},
        "administration": {"pk": some},
        "held": [
            (
                {"pk": some, "account": {"number": "BE68539007547034"}, "number": "125", "year": 2026},
                "It says € 10,00 more.",
            )
        ],
        "row": {"old_balance": old, "new_balance": new},
        "difference": {
            "known": {"old_balance": old, "new_balance": old},
            "changes": [{"known": known, "new": known | {"amount": Decimal("-159.69")}}, {"known": None, "new": known}],
            "equal": 4,
        },
        "log": [
            ({"at": MOMENT}, "Els Hermans booked AANK 2026/118."),
            ({"at": MOMENT}, "Tom Claes locked October 2026."),
        ],
        "page": {"first": 1, "last": 2, "total": 2, "previous_url": "", "next_url": "#"},
        "people": ["Els Hermans", "Tom Claes"],
        "kinds": [("bank", "Bank"), ("people", "People")],
        "picked": {"who": "Els Hermans", "kind": "", "since": "", "until": ""},
        "told": [(MOMENT, "Arrived with statement 125."), (MOMENT, "Els Hermans booked it on 612220.")],
        "codes": ["4Q7K-XM2P", "9T3F-LB6W", "H8DN-5RCV"],
        "urls": {"answer": nowhere, "promise": nowhere, "forwards": nowhere},
        "reasons": ["It was paid in cash", "It is a subscription"],
        "later_days": [{"value": "2026-11-27", "label": "In a week", "day": "27 Nov"}],
        "colleagues": [{"user_id": some, "name": "Bilal Aydin"}],
    }


@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "kit.html", context() | {"screens": screens()})
