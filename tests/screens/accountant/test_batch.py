"""Many lines to one account: a preview that leaves nothing behind, then each line by itself."""

import re

import pytest

from accounting.models import Entry, Party
from bankfeeds.models import Allocation, StatementLine
from portal.audit.models import Event
from portal.outbox.models import OutgoingMail
from requests_app.actions.batch import MOST_AT_ONCE
from requests_app.models import Closure
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(office):
    """Four payments, the first with an open question."""
    found = office.lines("-10.00", "-20.00", "-30.00", "-40.00")
    office.asked(found[0])
    return found


def _ids(lines) -> list[str]:
    return [str(line.pk) for line in lines]


def _state(office):
    with office.scope():
        counted = [model.objects.count() for model in (Entry, Allocation, Event, OutgoingMail, Closure, Party)]
        return counted, list(StatementLine.objects.order_by("pk").values_list("open_amount", "version"))


def _carried(page) -> dict:
    """What the button of the preview posts."""
    form = page.content.decode().rpartition('name="send"')[0].rpartition("<form")[2]
    whole = page.content.decode()[page.content.decode().index(form) :]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', whole.partition("</form>")[0])
    found: dict = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_looking_leaves_nothing_behind(office, lines):
    before = _state(office)
    assert office.get(f"bank/batch/?line={lines[0].pk}&line={lines[1].pk}").status_code == 200
    page = office.post("bank/batch/", {"line": _ids(lines), "account": "612000", "vat_code": "P21S"})
    assert "4 regels worden geboekt" in words(page)
    assert "De vraag erover wordt gesloten" in words(page)
    assert _state(office) == before


def test_the_preview_books_exactly_what_it_said(office, lines):
    page = office.post("bank/batch/", {"line": _ids(lines[:3]), "account": "612000", "vat_code": ""})
    done = office.post("bank/batch/", _carried(page))
    assert "3 regels zijn geboekt" in words(done)
    with office.scope():
        left = StatementLine.objects.exclude(open_amount=0)
        assert _ids(left) == _ids(lines[3:])
        assert Closure.objects.count() == 1
        assert {one.account.code for one in Allocation.objects.select_related("account")} == {"612000"}
        office.in_order()
    # the same form again finds every line handled, and books nothing twice
    again = office.post("bank/batch/", _carried(page))
    assert "3 regels blijven zoals ze zijn" in words(again)
    with office.scope():
        assert Allocation.objects.count() == 3


def test_a_line_somebody_acted_on_stays_and_the_others_go(office, lines):
    page = office.post("bank/batch/", {"line": _ids(lines), "account": "612000", "vat_code": ""})
    typed = {"a-account": "613000", "a-amount": "-5,00", "a-vat_code": "", "a-description": "", "version": 1}
    office.post(f"bank/lines/{lines[1].pk}/allocations/", typed)
    done = office.post("bank/batch/", _carried(page))
    assert "3 regels zijn geboekt, 1 regel blijft zoals hij is" in words(done)
    with office.scope():
        [left] = StatementLine.objects.exclude(open_amount=0)
        assert (left.pk, str(left.open_amount)) == (lines[1].pk, "-15.00")


def test_an_account_that_cannot_take_them_says_so_of_every_line(office, lines):
    before = _state(office)
    page = office.post("bank/batch/", {"line": _ids(lines), "account": "440000", "vat_code": ""})
    assert "0 regels worden geboekt, 4 regels blijven zoals ze zijn" in words(page)
    assert 'name="send"' not in page.content.decode()
    for account in ("", "999999"):
        refused = office.post("bank/batch/", {"line": _ids(lines), "account": account})
        assert refused.status_code == 422
    assert _state(office) == before


def test_whose_lines_and_how_many(office, lines, world):
    url = f"{office.url}bank/batch/"
    typed = {"line": _ids(lines), "account": "612000", "send": "1"}
    assert world.client("ruben").post(url, typed).status_code == 404
    assert world.client("els").post(f"/kantoor/van-damme/{world.bakery.pk}/bank/batch/", typed).status_code == 404
    assert office.browser.get(url).status_code == 404
    many = [str(line.pk) for line in office.lines(*["-1.00"] * (MOST_AT_ONCE + 1), number=59, old="900.00")]
    assert office.browser.post(url, {"line": many, "account": "612000"}).status_code == 404
    with office.scope():
        assert not Allocation.objects.exists()


def test_from_the_desk_it_is_a_page_of_its_own(office, lines):
    assert 'formaction="' + f"{office.url}bank/batch/" in office.get("bank/").content.decode()
    asked = office.get(f"bank/batch/?line={lines[0].pk}", htmx="ask-body")
    assert asked["HX-Redirect"].endswith(f"bank/batch/?line={lines[0].pk}")
