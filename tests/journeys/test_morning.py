"""The morning at the office: late VAT returns that wait for clients, and five clicks to remind whom it concerns."""

import re
from datetime import timedelta

import pytest

from accounting.actions.obligations import ensure_obligations
from portal.kernel.clock import today
from requests_app.actions.answer import answer_without
from requests_app.actions.ask import ask
from requests_app.actions.remind import remind_now
from requests_app.people import Recipient
from tests.journeys.browsing import grave_findings
from tests.journeys.dossiers import EXACT, PARKING, RUITER, open_dossier
from tests.journeys.serving import still, wait_until

MOST_CLICKS = 5
OVERDUE = "a.process[href$='view=overdue']"


class Mouse:
    """A hand on a mouse: every click counts."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, target, then):
        """Click, and wait for what it leads to."""
        self.clicks += 1
        target.click()
        self.page.locator(then).first.wait_for()


class Morning:
    """Eight clients with a return overdue and questions open since the day before yesterday; three share a person."""

    def __init__(self, stage, language):
        self.dossiers = [open_dossier(stage, language) for _ in range(8)]
        self.waiting, self.reminded, self.answered = self.dossiers[:6], self.dossiers[6], self.dossiers[7]
        for other in self.dossiers[1:3]:
            other.person = self.dossiers[0].person
        on = today() - timedelta(days=2)
        for one in self.dossiers:
            person = Recipient(one.person.email, one.person.name, one.person.pk, one.person.language)
            lines = [one.line(EXACT[1]), one.line(RUITER[1]), one.line(PARKING[1])]
            with one.scope():
                by = stage.actor("els")
                ensure_obligations(administration=one.administration, today=today() - timedelta(days=60))
                asked = ask(administration=one.administration, lines=lines, recipient=person, by=by, on=on)
                if one is self.reminded:
                    remind_now(administrations=[one.administration], by=by, on=today() - timedelta(days=1))
                if one is self.answered:
                    for each in asked:
                        answer_without(request=each, kind="private", by=by, on=today())

    @property
    def people(self):
        """The addresses that get a mail: four, for six clients."""
        return sorted({one.person.email for one in self.waiting})

    def rows(self, page):
        """The clients a page lists, in its order, by their ids."""
        found = page.locator("tr[data-row]").evaluate_all("(rows) => rows.map((row) => row.id.slice(7))")
        return [key for key in found if key in {one.key for one in self.dossiers}]


@pytest.fixture
def morning(stage, language):
    """That morning."""
    return Morning(stage, language)


def number(text):
    return int(re.search(r"\d+", text)[0])


def to_the_preview(mouse, morning, words):
    """From the cockpit to who would get a mail: the late ones, by turn, all of them, remind. Four clicks."""
    page = mouse.page
    page.goto("/kantoor/van-damme/")
    late = number(page.locator(f"{OVERDUE} .process__state").inner_text())
    mouse.click(page.locator(OVERDUE), ".tabs__tab[aria-current]:has-text('{}')".format(words("Overdue")))
    assert page.locator("tr[data-row]").count() == late, "what the strip counts is what it opens"
    assert number(page.locator(".tabs__tab[aria-current]").inner_text()[::-1][:3][::-1]) == late
    mouse.click(page.locator("th a", has_text=words("Turn")), "th[aria-sort] a:has-text('{}')".format(words("Turn")))
    found = morning.rows(page)
    assert len(found) == 8
    mouse.click(page.locator("[data-select-all]"), "[data-selection-bar]:not([hidden])")
    assert number(page.locator("[data-selection-count]").inner_text()) == late
    mouse.click(page.locator("[data-selection-bar] button.button--marker"), "#left")
    return late, found


def test_from_red_to_reminded_in_five_clicks(portal, devices, morning, words):
    still()
    before = {email: len(portal.mails(email)) for email in morning.people}
    page = devices.page(who="els")
    mouse = Mouse(page)
    late, order = to_the_preview(mouse, morning, words)
    assert order[-1] == morning.answered.key or order[0] == morning.answered.key, "ours apart from the clients'"
    assert page.locator("#mails").is_visible()
    people = page.locator("section[aria-labelledby=mails] tbody tr")
    assert sorted(people.locator(".table__sub").all_inner_texts()) == morning.people
    shared = people.filter(has_text=morning.dossiers[0].person.email)
    assert all(one.administration.name in shared.inner_text() for one in morning.dossiers[:3])
    assert sum(int(text) for text in people.locator("td:last-child").all_inner_texts()) == 18
    left = page.locator("section[aria-labelledby=left] tbody tr")
    assert left.count() == late - 6
    why = {row.split("\t")[0].strip(): row.split("\t")[1].strip() for row in left.all_inner_texts()}
    assert why[morning.reminded.administration.name].lower() == words("reminded less than 3 days ago").lower()
    assert why[morning.answered.administration.name].lower() == words("no question waits for the client").lower()
    with devices.complaints.deaf(page):
        assert grave_findings(page) == []
    mouse.click(page.locator("form.actions .button--primary"), ".flash--success")
    assert number(page.locator(".flash--success").inner_text()) == 4
    print(f"{mouse.clicks} clicks for {late} overdue clients, 18 questions, 4 mails")
    assert mouse.clicks <= MOST_CLICKS
    for email, known in before.items():
        wait_until(lambda email=email, known=known: len(portal.mails(email)) == known + 1, f"mail to {email}", 60)
    mail = portal.mails(morning.dossiers[0].person.email)[0]
    assert all(one.administration.name in mail["text"] for one in morning.dossiers[:3])
    nothing_more(portal, page, morning, words, before)


def nothing_more(portal, page, morning, words, before):
    """The same five clicks again offer nothing, and nobody is mailed twice."""
    to_the_preview(Mouse(page), morning, words)
    assert page.get_by_text(words("There is nobody to remind now.")).is_visible()
    assert page.locator("form.actions .button--primary").count() == 0
    still()
    assert {email: len(portal.mails(email)) for email in before} == {email: n + 1 for email, n in before.items()}


def test_a_colleague_without_access_sees_neither_rows_nor_counts(devices, morning):
    page = devices.page(who="ruben")
    page.goto("/kantoor/van-damme/?view=overdue")
    counted = re.search(r"\d+", page.locator(f"{OVERDUE} .process__state").inner_text())
    assert page.locator("tr[data-row]").count() == (int(counted[0]) if counted else 0) <= 1
    assert morning.rows(page) == []
    assert not any(one.administration.name in page.content() for one in morning.dossiers)
    with devices.complaints.expecting(404):
        answer = page.goto(f"/kantoor/van-damme/reminders/?client={morning.dossiers[0].key}")
        assert answer.status == 404
    page.goto("/kantoor/van-damme/reminders/?all=1&of=view%3Doverdue")
    assert not any(one.administration.name in page.content() for one in morning.dossiers)
