"""The one clock."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest

from portal.kernel import clock


def test_now_is_aware_utc():
    assert clock.now().utcoffset() == timedelta(0)


def test_today_is_the_local_date():
    with clock.frozen(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 1)
        assert clock.today("NL") == date(2026, 7, 1)
        assert clock.local_now("NL").hour == 0
    with clock.frozen(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 12, 31)


def test_frozen_ends_and_stays_in_its_thread():
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    seen = []
    with clock.frozen(moment):
        assert clock.now() == moment
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != moment
    assert clock.now() != moment


def test_frozen_refuses_a_naive_time():
    with pytest.raises(ValueError), clock.frozen(datetime(2020, 1, 1)):  # noqa: DTZ001
        pass
