"""When to remind: calendar days 3, 7 and 14, moved to the next working day, at 08:00 on the reader's wall clock."""

from datetime import date, time, timedelta

from portal.kernel.period import next_working_day

STEPS = (3, 7, 14)
HOUR = time(8, 0)
LAST_HOUR = time(18, 0)
LEAST_QUIET = timedelta(days=3)


def next_step(base: date, sent: int, on: date, country: str) -> date | None:
    """The day of the next reminder after `sent` of them; None when the ladder has ended.

    `base` is the day the client's turn began. A step that has passed already comes at least three days after `on`.
    """
    if sent >= len(STEPS):
        return None
    day = base + timedelta(days=STEPS[sent])
    if day <= on:
        day = on + LEAST_QUIET
    return next_working_day(day, country)


def after_promise(until: date, country: str) -> date:
    """The first reminder after a promised day: never on that day itself."""
    return next_working_day(until + timedelta(days=1), country)
