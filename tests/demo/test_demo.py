"""The demo builds on any day, through the real actions, and leaves books that add up."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounting.models import GridEffect
from bankfeeds.models import Statement, StatementLine, StatementState
from invoicing.models import PurchaseDocument
from portal.accountant.cockpit_rows import rows, totals
from portal.demo.build import logins
from portal.demo.clients import SECTORS, clients
from portal.demo.days import Days
from portal.demo.newlogo import CURRENT
from portal.demo.people import PASSWORD
from portal.links.redeem import open_door
from portal.outbox.models import OutgoingMail, State
from portal.people.models import User
from portal.tenancy.models import Administration, Firm
from portal.tenancy.scope import scope
from requests_app.models import Request
from requests_app.queries.state import with_state

CAST = (
    "people_responsible",
    "people_portfolio",
    "people_clientaccess",
    "people_member",
    "tenancy_administration",
    "tenancy_firm",
    "account_emailaddress",
    "people_user",
)
STAFF, CLIENTS = {"owner", "accountant", "assistant"}, {"entrepreneur", "employee", "approver", "reader"}


@pytest.fixture
def empty(real_db, as_role):
    """A migrated database with nobody in it: the cast leaves before the demo comes."""
    cursor = as_role("ops").cursor()
    for table in CAST:
        cursor.execute(f"DELETE FROM {table}")
    return as_role("ops")


@pytest.fixture
def built(empty, clock, settings, tmp_path, monkeypatch):
    """The demo, built on the day the clock of the tests stands at; returns (what was written, what was said)."""
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr("portal.tenancy.bell.ring", lambda *task, **ids: None)  # nobody listens while it is built
    said = StringIO()
    call_command("demo", stdout=said)
    return tmp_path, said.getvalue()


def firm_id(empty, slug):
    cursor = empty.cursor()
    cursor.execute("SELECT id FROM tenancy_firm WHERE slug = %s", [slug])
    return cursor.fetchone()[0]


def states(administration, today):
    rows = with_state(Request.objects.filter(administration=administration), today)
    return [(row.code, row.reminders) for row in rows]


def test_everything_stands(built, empty, clock, settings):
    state, said = built
    assert "✓ The demo stands" in said
    call_command("verify_books", stdout=StringIO())  # raises SystemExit on the first break
    with scope(firm_id=firm_id(empty, "van-damme")):
        assert Firm.all_firms.get().name == "Van Damme Accountants"
        assert Administration.objects.count() == 163
        dutch = Administration.objects.get(code="10005")
        assert (dutch.country, dutch.vat_number) == ("NL", "NL856312046B01")
        grids = set(GridEffect.objects.filter(administration=dutch).values_list("grid", flat=True))
        assert grids == {"1b", "1b.t", "4b", "4b.t", "5b"}
        assert PurchaseDocument.objects.filter(administration=dutch, state="booked").count() == 2
        assert {code for code, _ in states(dutch, clock.today)} == {"asked", "answered"}
        newlogo = Administration.objects.get(code="10001")
        to_do = StatementLine.objects.filter(administration=newlogo).exclude(open_amount=0)
        assert to_do.count() == 28
        assert to_do.filter(account__number=CURRENT.number).count() == 28
        assert to_do.filter(amount="-169.69", counterparty_name="EXACT SOFTWARE").count() == 2
        found = states(newlogo, clock.today)
        assert {code for code, _ in found} == {"asked", "promised", "answered", "closed"}
        assert {reminders for code, reminders in found if code == "asked"} >= {0, 1, 2}
        bakery = Administration.objects.get(code="10002")
        assert "escalated" in {code for code, _ in states(bakery, clock.today)}
        held = Statement.objects.get(state=StatementState.QUARANTINED)
        assert (held.administration_id, held.held_because) == (bakery.pk, "unbalanced")
        assert OutgoingMail.objects.get(kind="request", state=State.DEAD).bounced_at is not None
        assert not OutgoingMail.objects.filter(state=State.QUEUED).exists()
    with scope(firm_id=firm_id(empty, "de-wit")):
        assert [row.code for row in Administration.objects.all()] == ["20001"]
    _check_what_was_written(state, settings)
    _check_the_cockpit(empty, clock)
    _check_that_it_comes_once()


def _check_the_cockpit(empty, clock):
    """The numbers of the picture."""
    with scope(firm_id=firm_id(empty, "van-damme")):
        els = User.objects.get(email="els@van-damme.example")
        found = totals(rows(clock.today), els.pk, clock.today)
        filing = [row.vat_rhythm for row in Administration.objects.all()]
    assert (found["mine"], found["client"], found["firm"]) == (42, 27, 19)
    assert (found["lines"], found["overdue"]) == (1160, 8)
    assert filing.count("exempt") == 10
    parts = [found[f"vat_{part}_count"] for part in ("done", "client", "firm")]
    assert sum(parts) + found["overdue"] + filing.count("exempt") == found["all"]


def _check_what_was_written(state, settings):
    written = json.loads((state / "demo.json").read_text())
    assert written["logins"] == logins()
    for firm in ("Van Damme Accountants", "De Wit Accountants"):
        mine = [row for row in written["logins"] if row["firm"] == firm]
        assert {row["role"] for row in mine if row["administration"] is None} == STAFF
        assert {row["role"] for row in mine if row["administration"] is not None} == CLIENTS
    for row in written["logins"]:
        user = User.objects.get(email=row["email"])
        assert row["password"] == PASSWORD
        assert user.check_password(PASSWORD)
        assert user.emailaddress_set.get().verified
    token = written["upload_link"].split("/")[2]
    opened = open_door(token)
    assert opened is not None
    assert opened.works
    assert len(list((state / "mail").glob("*.eml"))) > 20
    assert {path.suffix for path in (state / "samples").iterdir()} == {".pdf", ".xml", ".cod"}


def _check_that_it_comes_once():
    with pytest.raises(CommandError, match="already"):
        call_command("demo")
    call_command("demo", "--if-empty", stdout=StringIO())


def test_the_other_clients_are_the_same_everywhere():
    from portal.kernel.ids import is_enterprise_number, is_iban

    found = clients()
    assert len(found) == len({one.name for one in found}) == len({one.number for one in found}) == 158
    assert len({one.iban for one in found}) == len({one.mail for one in found}) == 158
    assert all(is_enterprise_number(one.number) and is_iban(one.iban) for one in found)
    assert {one.sector for one in found} == set(SECTORS)
    clients.cache_clear()
    assert clients() == found


def test_days_are_working_days_and_never_today():
    from datetime import date

    days = Days(date(2027, 1, 4))  # a Monday, after a weekend and New Year's Day
    assert days.back(1) == date(2026, 12, 31)
    assert days.back(3) == date(2026, 12, 29)
    assert days.start.day == 1


def test_numbers_start_again_with_the_year():
    from datetime import date

    days = Days(date(2027, 1, 12))
    numbers = [(days.back(back).year, CURRENT.statement(back, days).number) for back in CURRENT.days()]
    this_year = [number for year, number in numbers if year == 2027]
    assert this_year == [f"{number:03d}" for number in range(1, len(this_year) + 1)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.long
@pytest.mark.parametrize("day", ["2026-12-25", "2027-01-01", "2027-01-04", "2027-03-07", "2027-07-21", "2026-02-28"])
def test_on_any_day(day, empty, clock, settings, tmp_path, monkeypatch):
    from datetime import date

    clock.set(date.fromisoformat(day))
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr("portal.tenancy.bell.ring", lambda *task, **ids: None)
    call_command("demo", stdout=StringIO())
    call_command("verify_books", stdout=StringIO())
