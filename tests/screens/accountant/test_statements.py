"""The statements of an account, how they join, and the desk for those that were held back."""

import re
from decimal import Decimal

import pytest

from bankfeeds.models import Statement, StatementLine
from bankfeeds.queries.statements import Movement, compared
from portal.audit.models import Event
from tests.bankfeeds.conftest import MARCH, coda, movement, statement
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db


def load(office, *statements, name="058.cod"):
    with office.scope():
        return office.load(coda(*statements), name=name)


def held_of(office):
    with office.scope():
        return Statement.objects.get(state="quarantined")


@pytest.fixture
def twice(office):
    """Statement 58 in the books, and another 58 with one amount changed, one movement less, one more."""
    lines = [movement(1), movement(2, "-10.00", text="PARKING"), movement(3, "-20.00", text="KOFFIE")]
    load(office, statement(lines=lines))
    other = [movement(1, "-196.69"), movement(2, "-10.00", text="PARKING"), movement(3, "-5.00", name="BPOST")]
    load(office, statement(lines=other), name="058-nieuw.cod")
    return office


def test_statements_that_join(office):
    load(office, statement(58), statement(59, old="830.31"))
    page = office.get("bank/statements/")
    assert "Elk afschrift sluit aan op het vorige" in words(page)
    rows = [(row.statement.number, row.lines, row.open_lines, row.first) for row, _odd in page.context["rows"]]
    assert rows == [("059", 1, 1, False), ("058", 1, 1, True)]


def test_a_missing_number_and_a_balance_that_does_not_meet_are_named(office):
    load(office, statement(58), statement(61, old="500.00"))
    page = office.get("bank/statements/")
    assert "Op 1 plaats sluiten de afschriften niet" in words(page)
    ((_row, odd), (_first, none)) = page.context["rows"]
    assert (len(odd), none) == (2, [])
    assert "058" in odd[0]
    assert "830,31" in odd[1]


def test_a_year_and_an_account_at_a_time(office):
    other = "BE68539007547034"
    with office.scope():
        office.add_account(other)
    load(office, statement(58), statement(1, account=other))
    page = office.get("bank/statements/")
    assert len(page.context["account_tabs"]) == 2
    account = page.context["account_tabs"][1]["url"]
    second = office.browser.get(account)
    assert [row.statement.number for row, _odd in second.context["rows"]] == ["001"]
    assert office.get("bank/statements/?account=x&year=1800").status_code == 200


def test_nothing_yet(office):
    assert "Nog geen afschriften" in words(office.get("bank/statements/"))


# ── Held back ──


def test_the_difference_with_the_booked_one_is_shown(twice):
    row = held_of(twice)
    for page in (twice.get("bank/imports/"), twice.get("bank/statements/")):
        assert f"bank/statements/{row.pk}/".encode() in page.content
    page = twice.get(f"bank/statements/{row.pk}/")
    held = page.context["held"]
    assert (held.equal, held.may_pass, held.difference) == (1, True, 0)
    found = [(one.known and one.known.amount, one.new and one.new.amount) for one in held.changes]
    assert found == [(Decimal("-169.69"), Decimal("-196.69")), (Decimal("-20.00"), Decimal("-5.00"))]
    told = words(page)
    assert "1 beweging is in beide gelijk" in told
    assert "169,69" in told
    assert "196,69" in told
    assert "Beste Afschrift 058 van 2026 van rekening BE70 0639 5627 3525" in told


def test_sums_that_do_not_meet_are_shown(office):
    load(office, statement(new="100.00"))
    assert "1 afschrift is aangehouden" in office.get("bank/").content.decode()  # its lines are not on the desk
    page = office.get(f"bank/statements/{held_of(office).pk}/")
    held = page.context["held"]
    assert (held.movements, held.found, held.difference) == (Decimal("-169.69"), Decimal("830.31"), Decimal("-730.31"))
    assert "730,31" in words(page)
    assert held.known is None


def test_accepting_needs_a_reason_and_keeps_it(twice):
    row = held_of(twice)
    refused = twice.post(f"bank/statements/{row.pk}/acceptance/", {"reason": "  "})
    assert refused.status_code == 422
    assert refused.content.count(b"field__error") == 1
    done = twice.post(f"bank/statements/{row.pk}/acceptance/", {"reason": "Twee afschriften 58, zegt de bank"})
    assert done.status_code == 302
    with twice.scope():
        row.refresh_from_db()
        assert (row.state, row.number) == ("booked", "058/2")
        assert StatementLine.objects.filter(statement=row).count() == 3
        assert Event.objects.get(what="statement.released").facts["reason"].startswith("Twee")
        twice.in_order()
    page = twice.get(f"bank/statements/{row.pk}/")
    assert "Beslist door Els Hermans" in words(page)
    assert b'name="reason"' not in page.content
    again = twice.post(f"bank/statements/{row.pk}/acceptance/", {"reason": "Nog eens"})
    assert again.status_code == 422


def test_refusing_closes_it(twice):
    row = held_of(twice)
    assert twice.post(f"bank/statements/{row.pk}/refusal/", {"reason": "Dubbel"}).status_code == 302
    with twice.scope():
        row.refresh_from_db()
        assert row.state == "refused"
    assert "Aangehouden" not in words(twice.get("bank/statements/"))


def test_what_can_never_be_booked_is_not_offered(office):
    load(office, statement(lines=[movement(1, "-1.005")], new="998.995"))
    row = held_of(office)
    page = office.get(f"bank/statements/{row.pk}/")
    assert b"acceptance/" not in page.content
    assert b"refusal/" in page.content
    assert office.post(f"bank/statements/{row.pk}/acceptance/", {"reason": "Toch"}).status_code == 422


def test_places_do_not_count_when_two_statements_are_compared():
    def made(place, amount, text):
        return Movement(place, MARCH, Decimal(amount), "", text)

    known = [made(1, "1.00", "a"), made(2, "2.00", "b"), made(3, "3.00", "c")]
    new = [made(1, "2.00", "b"), made(2, "3.00", "c"), made(3, "4.00", "d")]
    changes, equal = compared(known, new)
    assert equal == 2
    assert [(one.known and one.known.text, one.new and one.new.text) for one in changes] == [("a", None), (None, "d")]


def test_the_text_for_the_bank_is_in_the_language_of_the_reader(twice):
    page = twice.get(f"bank/statements/{held_of(twice).pk}/")
    (letter,) = re.findall(r'<textarea id="letter"[^>]*>(.*?)</textarea>', page.content.decode(), re.DOTALL)
    assert letter.startswith("Beste")
    assert "058-nieuw.cod" in letter
