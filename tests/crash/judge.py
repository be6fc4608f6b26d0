"""What must hold when the dust has settled. Facts in, findings out: no database here, so that it can be doubted too."""

from collections import Counter
from dataclasses import dataclass, field

FINAL = ("sent",)


@dataclass(frozen=True)
class Mail:
    """One row of the outbox."""

    id: str
    state: str
    was_uncertain: bool
    reason: tuple[str, str] = ("", "")


@dataclass
class Facts:
    """Everything the judge looks at."""

    mails: list[Mail] = field(default_factory=list)
    received: list[str] = field(default_factory=list)  # row ids out of the Message-IDs the mail server kept
    lines: list[tuple[str, str, int]] = field(default_factory=list)  # administration, statement, sequence
    names: list[tuple[str, str]] = field(default_factory=list)  # administration, counterparty of every line
    sources: list[tuple[str, ...]] = field(default_factory=list)  # what every entry was made from
    numbers: list[tuple[str, int]] = field(default_factory=list)  # series, number of every entry
    asked: list[tuple[str, str]] = field(default_factory=list)  # administration, counterparty of every question
    answered: list[tuple[str, str]] = field(default_factory=list)  # the same, of every live answer
    booked: list[tuple[str, str]] = field(default_factory=list)  # the same, of every live allocation
    papers: list[tuple[str, str]] = field(default_factory=list)  # the same, of every paper in a live answer
    spoiled: list[str] = field(default_factory=list)  # documents whose file is gone or is not what its hash says
    notes: list[dict[str, str]] = field(default_factory=list)  # what people were told is done
    lines_per_statement: int = 0


def findings(facts: Facts) -> list[str]:
    """Everything that is lost, doubled or unfinished; empty when all is well."""
    spoiled = [f"the file of document {name} is gone or altered" for name in facts.spoiled]
    return [*_mail(facts), *_twice(facts), *_gaps(facts), *_lost(facts), *spoiled]


def _mail(facts: Facts) -> list[str]:
    found, received = [], Counter(facts.received)
    for mail in facts.mails:
        times = received.pop(mail.id, 0)
        finished = mail.state == "sent" or (mail.state == "uncertain" and mail.was_uncertain)
        if not finished:
            found.append(f"mail {mail.id} is {mail.state}")
        if mail.state == "sent" and not times:
            found.append(f"mail {mail.id} is sent, and nobody received it")
        if times > 1 and not mail.was_uncertain:
            found.append(f"mail {mail.id} came {times} times without a flag")
    found += [f"mail {stray} came from no row" for stray in received]
    found += [f"two mails for {reason}" for reason in _doubles(mail.reason for mail in facts.mails)]
    return found


def _doubles(things: object) -> list[object]:
    return [thing for thing, times in Counter(things).items() if times > 1]


def _twice(facts: Facts) -> list[str]:
    kinds = {
        "line": facts.lines,
        "line of": facts.names,
        "entry from": facts.sources,
        "number": facts.numbers,
        "question about": facts.asked,
        "answer about": facts.answered,
        "booking of": facts.booked,
        "paper about": facts.papers,
    }
    return [f"two times the {kind} {thing}" for kind, things in kinds.items() for thing in _doubles(things)]


def _gaps(facts: Facts) -> list[str]:
    most, count = Counter(), Counter()
    for series, number in facts.numbers:
        most[series] = max(most[series], number)
        count[series] += 1
    return [
        f"{series} has a gap: {count[series]} numbers up to {most[series]}"
        for series in most
        if most[series] != count[series]
    ]


def _lost(facts: Facts) -> list[str]:
    there = {"ask": set(facts.asked), "answer": set(facts.answered), "book": set(facts.booked)}
    sizes = Counter((administration, statement) for administration, statement, _sequence in facts.lines)
    found = []
    for note in facts.notes:
        if note["did"] == "import":
            have = sizes[(note["administration"], note["statement"])]
            if have != facts.lines_per_statement:
                found.append(f"statement {note['statement']} of {note['administration']} has {have} lines")
        elif (note["administration"], note["name"]) not in there[note["did"]]:
            found.append(f"{note['did']} {note['name']} of {note['administration']} is gone")
    return found
