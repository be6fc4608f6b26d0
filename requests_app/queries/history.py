"""What happened to a bank line, from the log: its own events and those of the questions about it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery

from bankfeeds.models import StatementLine
from portal.audit.models import Event
from requests_app.models import Closure, Outcome, Request, RequestLine

MOST = 200
EARLIER = 3


def events_of_line(line: StatementLine) -> list[Event]:
    """Everything the log says about a line and the questions about it, oldest first."""
    requests = RequestLine.objects.filter(line=line).values("request_id")
    about = Q(subject_kind="bankfeeds.statementline", subject_id=line.pk)
    about |= Q(subject_kind="requests_app.request", subject_id__in=requests)
    return list(Event.objects.filter(about, administration_id=line.administration_id).order_by("at", "pk")[:MOST])


def outcome_words(code: str) -> str:
    """How a question ended, in the active language; "" for none."""
    return str(dict(Outcome.choices).get(code, ""))


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """An earlier question about this line or about its counterparty; `outcome` in words, "" while it is open."""

    request: Request
    same_line: bool
    day: date
    recipient: str
    outcome: str


def asked_before(line: StatementLine, shown: Request | None = None) -> list[AskedBefore]:
    """The last questions about this line or another one of its counterparty, newest first; not the one on show."""
    same = Q(line=line)
    if line.counterparty_iban:
        same |= Q(line__counterparty_iban=line.counterparty_iban)
    elif line.counterparty_name:
        same |= Q(line__counterparty_iban="", line__counterparty_name=line.counterparty_name)
    rows = RequestLine.objects.filter(same, administration_id=line.administration_id)
    if shown is not None:
        rows = rows.exclude(request_id=shown.pk)
    ended = Closure.objects.filter(request=OuterRef("request_id"), withdrawn_at=None).values("outcome")[:1]
    newest = rows.select_related("request__link").annotate(outcome=Subquery(ended)).order_by("-request_id", "pk")
    found: dict[object, AskedBefore] = {}
    for row in newest[: 4 * EARLIER]:
        mine = row.line_id == line.pk
        if row.request_id not in found or mine:
            asked = row.request
            end = outcome_words(row.outcome or "")
            found[row.request_id] = AskedBefore(asked, mine, asked.asked_on, asked.link.name, end)
    return list(found.values())[:EARLIER]
