"""Every page of the office: it stands, whole or in part; without data it says what to do; the rest is not there."""

from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounting.models import Period
from bankfeeds.actions.allocate import allocate_to_account
from bankfeeds.models import Import
from portal.people.models import ClientAccess
from tests.bankfeeds.conftest import OTHER_IBAN, TODAY, coda, statement
from tests.screens.accountant.conftest import Office, is_whole, words

pytestmark = pytest.mark.django_db

FIRM_PAGES = ["", "switcher/", "clients/", "clients/new/", "requests/", "documents/", "people/", "settings/"]
DOSSIER_PAGES = ["bank/", "client/", "bank/imports/", "periods/"]
NUL = ["?q=%00", "?text=%00&party=%00", "?after=%00&before=%00", "?owner=%00", "?line=%00", "?view=%00&sort=%00"]


@pytest.mark.parametrize("page", FIRM_PAGES)
def test_pages_of_the_firm_stand_empty_and_full(office, page):
    assert office.firm(page).status_code == 200
    lines = office.lines("-10.00", "-20.00", "-20.00")
    office.asked(lines[0])
    response = office.firm(page)
    assert response.status_code == 200
    assert is_whole(response) == (page != "switcher/")


@pytest.mark.parametrize("page", DOSSIER_PAGES)
def test_pages_of_a_dossier_stand_empty_and_full(office, page):
    assert office.get(page).status_code == 200
    lines = office.lines("-10.00", "-20.00")
    office.asked(lines[0])
    response = office.get(page)
    assert (response.status_code, is_whole(response)) == (200, True)


def test_short_ways(office):
    assert office.get().status_code == 302
    assert office.get()["Location"] == office.url + "bank/"
    assert office.firm("bank/")["Location"] == office.firm_url + "?sort=-lines"


@pytest.mark.parametrize("query", NUL)
@pytest.mark.parametrize("page", ["", "requests/", "documents/", "switcher/", "clients/"])
def test_a_bent_address_of_the_firm_never_breaks(office, page, query):
    assert office.firm(page + query).status_code in (200, 400, 404)


@pytest.mark.parametrize("query", [*NUL, "?skip=x", "?purchase=x", "?amount=%00", "?since=x&until=0", "?after=x"])
def test_a_bent_address_of_the_desk_never_breaks(office, query):
    office.lines("-10.00")
    assert office.get("bank/" + query).status_code in (200, 400, 404)


def test_the_desk_whole_and_in_parts(office):
    line, _other = office.lines("-10.00", "-20.00")
    whole = office.get(f"bank/?line={line.pk}")
    desk = office.get(f"bank/?line={line.pk}", htmx="desk")
    work = office.get(f"bank/?line={line.pk}", htmx="work")
    assert [is_whole(each) for each in (whole, desk, work)] == [True, False, False]
    assert b'id="desk"' in desk.content
    assert b'id="desk"' not in work.content
    assert b"10,00" in work.content
    assert b"20,00" not in work.content.split(b"As the bank")[0] or b"queue__item" not in work.content


def test_without_data_every_page_says_what_to_do(office):
    assert "Alles is afgehandeld" in words(office.get("bank/"))
    assert "Geen enkele regel past" in words(office.get("bank/?text=iets"))
    assert "Nog geen documenten" in words(office.firm("documents/"))
    assert "Geen enkel document past" in words(office.firm("documents/?q=iets"))
    assert "Hier zijn geen vragen" in words(office.firm("requests/"))
    assert "Geen klant past" in words(office.firm("?q=niemand"))
    assert "Nog geen rekening" in words(office.browser.get(office.firm_url + f"{office.world.bakery.pk}/bank/imports/"))


def test_nobody_is_sent_to_the_login_and_back(office, world):
    stranger = world.client()
    page = stranger.get(office.url + "bank/?status=done")
    assert page.status_code == 302
    assert unquote(page["Location"]) == f"/accounts/login/?next={office.url}bank/?status=done"


