"""Query strings somebody bent: never an error of ours."""

import base64
import json

import pytest

ROW = "01a209d6-1e75-74be-87d5-47dce49b94ad"


def _cursor(value):
    return base64.urlsafe_b64encode(json.dumps([value, ROW, 1, 0]).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("value", ["\x00", "\ud800", "abc", None, [1], {"a": 1}, 10**30, float("inf"), "2026-99-99"])
def test_a_bent_cursor_shows_the_first_page(value, world, db, clock):
    for page in ("", "clients/", "documents/"):
        address = f"/kantoor/van-damme/{page}"
        assert world.client("els").get(address, {"after": _cursor(value)}).status_code == 200


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", "0001-01-01", "x"])
def test_a_moment_beyond_the_calendar_shows_the_first_page(moment, world, db, clock):
    answer = world.client("els").get("/kantoor/van-damme/requests/", {"before": f"{moment}_{ROW}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("page", ["?q=%00", "requests/?q=a%00b", "documents/?q=%00", "switcher/?q=%00"])
def test_a_nul_in_the_address_is_a_bad_address(page, world, db, clock):
    assert world.client("els").get(f"/kantoor/van-damme/{page}").status_code == 400
