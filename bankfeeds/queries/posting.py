"""On which day something about a bank line stands in the books, and why not on the bank's day."""

from datetime import date

from accounting.models import Entry
from accounting.queries.periods import first_open_period_on_or_after, period_of
from accounting.refusals import NoOpenPeriod, NoPeriod
from bankfeeds.models import Allocation, StatementLine


def posting_day(line: StatementLine) -> date:
    """The bank date, or the first day of the next open period. Raises NoPeriod or NoOpenPeriod."""
    if period_of(line.booked_on, line.administration) is None:
        raise NoPeriod(day=line.booked_on)
    period = first_open_period_on_or_after(line.booked_on, line.administration)
    if period is None:
        raise NoOpenPeriod(day=line.booked_on)
    return max(line.booked_on, period.first_day)


def moved_to(line: StatementLine) -> date | None:
    """Where an allocation made now would stand, when that is not the bank date: its month is locked. Else None."""
    open_one = first_open_period_on_or_after(line.booked_on, line.administration)
    if open_one is None or open_one.first_day <= line.booked_on:
        return None
    # no book year for the day: the verb says so when it is asked
    return open_one.first_day if period_of(line.booked_on, line.administration) else None


def moved_entry(line: StatementLine) -> date | None:
    """Where the newest standing allocation of a line is booked, when that is not the bank date."""
    newest = line.allocations.filter(undone_at=None).select_related("entry").order_by("-created_at", "-pk").first()
    entry = newest.entry if newest else None
    return entry.booked_on if entry and entry.booked_on != line.booked_on else None


def moved_reversal(line: StatementLine) -> date | None:
    """Where the newest undone allocation was taken back, when that is not the day its entry stands on."""
    undone = Allocation.objects.filter(line=line, undone_at__isnull=False).select_related("entry")
    newest = undone.order_by("-undone_at", "-pk").first()
    entry = newest.entry if newest else None
    reversal = Entry.objects.filter(reverses=entry).first() if entry else None
    return reversal.booked_on if entry and reversal and reversal.booked_on != entry.booked_on else None
