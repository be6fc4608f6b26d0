"""The judge of the campaign sees every kind of damage: one thing is broken at a time."""

import copy

import pytest

from tests.crash.judge import Facts, Mail, findings

A = "administration"


@pytest.fixture
def fine():
    """A small world in order: two mails, of which one may have gone out twice."""
    return Facts(
        mails=[Mail("m1", "sent", False, ("asked", "1")), Mail("m2", "sent", True, ("asked", "2"))],
        received=["m1", "m2", "m2"],
        lines=[(A, "001", 1), (A, "001", 2)],
        names=[(A, "ZAAK 1"), (A, "ZAAK 2")],
        sources=[(A, "statement", "s1", "posting"), (A, "allocation", "a1", "posting")],
        numbers=[("BNK 2026", 1), ("BNK 2026", 2)],
        asked=[(A, "ZAAK 1")],
        answered=[(A, "ZAAK 1")],
        booked=[(A, "ZAAK 1")],
        notes=[
            {"did": "import", "administration": A, "statement": "001"},
            {"did": "ask", "administration": A, "name": "ZAAK 1"},
            {"did": "answer", "administration": A, "name": "ZAAK 1"},
            {"did": "book", "administration": A, "name": "ZAAK 1"},
        ],
        lines_per_statement=2,
    )


def test_a_world_in_order_has_no_findings(fine):
    assert findings(fine) == []


DAMAGE = {
    "a mail that waits": lambda facts: facts.mails.append(Mail("m3", "queued", False)),
    "a mail on its way for ever": lambda facts: facts.mails.append(Mail("m3", "inflight", True)),
    "a mail given up": lambda facts: facts.mails.append(Mail("m3", "dead", True)),
    "uncertain without a flag": lambda facts: facts.mails.append(Mail("m3", "uncertain", False)),
    "sent and not received": lambda facts: facts.received.remove("m1"),
    "twice without a flag": lambda facts: facts.received.append("m1"),
    "a mail from nowhere": lambda facts: facts.received.append("m9"),
    "two mails for one reason": lambda facts: (
        facts.mails.append(Mail("m3", "sent", False, ("asked", "1"))),
        facts.received.append("m3"),
    ),
    "a line twice": lambda facts: facts.lines.append((A, "001", 2)),
    "a payment twice": lambda facts: facts.names.append((A, "ZAAK 2")),
    "a line lost": lambda facts: facts.lines.pop(),
    "an entry twice": lambda facts: facts.sources.append(facts.sources[0]),
    "a number twice": lambda facts: facts.numbers.append(("BNK 2026", 2)),
    "a gap": lambda facts: facts.numbers.append(("BNK 2026", 4)),
    "a question twice": lambda facts: facts.asked.append((A, "ZAAK 1")),
    "a question lost": lambda facts: facts.asked.clear(),
    "a paper twice": lambda facts: facts.papers.extend([(A, "ZAAK 1")] * 2),
    "a paper spoiled": lambda facts: facts.spoiled.append("d1"),
    "an answer twice": lambda facts: facts.answered.append((A, "ZAAK 1")),
    "an answer lost": lambda facts: facts.answered.clear(),
    "a booking twice": lambda facts: facts.booked.append((A, "ZAAK 1")),
    "a booking lost": lambda facts: facts.booked.clear(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_each_damage_is_seen(fine, damage):
    broken = copy.deepcopy(fine)
    DAMAGE[damage](broken)
    assert len(findings(broken)) >= 1
    assert findings(fine) == []
