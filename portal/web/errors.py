"""Error pages, and refusals turned into a message for the reader at hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from portal.kernel.errors import Refused
from portal.web.formatting import format_day, format_money


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page had become too old, and how to go on."""
    return render(request, "errors/403_csrf.html", status=403)


def shown(value: Any) -> Any:
    """Turn a fact of a refusal into what a person reads."""
    language = get_language() or "nl"
    if isinstance(value, Decimal):
        return format_money(value, language)
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_day(value, language, style="long")
    return value


def sentence(refusal: Refused) -> str:
    """The refusal in the reader's language."""
    return refusal.message(gettext, shown)


class Caught:
    """What showing_refusals() saw."""

    refusal: Refused | None = None


@contextmanager
def showing_refusals(request: HttpRequest, *, toast: bool = True) -> Iterator[Caught]:
    """Turn a refusal of a verb into a message; whatever the verb had begun is rolled back. The rest crashes.

    Without `toast` the screen tells it itself, where it belongs: a refusal is told once.
    """
    caught = Caught()
    try:
        with transaction.atomic():
            yield caught
    except Refused as refusal:
        caught.refusal = refusal
        if toast:
            messages.error(request, sentence(refusal))
