"""Template tags of the house: money, numbers, days, icons, badges, initials.

Everything a person reads as an amount or a date goes through here, so that language, minus sign and
machine-readable value are decided once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.errors import FormatRefused
from portal.kernel.ids import display_enterprise_number, display_iban, is_iban
from portal.web.formatting import DayStyle, format_day, format_money, format_number, format_when
from portal.web.sheet import sheet

register = template.Library()

TURN_VARIANTS = {
    "client": "badge--client",
    "firm": "badge--firm",
    "late": "badge--late",
    "info": "badge--info",
    "done": "badge--done",
    "nobody": "badge--nobody",
}


def _language() -> str:
    """The language of the reader; the project's own when none is active (a mail, a task)."""
    return get_language() or settings.LANGUAGE_CODE


@register.simple_tag
def money(amount: Decimal | None, sign: bool = False, currency: str | None = "EUR") -> SafeString:
    """An amount as `<data class="money numeric" value="-169.69">`.

    `sign` writes a plus before income, beside the minus that is always written.
    `currency` is the ISO code shown; pass "" in a table whose head names the currency.
    An unknown amount (None) is a dash, never a zero.
    """
    if amount is None:
        return format_html('<span class="numeric muted">{}</span>', "\u2013")
    if currency:
        shown = format_money(amount, _language(), sign=sign, currency=currency)
    else:
        shown = format_number(amount, _language(), decimals=2, sign=sign)
    state = "in" if sign and amount > 0 else ""
    return format_html(
        '<data class="money numeric" value="{}"{}>{}</data>',
        amount,
        format_html(' data-flow="{}"', state) if state else "",
        shown,
    )


@register.simple_tag
def day(value: date | datetime | None, style: DayStyle = "long") -> SafeString:
    """A date as `<time datetime="2026-03-06">`; style is long, short or table. None is a dash."""
    if value is None:
        return format_html('<span class="muted">{}</span>', "\u2013")
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return _time(value, _language(), style)


@lru_cache(maxsize=2048)
def _time(value: date, language: str, style: DayStyle) -> SafeString:
    """The same few days stand on every row of a list."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), format_day(value, language, style))


@register.simple_tag
def when(moment: datetime | None, style: DayStyle = "long") -> SafeString:
    """A moment as `<time>` on the wall clock: "6 maart 2026 om 14:05". None is a dash."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', "\u2013")
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        format_when(moment, _language(), style),
    )


@register.simple_tag
def number(value: Decimal | int | None) -> SafeString:
    """A count or quantity, grouped for the reader; zero is muted, unknown (None) a dash."""
    if value is None:
        return format_html('<span class="numeric muted">{}</span>', "\u2013")
    kind = "numeric" if value else "numeric muted"
    return format_html('<data class="{}" value="{}">{}</data>', kind, value, format_number(value, _language()))


