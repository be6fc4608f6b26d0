"""Ten questions about payments, answered on a phone with one thumb: taps counted, no password, nothing lost."""

import re

import pytest

from portal.kernel.clock import today
from portal.links.invitations import Invitee, accept_invitation, invite
from portal.links.issue import url_of
from portal.links.models import Link
from requests_app.models import Answer, Forward, Request
from requests_app.queries.state import with_state
from tests.journeys.browsing import grave_findings, wide
from tests.journeys.dossiers import EXACT, OTHERS, PASSWORD, open_dossier, photo
from tests.journeys.serving import still, wait_until

MOST_TAPS = 22
# the counterparty of each card, oldest first, and the answer it gets
STACK = (
    (EXACT[1], "already sent"),  # twice on the bank, one card
    ("BOEKHANDEL DE SLEGTE", "photo"),
    ("TANKSTATION NOORD", "does not exist"),
    ("BLOEMEN LIESBETH", "private"),
    ("DRUKKERIJ PEETERS", "photo"),
    ("KANTOORSHOP MECHELEN", "later"),
    ("DRANKEN VERLINDEN", "colleague"),
    ("HOSTING KEMPEN", "this one"),
    ("GEREEDSCHAP CLAES", "photo"),
    ("SPEELGOED DE BEER", "private"),
)
PRICE = "-40.{:02d}"
FEED = (
    (30, EXACT),
    *(
        (28 - place, (PRICE.format(place), name, f"BETALING {place}"))
        for place, (name, _how) in enumerate(STACK[1:], 1)
    ),
    (29, EXACT),
    (3, OTHERS[0]),
    (2, OTHERS[1]),
)
LINK = re.compile(r"http://127\.0\.0\.1:\d+/l/[\w.~-]+/")
MOST_BYTES = 20_000  # of the first page, packed


class Thumb:
    """A phone in one hand. Every tap counts; a tap that opens the camera is one, taking the picture is the camera's."""

    def __init__(self, words):
        self.words, self.taps, self.page = words, 0, None

    def pick_up(self, page, link):
        """Tap the link in the mail, on this phone."""
        self.page, self.taps = page, self.taps + 1
        page.goto(link)

    def tap(self, target):
        self.taps += 1
        target.tap()

    def button(self, text, **facts):
        self.tap(self.page.get_by_role("button", name=self.words(text, **facts)))

    def open(self, text):
        self.tap(self.page.locator("summary", has_text=self.words(text)))

    def answer(self, how, colleague):
        """Give one card its answer."""
        page, before = self.page, self.page.url
        if how == "photo":
            with page.expect_file_chooser() as chooser:
                self.tap(page.locator("label.drop__camera"))
            chooser.value.set_files({"name": "bon.jpg", "mimeType": "image/jpeg", "buffer": photo(before[-9:])})
            page.locator(".photo").wait_for()
            self.button("Send to %(to_name)s", to_name="Els")
        elif how == "already sent":
            self.button("Already sent")
        elif how == "this one":  # what was sent before is offered by itself
            self.button("Already sent")
            page.locator("#which").wait_for()
            self.tap(page.locator("button[name=kind], .rows button").filter(has_text=self.words("This one")).first)
        elif how == "does not exist":
            self.open("Does not exist")
            self.button("I lost it")
        elif how == "private":
            self.button("Private")
        elif how == "later":
            self.open("Later")
            self.tap(page.locator("button[name=until]").first)
        else:
            self.open("Ask a colleague")
            self.tap(page.locator(f"button[name=person][value='{colleague.pk}']"))
            page.get_by_role("status").get_by_text(colleague.name).wait_for()  # the question stays here too
            before = page.url
            self.tap(page.locator(".answers__skip"))
        page.wait_for_url(lambda address: address != before, wait_until="domcontentloaded", timeout=30_000)


@pytest.fixture
def asked(stage, language):
    """A client asked about eleven payments, two of them the same one; two other lines are nobody's business."""
    dossier = open_dossier(stage, language, bank=False)
    dossier.load(dossier.feed(sorted(FEED, key=lambda row: -row[0])))
    dossier.ask(*(name for name, _how in STACK))
    return dossier


def employee(dossier, language):
    """A colleague of the client, who may answer too."""
    with dossier.scope():
        by, on = dossier.world.actor("els"), today()
        email = f"kim{dossier.administration.code}@reis.example"
        invitee = Invitee(email, "Kim Collega", "employee", language, dossier.administration)
        invitation = invite(firm=dossier.world.firm, invitee=invitee, by=by, on=on)
        return accept_invitation(invitation=invitation, user=None, password=PASSWORD, on=on)


