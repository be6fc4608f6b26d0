"""Bank lines the client is never asked about: told by the bank's own code, left out of a batch, set per client."""

import pytest

from bankfeeds.actions.line_classes import set_asked_classes
from bankfeeds.models import AskedClass, LineClass, StatementLine
from bankfeeds.queries.line_classes import line_class, never_asked
from portal.audit.models import Event
from tests.bankfeeds.conftest import OTHER_IBAN, TODAY, coda, movement, statement
from tests.screens.accountant.conftest import words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "name", "iban", "kind"),
    [
        ("03501000", "", "", LineClass.BANK_COSTS),
        ("08003000", "", "", LineClass.BANK_COSTS),
        ("00137000", "KBC", "", LineClass.BANK_COSTS),
        ("00105000", "JAN PEETERS", "", LineClass.SALARY),
        ("00101000", "FOD FINANCIËN - BTW", "", LineClass.TAX),
        ("00101000", "RSZ", "", LineClass.TAX),
        ("00101000", "RSZ-ADVIES BV", "", None),
        ("00101000", "WIJ ZELF", OTHER_IBAN, LineClass.OWN_TRANSFER),
        ("00113000", "", "", LineClass.OWN_TRANSFER),
        ("00101000", "EXACT SOFTWARE", "", None),
        ("00402000", "FODMAP BAKKERIJ", "", None),
        ("", "", "", None),
    ],
)
def test_what_the_bank_shows(code, name, iban, kind):
    line = StatementLine(transaction_code=code, counterparty_name=name, counterparty_iban=iban)
    assert line_class(line, {OTHER_IBAN}) == kind


@pytest.fixture
def lines(office):
    """A purchase, bank costs, and VAT."""
    with office.scope():
        moves = [movement(1), movement(2, "-5.00", name="KBC"), movement(3, "-900.00", name="FOD FINANCIEN")]
        office.load(coda(statement(lines=moves)))
        found = list(StatementLine.objects.order_by("sequence"))
    return found


def dialog(office, lines, more=""):
    query = "&".join(f"line={line.pk}" for line in lines)
    return office.get(f"bank/requests/new/?{query}{more}", htmx="ask-body")


def test_a_batch_leaves_them_out_and_says_so(office, lines):
    page = dialog(office, lines)
    assert [line.pk for line in page.context["chosen"]] == [lines[0].pk, lines[1].pk]
    assert "1 regel is weggelaten" in words(page)
    assert "Belastingen en sociale zekerheid" in words(page)
    every = dialog(office, lines, "&anyway=1")
    assert len(every.context["chosen"]) == 3
    alone = dialog(office, [lines[2]])
    assert len(alone.context["chosen"]) == 1
    assert "Gewoonlijk wordt de klant" in words(alone)


def test_nothing_left_to_ask(office, lines):
    with office.scope():
        more = [movement(1, "-1.00", name="RSZ"), movement(2, "-2.00", name="ONSS")]
        office.load(coda(statement(59, lines=more, old="-74.69")))
        silent = list(StatementLine.objects.filter(statement__number="059"))
    page = dialog(office, silent)
    assert page.context["chosen"] == []
    assert b"ask-form" in page.content
    assert b"button--primary" not in page.content
    assert "2 regels zijn weggelaten" in words(page)


def test_a_client_can_be_asked_all_the_same(office, lines):
    assert "Nooit vragen aan de klant" in words(office.get("bank/rules/"))
    done = office.post("bank/classes/", {"silent": ["bank_costs", "salary", "own_transfer", "x"]})
    assert done.status_code == 302
    with office.scope():
        assert AskedClass.objects.get().line_class == "tax"
        assert never_asked(lines) == {}
        set_asked_classes(administration=office.administration, asked=["tax"], by=office.actor, on=TODAY)
        assert Event.objects.filter(what="asked_classes.set").count() == 1
        set_asked_classes(administration=office.administration, asked=[], by=office.actor, on=TODAY)
        assert not AskedClass.objects.exists()
        assert set(never_asked(lines).values()) == {LineClass.TAX}
        with pytest.raises(ValueError, match="x"):
            set_asked_classes(administration=office.administration, asked=["x"], by=office.actor, on=TODAY)
