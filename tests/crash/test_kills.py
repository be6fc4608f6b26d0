"""A dozen kills while files come in, questions go out, answers come back and lines are booked: nothing lost or doubled.

`CRASH_SEED=17 ./run test tests/crash` repeats one run; `./run test --long` takes ten seeds of twenty kills each.
"""

import email
import hashlib
import json
import os
import random
import subprocess
import time
from email import policy
from itertools import cycle, islice
from pathlib import Path

import pytest

from portal.runner.bootstrap import PYTHON
from portal.runner.database import Address, connect
from tests.crash.campaign import DOSSIERS, LINES, NOTES, STATEMENTS
from tests.crash.ground import KINDS, Ground, ground
from tests.crash.judge import Facts, Mail, findings

DRAINED_IN = 120  # seconds: a lease of 40, a sweeper every 20, the mail itself, and a machine with other work
WORKED_IN = 300  # seconds for a minute of work on a quiet machine
WAITING = "SELECT count(*) FROM outbox_outgoingmail WHERE state IN ('queued', 'inflight')"


def rows(place: Ground, question: str) -> list[tuple]:
    """Seen over all walls."""
    handle = connect(Address.parse(place.environment["OPS_DATABASE_URL"]))
    try:
        with handle.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()
    finally:
        handle.close()


def gathered(place: Ground) -> Facts:
    """The state of the world after the storm."""
    facts = Facts(lines_per_statement=LINES)
    mails = rows(place, "SELECT id::text, state, was_uncertain, kind, dedup_key FROM outbox_outgoingmail")
    facts.mails = [Mail(pk, state, flag, (kind, key)) for pk, state, flag, kind, key in mails]
    for file in (place.folder / "mail").glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        facts.received.append(str(message["Message-ID"]).strip("<>").partition("@")[0])
    line = "JOIN bankfeeds_statementline l ON l.id = "
    facts.lines = rows(
        place,
        "SELECT l.administration_id::text, s.number, l.sequence FROM bankfeeds_statementline l "
        "JOIN bankfeeds_statement s ON s.id = l.statement_id",
    )
    facts.names = rows(place, "SELECT administration_id::text, counterparty_name FROM bankfeeds_statementline")
    facts.sources = rows(
        place, "SELECT administration_id::text, source_kind, source_id::text, purpose FROM accounting_entry"
    )
    facts.numbers = rows(place, "SELECT journal_id || ' ' || fiscal_year_id, number FROM accounting_entry")
    who = "l.administration_id::text, l.counterparty_name"
    facts.asked = rows(place, f"SELECT {who} FROM requests_app_requestline r {line} r.line_id")
    facts.answered = rows(
        place,
        f"SELECT {who} FROM requests_app_answer a JOIN requests_app_requestline r USING (request_id) "
        f"{line} r.line_id WHERE a.withdrawn_at IS NULL",
    )
    facts.papers = rows(
        place,
        f"SELECT {who} FROM requests_app_answerdocument d JOIN requests_app_answer a ON a.id = d.answer_id "
        f"JOIN requests_app_requestline r USING (request_id) {line} r.line_id WHERE a.withdrawn_at IS NULL",
    )
    facts.spoiled = spoiled(place)
    facts.booked = rows(place, f"SELECT {who} FROM bankfeeds_allocation a {line} a.line_id WHERE a.undone_at IS NULL")
    notes = (place.folder / "notes.jsonl").read_text(encoding="utf-8").splitlines()
    facts.notes = [json.loads(note) for note in notes]
    return facts


def spoiled(place: Ground) -> list[str]:
    """Documents whose file is gone, or is not what its hash says."""
    kept = rows(place, "SELECT firm_id::text, administration_id::text, sha256 FROM documents_document")
    store = Path(place.environment["DOCUMENT_ROOT"])
    files = {digest: store / firm / books / digest[:2] / digest for firm, books, digest in kept}
    return [
        digest
        for digest, file in files.items()
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest
    ]


def storm(place: Ground, rng: random.Random, kills: int) -> subprocess.Popen:
    """Strike again and again while people work."""
    worker = subprocess.Popen(
        [str(PYTHON), "-m", "tests.crash.campaign", "work"], env=place.environment, start_new_session=True
    )
    blows = list(islice(cycle(KINDS), kills))
    rng.shuffle(blows)
    for blow in blows:
        time.sleep(rng.uniform(1.0, 2.6))
        print(f"{blow}", flush=True)
        place.strike(blow, rng.randrange(100))
    return worker


def drained(place: Ground) -> float:
    """Seconds until no mail waits any more."""
    began = time.monotonic()
    while rows(place, WAITING)[0][0]:
        if time.monotonic() - began > DRAINED_IN:
            break
        time.sleep(0.5)
    return time.monotonic() - began


def survived(seed: int, kills: int) -> None:
    """One whole run; everything that is wrong at once."""
    print(f"seed {seed}: {kills} kills")
    began = time.monotonic()
    with ground() as place:
        place.command("manage.py", "migrate", "--verbosity", "0")
        place.command("-m", "tests.crash.campaign", "stage")
        place.open()
        ready = time.monotonic() - began
        worker = storm(place, random.Random(seed), kills)
        struck = time.monotonic() - began
        try:
            assert worker.wait(WORKED_IN) == 0, "somebody could not finish their work\n" + place.logs()
        finally:
            if worker.poll() is None:
                worker.kill()
        worked = time.monotonic() - began
        took = drained(place)
        facts = gathered(place)
        found = findings(facts)
        counts = f"{len(facts.mails)} mails, {sum(mail.was_uncertain for mail in facts.mails)} uncertain"
        counts += f"; {(place.folder / 'again').read_text()} acts had to be repeated"
        counts += f"; ended by themselves and started again: {place.returned or 'none'}"
        print(f"ready {ready:.0f} s, struck {struck:.0f} s, worked {worked:.0f} s, drained in {took:.0f} s; {counts}")
        assert found == [], place.logs()
        assert len(facts.notes) == DOSSIERS * STATEMENTS * NOTES
        place.command("manage.py", "verify_books")


def test_a_dozen_kills():
    survived(int(os.environ.get("CRASH_SEED", 0)) or random.SystemRandom().randrange(1, 10**6), 12)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 11))
def test_two_hundred_kills(seed):
    survived(seed, 20)
