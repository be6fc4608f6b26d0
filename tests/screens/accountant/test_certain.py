"""What is certain is booked in two keys: only what a rule or one open item says, and only as its reader saw it."""

import re

import pytest

from accounting.models import Account
from bankfeeds.actions.rules import set_rule
from bankfeeds.models import Allocation, StatementLine
from tests.bankfeeds.conftest import TODAY
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(office):
    """Three payments to one shop; the client is asked about the last."""
    found = office.lines("-10.00", "-20.00", "-30.00")
    office.asked(found[2])
    return found


def always(office, line, code="612000"):
    with office.scope():
        account = Account.objects.get(administration=line.administration_id, code=code)
        return set_rule(line=line, account=account, vat_code="P21S", by=office.actor, on=TODAY)


def seen(page):
    return re.findall(r'name="seen" value="([^"]+)"', page.content.decode())


def left(office):
    with office.scope():
        return set(StatementLine.objects.exclude(open_amount=0).values_list("pk", flat=True))


def test_without_a_rule_nothing_is_certain(office, lines):
    page = office.get("bank/certain/")
    assert seen(page) == []
    assert "Geen enkele regel is zeker" in words(page)
    assert 'data-shortcut="A"' in office.get("bank/").content.decode()


def test_what_the_rule_says_is_booked_and_what_is_asked_is_not(office, lines):
    before = left(office)
    always(office, lines[0])
    page = office.get("bank/certain/")
    certain = {text.partition(":")[0] for text in seen(page)}
    assert str(lines[0].pk) in certain
    assert str(lines[2].pk) not in certain
    assert left(office) == before, "looking books nothing"
    office.post("bank/certain/", {"seen": seen(page)})
    assert {str(pk) for pk in before - left(office)} == certain
    with office.scope():
        given = Allocation.objects.select_related("account")
        assert {(one.account.code, one.vat_code) for one in given} == {("612000", "P21S")}
        office.in_order()
    office.post("bank/certain/", {"seen": seen(page)})
    with office.scope():
        assert Allocation.objects.count() == len(certain), "twice is once"


def test_another_rule_by_now_books_nothing(office, lines):
    always(office, lines[0])
    page = office.get("bank/certain/")
    always(office, lines[0], "613000")
    before = left(office)
    after = office.browser.post(page.wsgi_request.path, {"seen": seen(page)}, follow=True)
    assert left(office) == before
    assert "Kijk opnieuw" in words(after)
