"""A bank line without a document is asked for, answered from a phone, booked, and the cockpit knows."""

import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from portal.documents.models import Document
from requests_app.models import Request
from tests.journeys.browsing import tab_to
from tests.journeys.dossiers import EXACT, PARKING, PASSWORD, RUITER, open_dossier, photo
from tests.journeys.serving import contents, still, wait_until

SCANNERS = (
    "Mozilla/5.0 (compatible; SafeLinks/1.0)",
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Proofpoint URL Defense",
    "facebookexternalhit/1.1",
    "WhatsApp/2.23",
)
LINK = re.compile(r"http://127\.0\.0\.1:\d+/l/[\w.~-]+/")


class Story:
    """One accountant, one client on a phone, and what both know of three questions."""

    def __init__(self, portal: Any, devices: Any, stage: Any, language: str, words: Any) -> None:
        self.portal, self.devices, self.words = portal, devices, words
        self.dossier = open_dossier(stage, language)
        self.desk = devices.page()
        self.twins = [str(line.pk) for line in self.dossier.lines(EXACT[1])]
        self.ruiter, self.parking = (str(self.dossier.line(name).pk) for name in (RUITER[1], PARKING[1]))
        self.link = ""

    # --- the office ---------------------------------------------------------------------------------------------

    def sign_in(self) -> None:
        """With a password, the way a password manager does it."""
        page = self.desk
        page.goto("/")
        page.fill("input[name=login]", "els@van-damme.example")
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/kantoor/van-damme/")

    def cockpit(self) -> tuple[int, int]:
        """What the cockpit says of this client: lines to do, open questions."""
        self.desk.goto(f"/kantoor/van-damme/?q={self.dossier.administration.code}")
        cells = self.desk.locator(f"#client-{self.dossier.key} td")
        return int(cells.nth(3).inner_text()), int(cells.nth(5).inner_text())

    def open_desk(self, line: str = "", status: str = "") -> None:
        """The bank desk, perhaps at a line."""
        query = "&".join(part for part in (status and f"status={status}", line and f"line={line}") if part)
        self.desk.goto(self.dossier.address("bank/") + (f"?{query}" if query else ""))

    def segments(self) -> dict[str, int]:
        """The counts above the queue: to handle, with a question, handled."""
        found = self.desk.locator("#desk .segment").first.locator("a").all_inner_texts()
        return dict(zip(("todo", "asked", "done"), (int(re.search(r"\d+$", text)[0]) for text in found), strict=True))

    def settled(self, **wanted: int) -> bool:
        """The counts once they are these, which htmx may need a moment for."""
        return bool(wait_until(lambda: self.segments() == wanted, f"counts {wanted}", 10))

    def chosen(self) -> str:
        """The id of the line at hand."""
        found = self.desk.locator(".queue__line[aria-current=true]")
        return found.get_attribute("id").removeprefix("line-") if found.count() else ""

    def ask(self, *lines: str) -> None:
        """Select, press r, press Enter: two actions once the lines are chosen."""
        page = self.desk
        for line in lines:
            page.locator(f"input[data-select][value='{line}']").check()
        page.keyboard.press("r")
        page.wait_for_selector("dialog[open] #ask-form")
        page.wait_for_function("document.activeElement?.matches('#ask-form [data-focus]')")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open]", state="hidden")

    def badge(self, line: str) -> str:
        """What the queue says about a line's question."""
        found = self.desk.locator(f"#line-{line} .badge")
        return found.inner_text() if found.count() else ""

    def book(self, account: str, day: str = "") -> None:
        """What the paper says and the account (or the proposed ones), then Ctrl+Enter. No mouse."""
        page, before = self.desk, self.chosen()
        if day:
            tab_to(page, "input[name$='issued_on']")
            page.keyboard.type(day)
        if account:
            tab_to(page, "input[name$='account0'], input[name$='-account']")
            page.keyboard.press("Control+a")
            page.keyboard.type(account)
        page.keyboard.press("Control+Enter")
        page.wait_for_function(
            "(before) => document.querySelector('.queue__line[aria-current=true]')?.id !== `line-${before}`", arg=before
        )

    # --- the client ---------------------------------------------------------------------------------------------

    def take_link(self, number: int) -> str:
        """The link as it stands in the newest mail."""
        mail = self.portal.mail(self.dossier.person.email, number=number)
        assert self.dossier.world.firm.name in mail["text"]
        assert mail["reply_to"].endswith("els@van-damme.example>") or "els@van-damme.example" in mail["reply_to"]
        found = set(LINK.findall(mail["text"] + mail["html"]))
        assert len(found) == 1, "one link, the same in both parts"
        return found.pop()

    def phone(self) -> Any:
        """A phone that never saw this portal before, at the link."""
        page = self.devices.page(phone=True)
        page.goto(self.link)
        return page

    def requests(self) -> list[Request]:
        """The questions, oldest first."""
        with self.dossier.scope():
            return list(Request.objects.filter(administration=self.dossier.administration).order_by("created_at", "pk"))


