"""The bank desk: booking, allocating, asking and undoing by hand; conflicts and refusals that keep what was typed."""

import re
from decimal import Decimal

import pytest

from accounting.actions.periods import lock_period
from accounting.models import Entry, Party
from accounting.queries.periods import period_of
from bankfeeds.actions.allocate import allocate_to_account
from bankfeeds.models import Allocation, StatementLine
from invoicing.models import PurchaseDocument
from portal.outbox.models import OutgoingMail
from requests_app.actions.answer import answer_with_document
from requests_app.models import Closure, Message, Request
from tests.bankfeeds.conftest import MARCH, TODAY
from tests.screens.accountant.conftest import is_whole, words
from tests.screens.stage import photo

pytestmark = pytest.mark.django_db


def form_of(paper, **changes):
    """The entry proposal as a person types it."""
    typed = {
        "supplier": "Exact Software",
        "kind": "invoice",
        "number": "1815007",
        "issued_on": "6/3/2026",
        "account0": "612000 Kantoor",
        "vat_code0": "P21S",
        "net0": "140,24",
        "vat0": "29,45",
        **changes,
    }
    return {f"p-{paper.pk}-{name}": value for name, value in typed.items()}


class Sent:
    """A line, its question, and the paper the client sent."""

    def __init__(self, office, *amounts, asked=1):
        self.office = office
        self.lines = office.lines(*(amounts or ("-169.69",)))
        self.line = self.lines[0]
        self.request = office.asked(*self.lines[:asked])[0]
        with office.scope():
            document = office.uploaded().document
            sofie = office.world.actor("sofie")
            answer_with_document(request=self.request, documents=[document], by=sofie, on=TODAY)
            self.paper = PurchaseDocument.objects.get(document=document)

    def book(self, version=1, htmx="desk", query="", more=None, **changes):
        data = {"purchase": self.paper.pk, "version": version, **form_of(self.paper, **changes), **(more or {})}
        return self.office.post(f"bank/lines/{self.line.pk}/booking/{query}", data, htmx=htmx)

    def entries(self):
        with self.office.scope():
            return Entry.objects.filter(source_kind="invoicing.purchasedocument").count()


@pytest.fixture
def sent(office):
    return Sent(office, "-169.69", "-50.00")


def reload(office, line):
    with office.scope():
        return StatementLine.objects.get(pk=line.pk)


# ── Booking ──


def test_book_and_next(sent, office):
    response = sent.book()
    assert (response.status_code, is_whole(response)) == (200, False)
    assert "Geboekt als AANK 2026/1" in words(response)
    assert response["HX-Push-Url"].endswith(f"?line={sent.lines[1].pk}")
    assert "50,00" in words(response)
    assert reload(office, sent.line).open_amount == 0
    with office.scope():
        assert Closure.objects.get().outcome == "booked"
        office.in_order()


def test_without_javascript_the_next_line_is_a_page(sent, office):
    response = sent.book(htmx=None, query="?status=todo&text=FACTUUR")
    assert response.status_code == 302
    assert response["Location"].startswith(f"{office.url}bank/?")
    assert {"status=todo", "text=FACTUUR", f"line={sent.lines[1].pk}"} <= set(
        response["Location"].split("?")[1].split("&")
    )


def test_a_filter_survives_the_booking(sent, office):
    response = sent.book(query="?text=FACTUUR&since=2026-01-01")
    assert "text=FACTUUR" in response["HX-Push-Url"]
    assert "since=2026-01-01" in response["HX-Push-Url"]
    assert b'value="FACTUUR"' in response.content


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"net0": "honderd"}, "1.234,56"),
        ({"issued_on": "32/13"}, "6-3-2026"),
        ({"account0": "999999"}, "999999"),
        ({"account0": ""}, "Dit veld"),
        ({"supplier": ""}, "Dit veld"),
        ({"iban": "BE00"}, "IBAN"),
        ({"vat_code0": "XX"}, ""),
        ({"vat_number": "BE0712345631"}, ""),
        ({"vat_code0": ""}, ""),
        ({"net0": "0"}, ""),
    ],
)
def test_what_is_refused_keeps_what_was_typed(sent, change, word):
    response = sent.book(**{"number": "TYPED-7", **change})
    assert response.status_code == 422
    text = response.content.decode()
    assert "TYPED-7" in text
    for value in change.values():
        assert value in text or value == "XX"
    assert word in text
    assert sent.entries() == 0
    with sent.office.scope():
        assert not Party.objects.exists()


def test_a_difference_asks_whether_it_is_meant(sent, office):
    response = sent.book(net0="140,00")
    assert response.status_code == 422
    assert "0,24" in words(response)
    assert b'name="accept"' in response.content
    assert sent.entries() == 0
    response = sent.book(net0="140,00", more={"accept": "1"})
    assert response.status_code == 200
    assert sent.entries() == 1
    assert reload(office, sent.line).open_amount == Decimal("-0.24")


