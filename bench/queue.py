"""Ten imports at once into one administration: they take turns, and the last one waits for all. How long?

No floor stands beside it: the ratio is to the same file alone, and ten turns one after the other would give ten.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

from django.db import connection

from bankfeeds.actions.load import load_file
from bankfeeds.models import StatementLine
from bankfeeds.refusals import ImportBusy
from bench.coda import made
from bench.rounds import Candidate, Row, measure
from bench.stage import TODAY, Stage
from portal.tenancy.models import Administration
from portal.tenancy.scope import scope

AT_ONCE = 10
MOVEMENTS = 250


class _Queue:
    """Files of one statement each, all with lines of their own, for a new administration at every turn."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        whole = made(MOVEMENTS * AT_ONCE, MOVEMENTS).decode("cp1252").splitlines(keepends=True)
        starts = [at for at, record in enumerate(whole) if record[0] == "0"] + [len(whole)]
        self.files = [self._alone(whole[a:b]) for a, b in pairwise(starts)]
        self.books: Administration | None = None

    @staticmethod
    def _alone(records: list[str]) -> bytes:
        last = records[-1]
        return "".join([*records[:-1], f"{last[:127]}2{last[128:]}"]).encode("cp1252")

    def new_books(self) -> None:
        self.books = self.stage.books()

    def load(self, number: int) -> None:
        """Take one file in; who is told that a colleague is at it asks again, as a person would, but at once."""
        assert self.books is not None
        while True:
            try:
                with scope(firm_id=self.stage.firm_id, administration_ids=[self.books.pk]):
                    report = load_file(
                        administration=self.books, data=self.files[number], name="a.cod", by=self.stage.actor, on=TODAY
                    )
            except ImportBusy:
                continue
            assert report.new == MOVEMENTS
            return

    def alone(self) -> int:
        """One file, nobody else there."""
        self.load(0)
        return 1

    def last_of_many(self) -> int:
        """All at once; the time runs until the last one has its answer."""
        start = Barrier(AT_ONCE)

        def act(number: int) -> None:
            try:
                start.wait()
                self.load(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(act, range(AT_ONCE)))  # raises what a thread raised
        assert self.books is not None
        with scope(firm_id=self.stage.firm_id, administration_ids=[self.books.pk]):
            assert StatementLine.objects.filter(administration=self.books).count() == MOVEMENTS * AT_ONCE
        return 1


def run(stage: Stage) -> list[Row]:
    """Measure."""
    queue = _Queue(stage)
    candidates = [
        Candidate("one alone", queue.alone, before=queue.new_books),
        Candidate(f"the last of {AT_ONCE} at once", queue.last_of_many, goal=AT_ONCE, before=queue.new_books),
    ]
    return measure(f"wait for a turn: files of {MOVEMENTS} movements, one administration", candidates, 5)
