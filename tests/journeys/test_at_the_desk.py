"""The office when something is in the way: a colleague, a lost session, a locked month, an unknown account."""

import re
from datetime import date

import pytest

from accounting.actions.periods import lock_period
from accounting.models import Entry, Period
from bankfeeds.formats import write_coda
from bankfeeds.models import Allocation, StatementLine
from portal.demo.statements import belgian_iban
from portal.documents.models import Source
from portal.kernel.clock import now, today
from portal.people.models import Member
from requests_app.actions.papers import Sent, answer_with_files
from tests import cast
from tests.journeys.browsing import tab_to
from tests.journeys.dossiers import OTHERS, PASSWORD, RUITER, open_dossier
from tests.journeys.serving import wait_until


@pytest.fixture
def dossier(stage, language):
    """A client with six bank lines, whom Els and Joke both work for."""
    return open_dossier(stage, language)


def line_at(dossier, name):
    return dossier.address(f"bank/?line={dossier.line(name).pk}")


def allocate(page, account):
    tab_to(page, "input[name='a-account']")
    page.keyboard.press("Control+a")
    page.keyboard.type(account)
    page.keyboard.press("Control+Enter")


def test_two_colleagues_on_one_line(devices, dossier, words):
    name = OTHERS[0][1]
    mine, hers = devices.page(who="els"), devices.page(who="joke")
    for page in (mine, hers):
        page.goto(line_at(dossier, name))
    allocate(mine, "613200")
    mine.wait_for_function("(id) => !document.getElementById(`line-${id}`)", arg=str(dossier.line(name).pk))
    with devices.complaints.expecting(422):
        allocate(hers, "612300")
        told = hers.locator("[role=alert], .errors, .flash--error").first
        told.wait_for()
    assert "Els Hermans" in told.inner_text()
    with dossier.scope():
        [kept] = Allocation.objects.filter(line__administration=dossier.administration)
        assert kept.account.code == "613200"


def test_a_typed_letter_books_nothing_and_u_takes_the_last_booking_back(devices, dossier, words):
    name, other = OTHERS[0][1], OTHERS[1][1]
    page = devices.page(who="els")
    page.goto(line_at(dossier, other))
    with devices.complaints.expecting(422):
        allocate(page, "u")  # the list marks an account by itself, which is no choice
        page.locator("#allocate .field__error").wait_for()
    assert page.evaluate("document.activeElement.name") == "a-account"
    assert dossier.line(other).open_amount == dossier.line(other).amount
    page.goto(line_at(dossier, name))
    allocate(page, "613200")
    page.wait_for_function("(id) => !document.getElementById(`line-${id}`)", arg=str(dossier.line(name).pk))
    page.wait_for_function("() => document.activeElement.matches('h2[data-focus]')")
    assert "613200" in page.locator(".flash--success").inner_text()
    assert dossier.line(name).open_amount == 0
    page.keyboard.press("u")
    page.wait_for_function(
        "(id) => document.querySelector('.queue__line[aria-current=true]')?.id === `line-${id}`",
        arg=str(dossier.line(name).pk),
    )
    assert dossier.line(name).open_amount == dossier.line(name).amount