def dealt_with(dossier):
    """How many cards have an answer, a day or a colleague, as the database has it."""
    with dossier.scope():
        mine = dossier.administration
        promised = with_state(Request.objects.filter(administration=mine), today()).filter(code="promised").count()
        answers = Answer.objects.filter(administration=mine, withdrawn_at=None).count()
        return answers + promised + Forward.objects.filter(administration=mine).count()


def waits_for(desk, dossier, whom):
    """How many lines the office sees wait for the client, or for itself."""
    desk.goto(dossier.address(f"bank/?status=asked&request={whom}"))
    return desk.locator(".queue__line").count()


def test_ten_questions_on_a_phone_by_the_link_in_the_mail(portal, devices, asked, language, words):
    colleague = employee(asked, language)
    desk = devices.page(who="els")
    assert (waits_for(desk, asked, "client"), waits_for(desk, asked, "firm")) == (11, 0)
    mail = portal.mail(asked.person.email)
    [link] = set(LINK.findall(mail["text"] + mail["html"]))
    thumb = Thumb(words)
    thumb.pick_up(devices.page(phone=True), link)
    assert grave_findings_of(devices, thumb.page) == []
    for place, (name, how) in enumerate(STACK, 1):
        if place == 5:  # the phone falls into the water; on a tablet the fifth comes first
            thumb.page.context.close()
            thumb.pick_up(devices.page(phone=True), link)
        told = thumb.page.locator("body").inner_text()
        assert name in told.upper()
        assert words("%(number)s of %(total)s", number=place, total=10) in told
        of_this_card_alone(thumb.page, name)
        assert dealt_with(asked) == place - 1
        thumb.answer(how, colleague)
        assert dealt_with(asked) == place, "saved before the next card is there"
    page = thumb.page
    assert page.locator("h1").inner_text().strip() == words.many(
        "One question is still open", "%(counter)s questions are still open", 1
    ), "the colleague's, who may still answer"
    assert page.locator("a.question").count() == 10
    of_this_card_alone(page, "")
    assert grave_findings_of(devices, page) == []
    print(f"{thumb.taps} taps for ten cards, two devices")
    assert thumb.taps <= MOST_TAPS
    still()
    assert (waits_for(desk, asked, "client"), waits_for(desk, asked, "firm")) == (2, 9)
    assert portal.mail(colleague.email)


def grave_findings_of(devices, page):
    """What axe says of a page, and what sticks out of it; the checker's own noise does not count."""
    with devices.complaints.deaf(page):
        return grave_findings(page) + wide(page)


def of_this_card_alone(page, name):
    """No way to sign in, no balance, no line that nobody asked about, no other card's payment, no account."""
    assert page.locator("input[type=password]").count() == 0
    source = page.content().upper()
    for other in (OTHERS[0][1], OTHERS[1][1], "1.000,00", "1 000,00", "2.420,00", "2 420,00"):
        assert other not in source
    if name:
        assert [other for other, _how in STACK if other != name and other in source] == []
    assert not re.search(r"\b(550|580|440|499)\d{3}\b", page.locator("body").inner_text())


def test_the_first_card_needs_one_page_and_nothing_else(devices, asked):
    """On slow 3G (400 ms an answer, 50 kB a second) a second blocking file would cost half a second more."""
    with asked.scope():
        link = url_of(Link.objects.select_related("administration").get(administration=asked.administration))
    page, sizes, only_page = devices.page(phone=True), [], "**/*"
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    # whatever else the page asks for never comes
    page.route(only_page, lambda route: route.continue_() if route.request.is_navigation_request() else None)
    page.goto(link, wait_until="commit")
    amount = page.locator(".ask__amount")
    amount.wait_for()
    assert page.evaluate("performance.getEntriesByName('first-contentful-paint').length") or wait_until(
        lambda: page.evaluate("performance.getEntriesByName('first-contentful-paint').length"), "paint", 10
    )
    assert float(amount.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")) > 20, "dressed already"
    assert sum(sizes) < MOST_BYTES
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()
    again = devices.page(phone=True)
    again.goto(link)
    assert again.locator("style").count() == 1
    again.reload()  # by now the sheet itself is there
    assert again.locator("style").count() == 0