def scanner(link: str, cards: list[str]) -> int:
    """Fifty looks at everything a mail scanner can find, with and without cookies; returns how many."""
    looked, refusals = 0, set()
    for number in range(5):
        jar = CookieJar()
        handlers = [urllib.request.HTTPCookieProcessor(jar)] if number % 2 else []
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)
        for method in ("HEAD", "GET"):
            for address in (link, *cards, link + "new/"):
                wanted = urllib.request.Request(address, method=method, headers={"User-Agent": SCANNERS[number]})
                try:
                    opener.open(wanted, timeout=20).read()
                except urllib.error.HTTPError as refused:
                    refusals.add(refused.code)
                looked += 1
    assert refusals == {404, 405}
    return looked


def test_a_missing_document_from_question_to_entry(portal, devices, stage, language, words):
    story = Story(portal, devices, stage, language, words)
    story.sign_in()
    assert story.cockpit() == (6, 0)
    asked_for(story)
    still_asked_after_scanners(story)
    answered_on_two_phones(story)
    booked_with_keys(story)
    undone(story)


def asked_for(story: Story) -> None:
    """Three lines with the twins: two questions, one mail; then one more from the line itself."""
    story.open_desk()
    assert story.settled(todo=6, asked=0, done=0)
    story.ask(*story.twins, story.ruiter)
    assert story.settled(todo=6, asked=3, done=0)
    assert len(story.requests()) == 2
    story.link = story.take_link(1)
    story.open_desk(line=story.parking)
    story.ask()
    assert len(story.requests()) == 3
    assert story.take_link(2) == story.link, "one link per person and administration"
    assert story.cockpit() == (6, 3)


def still_asked_after_scanners(story: Story) -> None:
    """Whatever a mail scanner opens, nothing changes anywhere."""
    still()
    page = story.phone()
    base = page.url
    page.context.close()
    cards = [f"{base}cards/{one.pk}/" for one in story.requests()]
    before = contents()
    assert scanner(story.link, [base, f"{base}done/", f"{base}not-mine/", *cards]) >= 50
    assert contents() == before


def answered_on_two_phones(story: Story) -> None:
    """A photo of two pages, then the tab dies; on another device the next card: an e-invoice, and none."""
    words = story.words
    page = story.phone()
    assert page.locator("text=169").first.is_visible()
    assert page.locator("input[type=password]").count() == 0
    body = page.locator("body").inner_text()
    assert not re.search(r"\b(550|580|440)\d{3}\b", body)
    assert "GARAGE VAN ACKER" not in body.upper()
    camera = page.locator("label.drop__camera")
    for shot in ("bon", "kant 2"):
        with page.expect_file_chooser() as chooser:
            camera.click()
        chooser.value.set_files({"name": f"{shot}.jpg", "mimeType": "image/jpeg", "buffer": photo(shot)})
    assert page.locator(".photo").count() == 2
    page.locator("[data-page-action=turn]").nth(1).click()
    page.get_by_role("button", name=words("Send to %(to_name)s", to_name="Els")).click()
    page.wait_for_url("**/cards/*/")
    assert page.get_by_text(words("Received, thank you.")).is_visible()
    page.context.close()

    page = story.phone()
    assert page.locator(".ask__amount").inner_text().replace("\u2212", "-").find("121,00") >= 0
    invoice = {"name": "factuur.xml", "mimeType": "text/xml", "buffer": story.dossier.e_invoice()}
    with page.expect_file_chooser() as chooser:
        page.locator("label:has(input[data-take][multiple])").click()
    chooser.value.set_files(invoice)
    page.get_by_role("button", name=words("Send to %(to_name)s", to_name="Els")).click()
    page.wait_for_url("**/cards/*/")
    assert "12,50" in page.locator(".ask__amount").inner_text()
    page.locator("summary", has_text=words("Does not exist")).click()
    page.get_by_role("button", name=words("I lost it")).click()
    page.get_by_role("heading", name=words("Done, thank you")).wait_for()
    assert page.locator("a.question").count() == 3
    with story.dossier.scope():
        pdf = Document.objects.get(administration=story.dossier.administration, mime="application/pdf")
        assert pdf.parts.count() == 2


def booked_with_keys(story: Story) -> None:
    """Answered is what the desk shows; three bookings without a mouse; the counts drop, the client is thanked."""
    page = story.desk
    story.open_desk(line=story.twins[0])
    for line in (story.twins[0], story.ruiter, story.parking):
        assert story.badge(line), "whose turn it is"
    assert page.locator("#thread .badge").first.get_attribute("class").find("firm") >= 0
    before = story.segments()
    story.book("613200", day=f"{story.dossier.lines(EXACT[1])[0].booked_on:%d-%m-%Y}")
    assert story.chosen(), "the next line opened by itself"
    wait_until(lambda: story.segments()["todo"] == before["todo"] - 1, "one line less")
    for line, account in ((story.ruiter, "612300"), (story.parking, "")):
        story.open_desk(line=line)
        story.book(account)
    assert story.settled(todo=3, asked=0, done=3)
    assert story.cockpit() == (3, 0)
    wait_until(lambda: len(story.portal.mails(story.dossier.person.email)) >= 3, "thank-you")
    phone = story.phone()
    assert phone.locator("a.question").count() == 3
    assert phone.get_by_text(story.words("Handled"), exact=True).count() == 3


def undone(story: Story) -> None:
    """u: the line is to be handled again and its question open."""
    page = story.desk
    story.open_desk(line=story.ruiter, status="done")
    page.keyboard.press("u")
    page.wait_for_selector("#booking")
    wait_until(lambda: story.segments()["todo"] == 4, "the line back in the queue")
    assert story.cockpit() == (4, 1)