def test_a_colleague_was_first_and_is_named(sent, office, world):
    with office.scope():
        joke = world.actor("joke")
        part = Decimal("-9.69")
        allocate_to_account(line=sent.line, version=1, account=office.cost(), amount=part, by=joke, on=TODAY)
    response = sent.book(number="TYPED-7")
    assert response.status_code == 422
    assert "Joke Willems" in words(response)
    assert b"TYPED-7" in response.content
    assert sent.entries() == 0
    assert b'name="version" value="2"' in response.content


@pytest.mark.parametrize("version", ["", "x", "99999999999", "-1", "²"])
def test_a_bent_version_is_a_stale_one(sent, version):
    assert sent.book(version=version).status_code == 422
    assert sent.entries() == 0


def test_a_locked_period_is_named(sent, office):
    with office.scope():
        lock_period(period=period_of(MARCH, office.administration), by=office.actor, on=TODAY)
    response = sent.book()
    assert response.status_code == 422
    assert "2026-03" in words(response) or "maart" in words(response)


def test_booking_without_a_paper_says_so(sent, office):
    response = office.post(f"bank/lines/{sent.line.pk}/booking/", {"version": 1}, htmx="desk")
    assert response.status_code == 422


def test_one_paper_for_two_lines(office):
    sent = Sent(office, "-100.00", "-69.69")
    response = sent.book(more={"also": [f"{sent.lines[1].pk}:1", f"{sent.line.pk}:1", f"{sent.line.pk}:x"]})
    assert response.status_code == 200
    assert [reload(office, line).open_amount for line in sent.lines] == [0, 0]


def test_undo_brings_everything_back(sent, office):
    sent.book()
    done = office.get(f"bank/?status=done&line={sent.line.pk}")
    assert "Afgehandeld" in words(done)
    assert b'name="undo"' in done.content
    response = office.post(f"bank/lines/{sent.line.pk}/booking/", {"undo": "1"}, htmx="desk")
    assert response.status_code == 200
    assert "Ongedaan gemaakt" in words(response)
    assert b"1815007" in response.content  # the proposal is there again
    assert reload(office, sent.line).open_amount == Decimal("-169.69")
    again = office.post(f"bank/lines/{sent.line.pk}/booking/", {"undo": "1"}, htmx="desk")
    assert b"flash--error" in again.content


def test_the_form_is_filled_from_the_line_when_nobody_read_the_paper(sent, office):
    page = office.get(f"bank/?line={sent.line.pk}")
    form = page.context["work"]["form"]
    values = {name: form[name].value() for name in ("supplier", "issued_on", "number", "net0", "vat0", "vat_code0")}
    assert values == {
        "supplier": "Exact Software",
        "issued_on": None,
        "number": None,
        "net0": "140,24",
        "vat0": "29,45",
        "vat_code0": "P21S",
    }
    assert "De bank betaalde op 06-03-2026" in words(page)


def test_the_twin_of_a_booked_paper_is_asked_about_and_goes_to_the_supplier(office):
    sent = Sent(office, "-169.69", "-169.69", asked=2)
    twin = sent.lines[1]
    sent.book()
    page = office.get(f"bank/?line={twin.pk}")
    said = words(page)
    assert f"al geboekt (AANK 2026/1), op de regel van {sent.line.booked_on:%d-%m-%Y}" in said
    assert "Twee keer betaald?" in said
    assert "Dit document past" not in said
    assert b'id="booking"' not in page.content
    form = page.content.decode().split("twice-title", 2)[2].split("</form>")[0]
    hidden = dict(re.findall(r'name="(version|a-[a-z]+)" value="([^"]*)"', form))
    assert hidden["a-account"] == "440000"
    response = office.post(f"bank/lines/{twin.pk}/allocations/", hidden, htmx="desk")
    assert response.status_code == 200
    assert reload(office, twin).open_amount == 0


def test_after_an_act_the_letters_work_and_the_toast_takes_it_back(sent, office):
    response = allocate(office, sent.line)
    said = response.content.decode()
    assert "€ 169,69 Exact Software op 612000" in words(response).replace("\xa0", " ")
    assert re.search(r"<h2[^>]* data-focus>", said)
    assert not re.search(r"<input[^>]* data-focus", said)
    [undo] = re.findall(r'data-flash>.*?action="([^"]+)".*?name="undo"', said)
    assert f"/lines/{sent.line.pk}/booking/" in undo


@pytest.mark.parametrize("text", ["u", "617", "kant", "Uitzend"])
def test_part_of_an_account_chooses_nothing(sent, office, text):
    response = allocate(office, sent.line, **{"a-account": text})
    assert response.status_code == 422
    assert reload(office, sent.line).open_amount == sent.line.amount


# ── Allocating ──


def allocate(office, line, htmx="desk", **changes):
    typed = {"a-account": "612000", "a-amount": "-169,69", "a-vat_code": "", "a-description": "", "version": 1}
    return office.post(f"bank/lines/{line.pk}/allocations/", {**typed, **changes}, htmx=htmx)


