"""A bank file to rows, beside COPY: once new, once known. Ours keeps the file, books each statement and stays asleep
under its policies; the floor only merges rows into one keyed table."""

import io

from bankfeeds.actions.load import load_file
from bankfeeds.models import StatementLine
from bench.coda import floor, made
from bench.rounds import Candidate, Row, measure
from bench.stage import TODAY, Stage
from portal.tenancy.models import Administration
from portal.tenancy.scope import scope

TRANSACTIONS = 5_000
EACH = 250

_TABLE = """
CREATE TABLE bench.line (
  id bigserial PRIMARY KEY, adm uuid NOT NULL, ref text NOT NULL, day date NOT NULL, cents bigint NOT NULL,
  open_cents bigint NOT NULL, name text NOT NULL, told text NOT NULL, UNIQUE (adm, ref));
CREATE INDEX ON bench.line (adm) WHERE open_cents <> 0;
CREATE TABLE bench.landing (adm uuid, ref text, day date, cents bigint, name text, told text);
"""
_MERGE = """
INSERT INTO bench.line (adm, ref, day, cents, open_cents, name, told)
SELECT adm, ref, day, cents, cents, name, told FROM bench.landing ON CONFLICT DO NOTHING
"""


class _Loads:
    """The same file for a new administration at every turn."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.data = stage, made(TRANSACTIONS, EACH)
        self.books: Administration | None = None
        self.round = 0
        with stage.floor.cursor() as cursor:
            cursor.execute(_TABLE)

    def new_books(self) -> None:
        self.books = self.stage.books()

    def ours(self) -> int:
        """Take it in; as often as asked it is there once."""
        assert self.books is not None
        with scope(firm_id=self.stage.firm_id, administration_ids=[self.books.pk]):
            load_file(administration=self.books, data=self.data, name="a.cod", by=self.stage.actor, on=TODAY)
            assert StatementLine.objects.filter(administration=self.books).count() == TRANSACTIONS
        return TRANSACTIONS

    def floor(self) -> int:
        """Read it minimally, COPY, merge, commit."""
        self.round += 1
        floor(self.data)
        rows = io.StringIO()
        home = f"00000000-0000-4000-8000-{self.round:012d}"
        for number, line in enumerate(each for each in self.data.decode("cp1252").splitlines() if each[:2] == "21"):
            cents = int(line[32:47]) // 10 * (-1 if line[31] == "1" else 1)
            day = f"20{line[51:53]}-{line[49:51]}-{line[47:49]}"
            rows.write(f"{home}\t{line[10:31].strip()}{number}\t{day}\t{cents}\t\t{line[62:115].strip()}\n")
        rows.seek(0)
        with self.stage.floor.cursor() as cursor:
            cursor.execute("BEGIN; TRUNCATE bench.landing")
            cursor.copy_expert("COPY bench.landing FROM STDIN", rows)
            cursor.execute(_MERGE)
            assert cursor.rowcount == TRANSACTIONS
            cursor.execute("COMMIT")
        return TRANSACTIONS


def run(stage: Stage) -> list[Row]:
    """Measure."""
    loads = _Loads(stage)
    candidates = [
        Candidate("minimal reader, COPY and merge", loads.floor),
        Candidate("ours, new (kept, booked, guarded)", loads.ours, goal=3, before=loads.new_books),
        Candidate("ours, the same file again", loads.ours),
    ]
    return measure(f"import CODA, {TRANSACTIONS:,} movements in {TRANSACTIONS // EACH} statements", candidates, 4)
