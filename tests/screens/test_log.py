"""The log: sentences for both sides; a client never reads what the office notes, nor anything of another client."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation

from portal.audit.record import record
from portal.tenancy.models import Administration
from portal.web.log import CLIENT_ANSWERS, CLIENT_READS, KINDS, SENTENCES, sentence

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("portal", "accounting", "bankfeeds", "invoicing", "requests_app")
RECORDED = re.compile(r"""\brecord\(\s*\n?\s*["']([a-z_]+\.[a-z_]+)["']""")


def _kinds():
    for app in SOURCES:
        for path in (ROOT / app).rglob("*.py"):
            yield from RECORDED.findall(path.read_text(encoding="utf-8"))


def test_every_event_has_a_sentence_and_a_place():
    said = set(_kinds())
    assert len(said) > 50
    assert said - set(SENTENCES) == set()
    beginnings = [begin for _label, begins in KINDS.values() for begin in begins]
    assert [what for what in said if not what.startswith((*beginnings, "account.", "journal."))] == []
    assert set(SENTENCES) >= CLIENT_READS | CLIENT_ANSWERS


@pytest.mark.parametrize("language", ["nl", "fr", "en-gb"])
@pytest.mark.parametrize("what", sorted(SENTENCES))
def test_a_sentence_reads_whole_with_and_without_its_facts(what, language):
    full = {"amount": "169.69", "total": "12.00", "period": "2026-10", "until": "2026-11-30", "email": "a@b.example"}
    with translation.override(language):
        for facts in (full | {"name": "x.pdf", "to": "c@d.example"}, {}, {"amount": "?", "period": "?", "until": "?"}):
            said = sentence(SimpleNamespace(what=what, actor_name="Els %(x)s", facts=facts), language)
            assert said
            assert "%(" not in said.replace("Els %(x)s", "")
            assert "  " not in said


def _tell(world, who, what, facts=None, at=None):
    with world.scope():
        record(what, subject=at or Administration.objects.get(pk=world.bakery.pk), by=world.actor(who), data=facts)


@pytest.fixture
def told(world, clock):
    """A few things that happened at the bakery, one elsewhere, one at the firm."""
    _tell(world, "els", "period.locked", {"period": "2026-10"})
    _tell(world, "els", "request.noted")
    _tell(world, "els", "rule.set")
    clock.forward(days=2)
    _tell(world, "tom", "line.allocated", {"amount": "169.69"})
    _tell(world, "an", "request.answered")
    _tell(world, "els", "bank_file.imported", {"name": "<b>coda</b>.txt"})
    with world.scope():
        other = Administration.objects.get(pk=world.newlogo.pk)
    _tell(world, "els", "document.received", {"name": "geheim.pdf"}, other)
    return world


def _rows(response):
    assert response.status_code == 200
    return re.findall(r"<tr><td>.*?</td><td>(.*?)</td></tr>", response.content.decode(), re.DOTALL)


def test_the_office_reads_everything_of_one_client_newest_first(told):
    rows = _rows(told.client("els").get(f"/kantoor/van-damme/{told.bakery.pk}/log/"))
    assert len(rows) == 6
    assert any("169,69" in row for row in rows)
    assert any("&lt;b&gt;coda" in row for row in rows)
    assert not any("geheim" in row for row in rows)
    assert sum("oktober 2026" in row for row in rows) == 1


def test_a_client_reads_what_concerns_them(told):
    rows = _rows(told.client("an").get(f"/mijn/{told.bakery.pk}/logboek/"))
    assert len(rows) == 3  # locked, answered, the file
    assert not any("169,69" in row or "geheim" in row for row in rows)


def test_who_may_not_answer_reads_no_questions(told):
    assert len(_rows(told.client("rita").get(f"/mijn/{told.bakery.pk}/logboek/"))) == 2


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("who=Nobody", 0),
        ("kind=questions", 2),
        ("kind=bank", 3),
        ("kind=nonsense", 6),
        ("since=2026-11-24", 3),
        ("until=2026-11-23", 3),
        ("since=nonsense&until=2026-99-99", 6),
        ("who=%00", 6),
    ],
)
def test_filters(told, query, count):
    response = told.client("els").get(f"/kantoor/van-damme/{told.bakery.pk}/log/?{query}")
    if response.status_code == 400:  # a NUL is refused at the door
        return
    assert len(_rows(response)) == count


def test_pages_go_on_where_the_last_one_ended(told, clock):
    for number in range(60):
        clock.forward(minutes=1)
        _tell(told, "els", "bank_file.imported", {"name": f"file-{number:02}.cod"})
    url = f"/kantoor/van-damme/{told.bakery.pk}/log/"
    first = told.client("els").get(url)
    more = re.search(r'href="(\?[^"]*after=[^"]+)"', first.content.decode())[1].replace("&amp;", "&")
    second = told.client("els").get(url + more)
    assert len(_rows(first)) == 50
    assert len(_rows(second)) == 16
    assert not set(_rows(first)) & set(_rows(second))


def test_the_firms_own_log_is_the_owners(told):
    with told.scope():
        from portal.people.models import Member

        row = Member.objects.get(user=told.user("joke"))
        record("member.changed", subject=row, by=told.actor("els"), data={"role": "assistant"})
    assert len(_rows(told.client("els").get("/kantoor/van-damme/log/"))) == 1
    assert told.client("joke").get("/kantoor/van-damme/log/").status_code == 404