def test_allocating_to_an_account_closes_the_question(sent, office):
    response = allocate(office, sent.line)
    assert response.status_code == 200
    assert reload(office, sent.line).open_amount == 0
    with office.scope():
        assert Closure.objects.count() == 1
    response = office.post(f"bank/lines/{sent.line.pk}/booking/", {"undo": "1"}, htmx="desk")
    assert response.status_code == 200
    assert reload(office, sent.line).open_amount == Decimal("-169.69")
    with office.scope():
        assert Closure.objects.get().withdrawn_at is not None


@pytest.mark.parametrize(
    "change",
    [
        {"a-account": "999999"},
        {"a-account": "440000"},
        {"a-amount": "veel"},
        {"a-amount": "-500"},
        {"a-amount": "169,69"},
        {"a-vat_code": "XX"},
        {"version": 7},
    ],
)
def test_an_allocation_that_is_refused_keeps_what_was_typed(sent, office, change):
    response = allocate(office, sent.line, **{"a-description": "TYPED-7", **change})
    assert response.status_code == 422
    assert b"TYPED-7" in response.content
    with office.scope():
        assert not Allocation.objects.exists()


def test_matching_an_open_item(sent, office):
    with office.scope():
        item = office.invoice()
    page = office.get(f"bank/?line={sent.line.pk}")
    assert str(item.pk) in page.content.decode()
    response = office.post(f"bank/lines/{sent.line.pk}/allocations/", {"item": item.pk, "version": 1}, htmx="desk")
    assert response.status_code == 200
    assert reload(office, sent.line).open_amount == 0


# ── Asking ──


def test_asking_from_the_desk(office):
    lines = office.lines("-10.00", "-20.00", "-20.00")
    query = "&".join(f"line={line.pk}" for line in lines)
    whole, dialog = (office.get(f"bank/requests/new/?{query}", htmx=htmx) for htmx in (None, "ask-body"))
    assert [is_whole(whole), is_whole(dialog)] == [True, False]
    assert dialog.content.decode().count("<textarea") == 2  # twins are one card
    card = dialog.context["cards"][0]["first"]
    data = {"line": [line.pk for line in lines], "kind": "missing_document", "recipient": "sofie@newlogo.example"}
    refused = office.post("bank/requests/", {**data, "kind": "x", f"text-{card.pk}": "TYPED-7"}, htmx="ask-body")
    assert (refused.status_code, is_whole(refused)) == (422, False)
    made = office.post("bank/requests/", data, htmx="ask-body")
    assert (made.status_code, made["HX-Retarget"], made["HX-Trigger-After-Swap"]) == (200, "#desk", "close-dialog")
    assert "2 vragen" in words(made)
    with office.scope():
        assert (Request.objects.count(), OutgoingMail.objects.count()) == (2, 1)
    again = office.post("bank/requests/", data, htmx="ask-body")
    assert again.status_code == 422
    assert "Els Hermans" in words(again)


def test_the_conversation_and_its_refusals(sent, office):
    here = f"requests/{sent.request.pk}/"
    assert is_whole(office.get(here))
    said = office.post(here + "messages/", {"text": "Welke factuur?"}, htmx="thread")
    assert (said.status_code, is_whole(said), "Welke factuur?" in words(said)) == (200, False, True)
    assert office.post(here + "messages/", {"text": "  "}, htmx="thread").status_code == 422
    note = office.post(here + "notes/", {"text": "Let op: oude klant"}, htmx="thread")
    assert "Let op: oude klant" in words(note)
    closed = office.post(here + "closure/", {"outcome": "not_needed"}, htmx="thread")
    assert closed.status_code == 200
    late = office.post(here + "messages/", {"text": "TYPED-7"}, htmx="thread")
    assert late.status_code == 422
    assert office.post(here + "closure/", {"outcome": "not_needed"}, htmx="thread").status_code == 422
    assert office.post(here + "closure/", {"undo": "1"}, htmx="thread").status_code == 200
    with office.scope():
        assert Message.objects.filter(text="TYPED-7").count() == 0


def test_someone_else_and_a_paper_by_phone(sent, office):
    here = f"requests/{sent.request.pk}/"
    asked = office.post(here + "recipient/", {"email": "an@elders.example", "name": "An"}, htmx="thread")
    assert "an@elders.example" in words(asked)
    for bad in ("", "geen adres", "a\x00b@c.example"):
        assert office.post(here + "recipient/", {"email": bad}, htmx="thread").status_code == 422
    handed = office.post(here + "documents/", {"file": photo(90, "tel.jpg")}, htmx="thread")
    assert handed.status_code == 200
    assert "tel.jpg" in words(office.get(here))
    assert office.post(here + "documents/", {}, htmx="thread").status_code == 422
    shown = office.get(here + "link/", htmx="x")
    assert "/l/" in shown.content.decode()