@register.simple_tag
def stylesheet() -> str:
    """The address of the style sheet as it is now."""
    return reverse("style", args=[sheet().name])


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One shape of the sprite. Without `label` it is decoration and hidden from screen readers."""
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>',
        href,
    )


def turn_words(turn: str, late: bool, days: int | None) -> str:
    """Whose turn, in words that stand without their colour."""
    if late and turn == "client":
        return _("Client, late")
    if late and turn == "firm":
        return _("Firm, late")
    if late:
        return _("Late")
    if turn == "client" and days:
        return _("Client, %(days)s d") % {"days": days}
    words = {
        "client": pgettext("whose turn", "Client"),
        "firm": pgettext("whose turn", "Firm"),
        "nobody": pgettext("whose turn", "Nobody"),
        "done": _("Done"),
        "info": _("New"),
    }
    return words.get(turn, turn)


@register.simple_tag
def badge(
    turn: str,
    late: bool = False,
    since: date | datetime | None = None,
    text: str = "",
) -> SafeString:
    """Whose turn: word, coloured edge and tint together, so colour never stands alone.

    `turn` is client, firm, nobody, or a state: done, info, late. `late` turns the badge red.
    `since` adds how long it has waited. `text` replaces the standard words ("To review").
    """
    if not since:  # a template without it says ""
        return _badge(turn, late, text or turn_words(turn, late, None))
    today = clock.today()
    if isinstance(since, datetime):
        since = timezone.localtime(since).date() if timezone.is_aware(since) else since.date()
    title = format_html(' title="{}"', format_day(since, _language(), "long"))
    return _badge(turn, late, text or turn_words(turn, late, (today - since).days), title)


@lru_cache(maxsize=2048, typed=True)  # typed: the same words, safe or not, are not the same
def _badge(turn: str, late: bool, words: str, title: str = "") -> SafeString:
    """A list says the same few badges again and again."""
    variant = TURN_VARIANTS["late"] if late else TURN_VARIANTS.get(turn, TURN_VARIANTS["nobody"])
    mark = icon("check") if turn == "done" and not late else ""
    return format_html('<span class="badge {}"{}>{}{}</span>', variant, title, mark, words)


@register.simple_tag
def bar(parts: Sequence[Mapping[str, Any]]) -> SafeString:
    """A segmented bar of parts {part, label, count}; part is done, client, firm or late.

    Drawn as SVG, because widths in HTML would need inline styles. Named in words for those who do
    not see it: "38 done, 27 client".
    """
    total = sum(int(part["count"]) for part in parts)
    words = ", ".join(f"{part['count']} {part['label']}" for part in parts if part["count"])
    rects, start = [], Decimal(0)
    for part in parts:
        if not part["count"]:
            continue
        width = Decimal(int(part["count"]) * 1000) / total
        rects.append((part["part"], round(start, 1), round(width, 1)))
        start += width
    drawn = format_html_join("", '<rect data-part="{}" x="{}" width="{}" height="6"></rect>', rects)
    return format_html(
        '<svg class="bar" role="img" aria-label="{}" viewBox="0 0 1000 6" preserveAspectRatio="none">{}</svg>',
        words or _("nothing yet"),
        drawn,
    )


@register.simple_tag
def initials(person: Any) -> str:
    """Two letters for a person, a firm or a plain name: "Els Hermans" gives EH."""
    name = person if isinstance(person, str) else _name_of(person)
    words = [word for word in name.replace(".", " ").replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


def _name_of(person: Any) -> str:
    """The first name-like attribute that holds something, else the object as text."""
    full_name = getattr(person, "get_full_name", None)
    candidates = [
        getattr(person, "name", ""),
        getattr(person, "full_name", ""),
        full_name() if callable(full_name) else "",
        getattr(person, "email", ""),
    ]
    return next((str(found) for found in candidates if found), str(person or ""))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The query string of this page with some keys changed; None or "" removes a key.

    Filters, sorting and paging live in the URL: `<a href="{% query sort="due" after=None %}">`.
    """
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        else:
            params[key] = str(value)
    encoded: str = params.urlencode()
    return f"?{encoded}" if encoded else "?"


@register.simple_tag
def enterprise(party: Any) -> str:
    """The enterprise number of an administration or party as people write it: "0712.345.678", "KVK 12345678"."""
    number, country = getattr(party, "enterprise_number", ""), getattr(party, "country", "BE") or "BE"
    shown = display_enterprise_number(number, country) if number else ""
    return f"KVK {shown}" if shown and country == "NL" else shown


@register.filter
def grouped(value: int) -> str:
    """A whole number as the reader groups it, where it stands in a sentence or a badge of its own."""
    return format_number(value, _language())


@register.filter
def sentences(remarks: list[dict[str, Any]]) -> list[str]:
    """What was remarked when a paper was read, each once and in the reader's words."""
    found = [FormatRefused("read", one["template"], **one["data"]).message(_) for one in remarks or []]
    return list(dict.fromkeys(found))


@register.filter
def iban(number: str) -> str:
    """An account number in groups of four when it is an IBAN, else as the bank writes it."""
    return display_iban(number) if is_iban(number) else number


@register.filter
def as_json(value: Any) -> str:
    """A value for a data attribute that a behaviour reads; the template escapes it."""
    return json.dumps(value, default=dict, separators=(",", ":"))