def test_a_session_lost_within_a_fragment_leads_to_the_login_and_back(devices, dossier, words):
    page = devices.page(who="els")
    page.goto(dossier.address("bank/"))
    here = page.url
    page.context.clear_cookies()
    page.locator(".queue__line").nth(2).click()
    page.wait_for_url("**/accounts/login/**")
    page.fill("input[name=login]", "els@van-damme.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(here + "*")
    assert page.locator("#desk").is_visible()


def test_a_code_by_mail_opens_the_door(portal, devices, language, words):
    page = devices.page()
    page.goto("/accounts/login/")
    page.locator("a.button--large").click()
    page.fill("input[type=email]", "els@van-damme.example")
    before = len(portal.mails("els@van-damme.example"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/code/confirm/")
    mail = portal.mail("els@van-damme.example", number=before + 1)
    page.fill("input[name=code]", re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mail["text"], re.MULTILINE)[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/kantoor/van-damme/")


def test_a_locked_month_says_so_and_keeps_what_was_typed(devices, dossier, words):
    [asked] = dossier.ask(RUITER[1])
    with dossier.scope():
        invoice = Sent(dossier.e_invoice(), "factuur.xml")
        by = dossier.world.actor("els")
        answer_with_files(request=asked, files=[invoice], source=Source.OFFICE, by=by, on=today())
        for period in Period.objects.filter(administration=dossier.administration):
            lock_period(period=period, by=by, on=today())
        before = Entry.objects.filter(administration=dossier.administration).count()
    page = devices.page(who="els")
    page.goto(line_at(dossier, RUITER[1]))
    tab_to(page, "input[name$='account0']")
    page.keyboard.press("Control+a")
    page.keyboard.type("612300")
    with devices.complaints.expecting(422):
        page.keyboard.press("Control+Enter")
        page.locator("#booking .field__error").wait_for()
    assert page.locator("#booking .field__error").inner_text().strip()  # once, at the day that falls in it
    assert page.evaluate("document.activeElement.name").endswith("issued_on")
    assert page.locator(".flash--error").count() == 0
    assert page.locator("input[name$='account0']").input_value().startswith("612300")
    with dossier.scope():
        assert Entry.objects.filter(administration=dossier.administration).count() == before
    line = dossier.line(RUITER[1])
    assert line.open_amount == line.amount


def test_a_bank_file_of_an_unknown_account_then_known_then_again(devices, dossier, words):
    page = devices.page(who="els")
    page.goto(dossier.address("bank/imports/"))
    iban = belgian_iban(f"733{int(dossier.administration.code):07d}")
    day = today() if today().day > 1 else date(today().year, today().month, 1)
    rows = [("-10.00", "EEN", "A"), ("-20.00", "TWEE", "B"), ("30.00", "DRIE", "C")]
    file = {"name": "nieuw.cod", "mimeType": "text/plain"}
    file["buffer"] = write_coda([dossier.statement(1, day, rows, account=iban)])

    def hand_over(what):
        page.set_input_files("input[name=file]", what)
        page.get_by_role("button", name=words("Take it in")).click()
        page.wait_for_load_state()

    hand_over(file)
    report = page.locator("#report-title")
    first = report.inner_text()
    page.get_by_role("button", name=words("Make this account")).click()
    page.wait_for_load_state()
    with dossier.scope():
        lines = StatementLine.objects.filter(administration=dossier.administration, account__number=iban)
        if not lines.exists():  # the portal may take the kept file in by itself
            hand_over(file)
        wait_until(lines.exists, "new lines")
        assert lines.count() == 3
    hand_over(file)
    last = report.inner_text()
    assert last != first
    assert "0" in last
    assert "3" in last
    with dossier.scope():
        assert lines.count() == 3
    with devices.complaints.expecting(422):
        hand_over({"name": "foto.cod", "mimeType": "text/plain", "buffer": b"\xff\xd8\xff" + bytes(300)})
        wait_until(lambda: page.locator(".field__error, .errors").count(), "sentence")


def test_work_without_a_mouse_moves_selects_and_finds(devices, dossier, words):
    page = devices.page(who="els")
    page.goto(dossier.address("bank/"))
    chosen = lambda: page.locator(".queue__line[aria-current=true]").get_attribute("id")  # noqa: E731
    first = chosen()
    page.keyboard.press("j")
    wait_until(lambda: chosen() != first, "next line")
    page.keyboard.press("k")
    wait_until(lambda: chosen() == first, "the line before")
    page.keyboard.press("Enter")  # it is open: on to its first field
    page.wait_for_function("document.activeElement.name === 'a-account'")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    assert page.locator("input[data-select]:checked").count() == 1
    page.keyboard.press("?")
    page.wait_for_selector("dialog#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("r")
    assert page.locator("dialog#ask[open]").count() == 0, "letters are letters while typing"


def test_whoever_lost_their_role_is_out_at_the_next_click(devices, stage, language):
    page = devices.page(who="joke")
    page.goto("/kantoor/van-damme/")
    with stage.scope(stage.firm):
        Member.objects.filter(user_id=cast.NAMES["joke"].id).update(revoked_at=now())
    with devices.complaints.expecting(404):
        page.reload()
    assert page.locator("#clients-title").count() == 0
    with stage.scope(stage.firm):
        Member.objects.filter(user_id=cast.NAMES["joke"].id).update(revoked_at=None)
