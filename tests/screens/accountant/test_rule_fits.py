"""How many open lines a rule fits, said before it is made and beside it afterwards; and what a view counts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bankfeeds.models import StatementLine
from bankfeeds.queries.rules import (
    fitting_lines,
    handled_fitting_lines,
    lines_like,
    rule_for,
    rules_of,
)
from requests_app.actions.answer import answer_with_document
from tests.bankfeeds.conftest import TODAY, coda, movement, statement
from tests.screens.accountant.conftest import words
from tests.screens.accountant.test_desk import allocate

pytestmark = pytest.mark.django_db
IBAN, OTHER = "BE68539007547034", "BE71096123456769"


@pytest.fixture
def lines(office):
    """Three payments to one, a receipt from it, one to another, and one that names nobody."""
    with office.scope():
        moves = [
            movement(1, "-10.00", iban=IBAN),
            movement(2, "-20.00", iban=IBAN),
            movement(3, "-30.00", iban=IBAN),
            movement(4, "5.00", iban=IBAN),
            movement(5, "-6.00", iban=OTHER),
            movement(6, "-7.00", name="", text="iets"),
        ]
        office.load(coda(statement(lines=moves)))
        return list(StatementLine.objects.order_by("sequence"))


def test_the_number_is_that_of_the_lines_the_rule_proposes_for(office, lines):
    with office.scope():
        assert [lines_like(line, TODAY)[0] for line in lines] == [3, 3, 3, 1, 1, 0]
    said = words(office.get(f"bank/?line={lines[0].pk}"))
    assert "past op 3 open regels" in said
    for line in (lines[0], lines[4]):
        typed = {"a-account": "612000", "a-vat_code": "", "a-amount": "", "version": 1}
        office.post(f"bank/lines/{line.pk}/rule/", typed, htmx="desk")
    allocate(office, lines[1], **{"a-amount": "-20,00"})
    with office.scope():
        kept = rules_of(office.administration)
        fits = fitting_lines(kept)
        open_now = StatementLine.objects.exclude(open_amount=0)
        for rule in kept:
            assert fits[rule.pk] == len([line for line in open_now if rule_for(line) == rule])
        assert sorted(fits.values()) == [1, 2]
        assert fitting_lines([]) == {}
    page = words(office.get("bank/rules/"))
    assert "past op 2 open regels" in page
    assert "past op 1 open regel" in page


def test_the_number_of_handled_lines_of_the_last_year_stands_beside_it(office, lines):
    assert "oude" not in words(office.get(f"bank/?line={lines[0].pk}"))
    for line in (lines[1], lines[2], lines[3], lines[4]):
        allocate(office, line, **{"a-amount": f"{line.amount:.2f}".replace(".", ",")})
    day = lines[1].booked_on
    with office.scope():
        assert not StatementLine.objects.filter(pk__in=[line.pk for line in lines[1:5]]).exclude(open_amount=0)
        on = day + timedelta(days=364)
        assert [lines_like(line, on)[1] for line in lines] == [2, 2, 2, 1, 1, 0]
        for other in (day - timedelta(days=1), day + timedelta(days=365)):
            assert [lines_like(line, other)[1] for line in lines] == [0] * 6
    assert "past op 1 open regel en 2 oude" in words(office.get(f"bank/?line={lines[0].pk}"))
    assert handled_fitting_lines([], day) == {}
    typed = {"a-account": "612000", "a-vat_code": "", "a-amount": "", "version": 1}
    office.post(f"bank/lines/{lines[0].pk}/rule/", typed, htmx="desk")
    with office.scope():
        [kept] = rules_of(office.administration)
        assert handled_fitting_lines([kept], on) == {kept.pk: 2}
        assert handled_fitting_lines([kept], day + timedelta(days=365)) == {kept.pk: 0}
        with CaptureQueriesContext(connection) as asked:
            handled_fitting_lines([kept, kept], on)
        assert len(asked) == 1
    page = words(office.get("bank/rules/"))
    assert "past op 1 open regel en 2 oude" in page
    assert "Oude regels zijn die van de laatste 12 maanden die afgehandeld zijn." in page


def test_the_late_view_says_what_it_counts(world):
    page = world.client("els").get("/kantoor/van-damme/?view=late")
    assert "Wie beide heeft, telt één keer." in words(page)
    assert "Wie beide heeft" not in words(world.client("els").get("/kantoor/van-damme/"))


def test_letters_are_on_until_somebody_switches_them_off(world):
    browser = world.client("els")
    page = browser.get("/kantoor/van-damme/").content.decode()
    assert 'data-keys="on"' in page
    assert "Zitten losse letters in de weg?" in page
    typed = {"name": "Els Hermans", "language": "nl", "call_list": "on"}
    assert browser.post("/profiel/", typed).status_code == 302
    page = browser.get("/kantoor/van-damme/").content.decode()
    assert 'data-keys="off"' in page
    assert "Je hebt losse letters uitgezet" in page


def test_my_work_is_what_waits_for_me(office, world):
    """An answer at a client one answers for; nothing while the client is still to answer, nothing of a colleague's."""
    [one] = office.asked(*office.lines("-10.00"))

    def shown(who):
        page = world.client(who).get("/kantoor/van-damme/?view=work")
        [tab] = [tab for tab in page.context["views"] if tab["current"]]
        names = [row.name for row in page.context["page"].rows]
        assert tab["count"] == len(names)
        return names

    assert (shown("els"), shown("joke")) == ([], [])
    with office.scope():
        document = office.uploaded().document
        answer_with_document(request=one, documents=[document], by=world.actor("sofie"), on=TODAY)
    assert (shown("els"), shown("joke")) == (["Consultancy New Logo"], [])
