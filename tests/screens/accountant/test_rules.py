"""Rules of allocation, the history of a line, and earlier questions: what the desk remembers."""

import pytest

from accounting.models import Account, Entry
from bankfeeds.actions.rules import remove_rule, set_rule
from bankfeeds.models import Allocation, AllocationRule, StatementLine
from bankfeeds.queries.suggestions import suggestions
from bankfeeds.refusals import AccountNotForThis, NobodyNamed, RuleNeedsParty, VatDoesNotFit
from portal.audit.models import Event
from requests_app.actions.close import close_request
from tests.bankfeeds.conftest import TODAY, coda, movement, statement
from tests.screens.accountant.conftest import words
from tests.screens.accountant.test_desk import Sent, allocate

pytestmark = pytest.mark.django_db
IBAN = "BE68539007547034"


@pytest.fixture
def lines(office):
    """Two payments to Exact, one receipt from it, and a line that names nobody."""
    with office.scope():
        moves = [
            movement(1, "-10.00", iban=IBAN),
            movement(2, "-20.00", iban=IBAN),
            movement(3, "5.00", iban=IBAN),
            movement(4, "-7.00", name="", text="iets"),
        ]
        office.load(coda(statement(lines=moves)))
        return list(StatementLine.objects.order_by("sequence"))


def account(office, code="612000"):
    return Account.objects.get(administration=office.administration, code=code)


def propose_for(line):
    found = suggestions(line).account
    return found and (found.account.code, found.vat_code, found.by_rule)


def test_a_rule_proposes_and_books_nothing(office, lines):
    entries = None
    with office.scope():
        entries = Entry.objects.count()
    typed = {"a-account": "612000", "a-vat_code": "P21S", "a-amount": "", "version": 1}
    done = office.post(f"bank/lines/{lines[0].pk}/rule/", typed, htmx="desk")
    assert done.status_code == 200
    assert "Voortaan wordt 612000" in words(done)
    page = office.get(f"bank/?line={lines[1].pk}")
    form = page.context["work"]["allocation"]
    assert (form["account"].value()[:6], form["vat_code"].value()) == ("612000", "P21S")
    assert "je regel voor deze tegenpartij" in words(page)
    with office.scope():
        assert (Entry.objects.count(), Allocation.objects.count()) == (entries, 0)
        assert propose_for(lines[2]) is None  # money that comes in is another matter
        assert Event.objects.filter(what="rule.set").count() == 1
        office.in_order()


def test_a_rule_goes_before_a_habit_and_the_last_rule_counts(office, lines):
    allocate(office, lines[0], **{"a-account": "613000", "a-amount": "-10"})
    with office.scope():
        assert propose_for(lines[1])[0] == "613000"
        for code in ("612000", "615000"):
            rule = set_rule(line=lines[1], account=account(office, code), by=office.actor, on=TODAY)
        assert AllocationRule.objects.count() == 1
        assert propose_for(lines[1]) == ("615000", "", True)
        remove_rule(rule=rule, by=office.actor, on=TODAY)
        remove_rule(rule=rule, by=office.actor, on=TODAY)
        assert propose_for(lines[1])[0] == "613000"


def test_what_cannot_be_a_rule(office, lines):
    with office.scope():
        refused = [
            (lines[3], account(office), "", NobodyNamed),
            (lines[0], account(office, "440000"), "", RuleNeedsParty),
            (lines[0], account(office, "580900"), "", AccountNotForThis),
            (lines[0], account(office), "S21", VatDoesNotFit),
        ]
        for line, to, code, why in refused:
            with pytest.raises(why):
                set_rule(line=line, account=to, vat_code=code, by=office.actor, on=TODAY)
        assert not AllocationRule.objects.exists()
    for code in ("", "999999", "580900"):
        assert office.post(f"bank/lines/{lines[0].pk}/rule/", {"a-account": code}, htmx="desk").status_code == 422


def test_the_list_of_rules_and_deleting_one(office, lines):
    assert "Nog geen vaste regels" in words(office.get("bank/rules/"))
    with office.scope():
        rule = set_rule(line=lines[0], account=account(office), vat_code="P21S", by=office.actor, on=TODAY)
    page = office.get("bank/rules/")
    for text in ("Exact Software", "BE68 5390 0754 7034", "612000", "P21S", "Els Hermans"):
        assert text in words(page)
    assert office.post(f"bank/rules/{rule.pk}/removal/").status_code == 302
    assert "Nog geen vaste regels" in words(office.get("bank/rules/"))


# ── History ──


def test_the_history_of_a_line_is_told_in_sentences(office):
    sent = Sent(office, "-169.69")
    allocate(office, sent.line, **{"a-description": "x"})
    office.post(f"bank/lines/{sent.line.pk}/booking/", {"undo": "1"}, htmx="desk")
    whole = office.get(f"bank/lines/{sent.line.pk}/history/")
    told = words(whole)
    expected = [
        "Els Hermans heeft het bankbestand 058.cod ingelezen",
        "Els Hermans heeft sofie@newlogo.example hierover een vraag gesteld",
        "Sofie",
        "Els Hermans heeft € 169,69 toegewezen aan 612000",
        "Els Hermans heeft de vraag afgesloten: Geboekt",
        "Els Hermans heeft € 169,69 teruggenomen van 612000",
        "Els Hermans heeft de vraag heropend",
    ]
    places = [told.find(text) for text in expected]
    assert -1 not in places, list(zip(expected, places, strict=True))
    assert places[:2] == sorted(places[:2])
    part = office.get(f"bank/lines/{sent.line.pk}/history/", htmx="x")
    assert b"<html" not in part.content
    assert f"bank/lines/{sent.line.pk}/history/".encode() in office.get(f"bank/?line={sent.line.pk}").content


def test_it_says_when_the_counterparty_was_asked_before(office, lines):
    (request,) = office.asked(lines[0])
    other = words(office.get(f"bank/?line={lines[1].pk}"))
    assert "Over deze tegenpartij is al eens een vraag gesteld, op" in other
    assert "al eens een vraag" not in words(office.get(f"bank/?line={lines[0].pk}"))  # it stands beside it
    assert "al eens een vraag" not in words(office.get(f"bank/?line={lines[3].pk}"))
    with office.scope():
        close_request(request=request, outcome="not_needed", by=office.actor, on=TODAY)
    assert "Niet meer nodig" in words(office.get(f"bank/?line={lines[1].pk}"))
