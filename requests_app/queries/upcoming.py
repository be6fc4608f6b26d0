"""What goes out next: the reminders the ladder will mail, to whom, on which day, and about what."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from portal.kernel.clock import zone
from portal.kernel.period import next_working_day
from portal.outbox.models import OutgoingMail
from portal.tenancy.models import Administration
from requests_app.ladder import LAST_HOUR
from requests_app.letters import reminder_key
from requests_app.models import Request
from requests_app.queries.pauses import pauses_of
from requests_app.queries.state import with_state
from requests_app.state import Turn


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next reminder to one person: its day and the questions in it; `number` is the highest step among them."""

    email: str
    name: str
    day: date
    requests: tuple[Request, ...]

    @property
    def number(self) -> int:
        """Which reminder it is of the question that was reminded of most."""
        return max(request.reminders for request in self.requests) + 1

    @property
    def companies(self) -> list[str]:
        """The administrations it is about."""
        return sorted({request.administration.name for request in self.requests})


def upcoming_reminders(now: datetime, administration: Administration | None = None) -> list[Upcoming]:
    """The next reminder of everybody who is asked something (about this client), soonest first.

    One mail holds whatever is due for its reader in the open scope that day, also of another client. What rests
    without a day is not in it.
    """
    rows = _waiting(now)
    if administration is not None:
        emails = Request.objects.filter(administration=administration).order_by().values("link__email")
        rows = rows.filter(link__email__in=emails)
    found = _grouped(list(rows), now)
    if administration is not None:
        found = [one for one in found if any(row.administration_id == administration.pk for row in one.requests)]
    return found


def upcoming_of(email: str, now: datetime) -> Upcoming | None:
    """The next reminder of one person, or None."""
    return next(iter(_grouped(list(_waiting(now).filter(link__email__iexact=email)), now)), None)


def _waiting(now: datetime) -> QuerySet[Any]:
    asked = Request.objects.filter(remind_on__isnull=False, returned_at=None)
    rows = with_state(asked, now.astimezone(zone()).date()).filter(turn=Turn.CLIENT.value)
    return rows.select_related("administration__firm", "link__administration").order_by("created_at", "pk")


def _grouped(rows: Sequence[Any], now: datetime) -> list[Upcoming]:
    local = now.astimezone(zone())
    pauses = pauses_of(rows, local.date())
    done = _reminded_today({row.link.email.lower() for row in rows}, local.date())
    days: dict[str, list[tuple[date, Request]]] = defaultdict(list)
    for row in rows:
        email = row.link.email.lower()
        pause = pauses.get(row.pk)
        if pause is not None and pause.until is None:
            continue
        missed = local.time() >= LAST_HOUR or email in done
        first = local.date() + timedelta(days=1) if missed else local.date()
        day = max(row.remind_on, first, pause.until if pause and pause.until else first)
        days[email].append((next_working_day(day, row.administration.firm.country), row))
    found = []
    for email, dated in days.items():
        soonest = min(day for day, _row in dated)
        mine = tuple(row for day, row in dated if day == soonest)
        found.append(Upcoming(email, mine[-1].link.name, soonest, mine))
    return sorted(found, key=lambda one: (one.day, one.name, one.email))


def _reminded_today(emails: set[str], on: date) -> set[str]:
    keys = {reminder_key(email, on): email for email in emails}
    sent = OutgoingMail.objects.filter(kind="reminder", dedup_key__in=keys).values_list("dedup_key", flat=True)
    return {keys[key] for key in sent}
