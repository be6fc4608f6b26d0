"""Dates of the demo: everything happened a number of working days ago, so it works on any day."""

from datetime import date, datetime, time, timedelta

from portal.kernel.clock import zone
from portal.kernel.period import is_working_day

START_BACK = 75  # working days: a quarter and a bit


class Days:
    """Working days (of banks, in Belgium) counted back from today."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._found: list[date] = []

    def back(self, number: int) -> date:
        """The number-th working day before today; 1 is the last one before today, 0 is today itself."""
        if number == 0:
            return self.today
        day = self._found[-1] if self._found else self.today
        while len(self._found) < number:
            day -= timedelta(days=1)
            if is_working_day(day, banks=True):
                self._found.append(day)
        return self._found[number - 1]

    @property
    def start(self) -> date:
        """The first day of the month in which the books were taken over."""
        return self.back(START_BACK).replace(day=1)

    def in_days(self, number: int) -> date:
        """A calendar day from today on."""
        return self.today + timedelta(days=number)


def moment(day: date, clock: str) -> datetime:
    """A day and a time of the clock in Brussels: moment(day, "10:05")."""
    return datetime.combine(day, time.fromisoformat(clock), zone())
