"""Posting an entry of three lines with a commit of its own, and a batch: beside the cheapest honest ledger in SQL.

The floor of one: a locked counter for a number without gaps, a hash chain, entry and lines, a deferred check that
it balances. The floor of many: COPY, and the balance checked per statement. Ours adds policies, periods, VAT grids,
the log of who did it, and refuses the same source twice.
"""

import hashlib
import io
from decimal import Decimal

from uuid_utils.compat import uuid7

from accounting.actions.post import post_entries, post_entry
from accounting.drafts import EntryDraft, LineDraft, Source
from accounting.models import Account, Entry, JournalKind
from accounting.queries.chart import journal_of
from bench.rounds import Candidate, Row, measure
from bench.stage import TODAY, Stage
from portal.tenancy.scope import scope

SINGLE = 150
BATCH = 1_000

_TABLES = """
CREATE TABLE bench.counter (journal text PRIMARY KEY, following int NOT NULL, head text NOT NULL);
INSERT INTO bench.counter VALUES ('VEN', 1, '');
CREATE TABLE bench.entry (id bigserial PRIMARY KEY, journal text NOT NULL, number int NOT NULL, day date NOT NULL,
  told text NOT NULL, hash text NOT NULL DEFAULT '', UNIQUE (journal, number));
CREATE TABLE bench.entry_line (id bigserial PRIMARY KEY, entry_id bigint NOT NULL REFERENCES bench.entry,
  account int NOT NULL, cents bigint NOT NULL CHECK (cents <> 0));
CREATE INDEX ON bench.entry_line (entry_id);
CREATE INDEX ON bench.entry_line (account);
CREATE FUNCTION bench.balances() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF (SELECT sum(cents) FROM bench.entry_line WHERE entry_id = NEW.entry_id) <> 0 THEN
    RAISE EXCEPTION 'unbalanced'; END IF; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER one_balances AFTER INSERT ON bench.entry_line DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION bench.balances();
CREATE TABLE bench.many (id bigint PRIMARY KEY, number int NOT NULL, day date NOT NULL, told text NOT NULL);
CREATE TABLE bench.many_line (entry_id bigint NOT NULL REFERENCES bench.many, account int NOT NULL,
  cents bigint NOT NULL CHECK (cents <> 0));
CREATE INDEX ON bench.many_line (entry_id);
CREATE FUNCTION bench.all_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT 1 FROM fresh GROUP BY entry_id HAVING sum(cents) <> 0) THEN
    RAISE EXCEPTION 'unbalanced'; END IF; RETURN NULL; END $$;
CREATE TRIGGER all_balance AFTER INSERT ON bench.many_line REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION bench.all_balance();
"""
_POST = """
WITH counted AS (UPDATE bench.counter SET following = following + 1, head = %s WHERE journal = 'VEN'),
     made AS (INSERT INTO bench.entry (journal, number, day, told, hash) VALUES ('VEN', %s, %s, %s, %s) RETURNING id)
INSERT INTO bench.entry_line (entry_id, account, cents)
SELECT made.id, part.account, part.cents FROM made,
       (VALUES (400000, 121000), (700000, -100000), (451000, -21000)) part (account, cents)
"""


class _Posts:
    def __init__(self, stage: Stage) -> None:
        self.stage, self.books = stage, stage.books()
        with stage.floor.cursor() as cursor:
            cursor.execute(_TABLES)
        with scope(firm_id=stage.firm_id):
            accounts = {one.code: one for one in Account.objects.filter(administration=self.books)}
            self.journal = journal_of(self.books, JournalKind.SALE)
        parts = (("700000", "-1000.00"), ("451000", "-210.00"))
        self.lines = [LineDraft(accounts["580900"], Decimal("1210.00"))]
        self.lines += [LineDraft(accounts[code], Decimal(amount)) for code, amount in parts]
        self.done = 0

    def floor_one(self) -> int:
        with self.stage.floor.cursor() as cursor:
            for _ in range(SINGLE):
                cursor.execute("BEGIN")
                cursor.execute("SELECT following, head FROM bench.counter WHERE journal = 'VEN' FOR UPDATE")
                number, head = cursor.fetchone()
                chained = hashlib.sha256(f"{head}|{number}|{TODAY}|1210.00|1000.00|210.00".encode()).hexdigest()
                cursor.execute(_POST, [chained, number, TODAY, f"Factuur {number}", chained])
                cursor.execute("COMMIT")
        return SINGLE

    def ours_one(self) -> int:
        for number in range(SINGLE):
            with scope(firm_id=self.stage.firm_id, administration_ids=[self.books.pk]):
                post_entry(
                    administration=self.books,
                    journal=self.journal,
                    booked_on=TODAY,
                    lines=self.lines,
                    description=f"Factuur {number}",
                    source=Source("bench.source", uuid7()),
                    by=self.stage.actor,
                    on=TODAY,
                )
        return SINGLE

    def floor_many(self) -> int:
        start, self.done = self.done, self.done + BATCH
        numbers = range(start, start + BATCH)
        entries = "".join(f"{number}\t{number}\t{TODAY}\tFactuur {number}\n" for number in numbers)
        parts = ((580900, 121000), (700000, -100000), (451000, -21000))
        lines = "".join(f"{number}\t{account}\t{cents}\n" for number in numbers for account, cents in parts)
        with self.stage.floor.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.copy_expert("COPY bench.many FROM STDIN", io.StringIO(entries))
            cursor.copy_expert("COPY bench.many_line FROM STDIN", io.StringIO(lines))
            cursor.execute("COMMIT")
        return BATCH

    def ours_many(self) -> int:
        with scope(firm_id=self.stage.firm_id, administration_ids=[self.books.pk]):
            before = Entry.objects.filter(administration=self.books).count()
            drafts = [
                EntryDraft(self.journal, TODAY, self.lines, f"Factuur {number}", Source("bench.source", uuid7()))
                for number in range(BATCH)
            ]
            post_entries(administration=self.books, drafts=drafts, by=self.stage.actor, on=TODAY)
            assert Entry.objects.filter(administration=self.books).count() == before + BATCH
        return BATCH


def run(stage: Stage) -> list[Row]:
    """Measure."""
    posts = _Posts(stage)
    single = [
        Candidate("number, hash chain, balance check in SQL", posts.floor_one),
        Candidate("ours, post_entry", posts.ours_one, goal=3),
    ]
    many = [
        Candidate("COPY and a balance check per statement", posts.floor_many),
        Candidate("ours, post_entries", posts.ours_many, goal=4),
    ]
    return [
        *measure("post one entry of 3 lines, committed", single, 4),
        *measure(f"post {BATCH:,} entries of 3 lines at once", many, 4),
    ]