def test_a_session_lost_inside_htmx_takes_the_whole_page_to_the_login(office, world):
    stranger = world.client()
    here = f"http://testserver{office.url}bank/?status=done"
    headers = {"HX-Request": "true", "HX-Target": "work", "HX-Current-URL": here}
    for answer in (
        stranger.get(office.url + "bank/", headers=headers),
        stranger.post(office.url + "bank/requests/", headers=headers),
    ):
        assert (answer.status_code, answer.content) == (200, b"")
        where = answer["HX-Redirect"]
        assert where.startswith("/accounts/login/?next=")
        assert "bank%2F%3Fstatus%3Ddone" in where


# ── What lies in another dossier is not there ──


@pytest.fixture
def neighbour(world, clock, office):
    """Another client of the same firm, with one of everything."""
    other = Office(world, "bakery")
    (line,) = other.lines("-77.00", iban=OTHER_IBAN)
    (request,) = other.asked(line)
    with other.scope():
        paper = other.proposed()
        given = allocate_to_account(line=line, version=1, account=other.cost(), by=other.actor, on=TODAY)
        return {
            "line": line.pk,
            "request_id": request.pk,
            "document": paper.document_id,
            "allocation": given.pk,
            "period": Period.objects.filter(administration=other.administration).first().pk,
            "access": ClientAccess.objects.filter(administration=other.administration).first().pk,
            "number": 1,
        }


INSIDE = [
    ("get", "bank/?line={line}"),
    ("get", "bank/?skip={line}"),
    ("post", "bank/lines/{line}/allocations/"),
    ("post", "bank/lines/{line}/booking/"),
    ("post", "allocations/{allocation}/reversal/"),
    ("get", "bank/requests/new/?line={line}"),
    ("post", "bank/requests/?line={line}"),
    ("get", "requests/{request_id}/"),
    ("post", "requests/{request_id}/messages/"),
    ("post", "requests/{request_id}/notes/"),
    ("post", "requests/{request_id}/closure/"),
    ("post", "requests/{request_id}/recipient/"),
    ("post", "requests/{request_id}/documents/"),
    ("get", "requests/{request_id}/link/"),
    ("get", "documents/{document}/"),
    ("get", "documents/{document}/original/"),
    ("post", "periods/{period}/lock/"),
    ("post", "client/people/{access}/revocation/"),
    ("post", "client/people/{access}/contact/"),
]


@pytest.mark.parametrize(("method", "path"), INSIDE)
def test_what_is_another_clients_is_not_there(office, neighbour, method, path):
    data = {"line": neighbour["line"], "text": "x", "email": "x@x.example", "version": "1"}
    found = getattr(office, method)(path.format(**neighbour), **({"data": data} if method == "post" else {}))
    assert found.status_code == 404


# ── Bank files ──


def upload(office, data, name="058.cod"):
    return office.post("bank/imports/", {"file": SimpleUploadedFile(name, data)})


def test_a_bank_file_and_its_report(office):
    response = upload(office, coda())
    assert response.status_code == 200
    told = words(response)
    assert "nieuw" in told
    assert "afschrift 058" in told
    again = words(upload(office, coda()))
    assert "bekend" in again
    with office.scope():
        assert Import.objects.count() == 2


def test_a_file_of_an_unknown_account_offers_to_make_it(office):
    data = coda(statement(account=OTHER_IBAN))
    response = upload(office, data)
    assert OTHER_IBAN in response.content.decode()
    made = office.post("bank/accounts/", {"number": OTHER_IBAN})
    assert made.status_code == 302
    assert "nieuw" in words(upload(office, data))


def test_a_file_that_is_no_bank_file_is_refused_in_words(office):
    for data in (b"%PDF-1.4 x", b"", b"hello", b"0" * 128):
        response = upload(office, data)
        assert response.status_code == 422, data
        assert b"field__error" in response.content or b"errors" in response.content


def test_a_hole_between_two_files_is_told(office):
    upload(office, coda(statement(58)))
    told = words(upload(office, coda(statement(61, old="500.00"))))
    assert "1.000" in told or "830,31" in told or "500,00" in told


@pytest.mark.parametrize("number", ["", "BE00 0000", "BE70 0639 5627 3525"])
def test_an_account_number_that_is_refused_says_why(office, number):
    refused = office.post("bank/accounts/", {"number": number, "name": "TYPED-7"})
    assert refused.status_code == 422
    assert b"field__error" in refused.content
    assert b"TYPED-7" in refused.content
