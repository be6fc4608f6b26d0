"""The cockpit at 100 to 20,000 administrations: its SQL beside two floors, its page beside a bare one.

The floors: counter rows kept up to date by somebody else, only read here; and the same counting as ours in one
statement by hand, over narrow copies of the tables with just the partial indexes it wants and no policies.
"""

from typing import Any

from django.db import connection
from django.test import Client, override_settings

from bench import bare, firms
from bench.rounds import Candidate, Row, measure
from bench.stage import TODAY, Stage
from portal.accountant.cockpit_rows import rows, with_totals
from portal.people.models import User
from portal.tenancy.scope import scope

SIZES = (100, 1_000, 5_000, 20_000)

_FLOORS = """
CREATE TABLE bench.counters (firm_id uuid, id uuid, name text, lines int, client int, firm int, late int, due date,
  PRIMARY KEY (firm_id, id));
CREATE INDEX ON bench.counters (firm_id, due, id);
CREATE TABLE bench.books (firm_id uuid, id uuid, name text, PRIMARY KEY (firm_id, id));
CREATE TABLE bench.line (firm_id uuid, books uuid, open bigint);
CREATE TABLE bench.question (firm_id uuid, books uuid, turn text);
CREATE TABLE bench.filing (firm_id uuid, books uuid, due date, done timestamptz);
CREATE INDEX ON bench.line (firm_id, books) WHERE open <> 0;
CREATE INDEX ON bench.question (firm_id, books) INCLUDE (turn) WHERE turn <> 'nobody';
CREATE INDEX ON bench.filing (firm_id, books) INCLUDE (due) WHERE done IS NULL;
"""
_COPY = """
SELECT set_config('app.firm_id', %(firm)s, true);
INSERT INTO bench.books SELECT firm_id, id, name FROM tenancy_administration;
INSERT INTO bench.line SELECT firm_id, administration_id, open_amount FROM bankfeeds_statementline;
INSERT INTO bench.question SELECT l.firm_id, l.administration_id, CASE WHEN NOT l.is_open THEN 'nobody'
  WHEN a.id IS NULL THEN 'client' ELSE 'firm' END
  FROM requests_app_requestline l LEFT JOIN requests_app_answer a USING (request_id);
INSERT INTO bench.filing SELECT firm_id, administration_id, due_on, done_at FROM accounting_obligation
  WHERE done_at IS NOT NULL OR due_on <= %(until)s;
"""
_AGGREGATE = """
WITH c AS MATERIALIZED (
  SELECT b.id, b.name, coalesce(l.n, 0) lines, coalesce(q.client, 0) client, coalesce(q.firm, 0) firm, f.due
  FROM bench.books b
  LEFT JOIN (SELECT books, count(*) n FROM bench.line WHERE firm_id = %(firm)s AND open <> 0 GROUP BY books) l
    ON l.books = b.id
  LEFT JOIN (SELECT books, count(*) FILTER (WHERE turn = 'client') client, count(*) FILTER (WHERE turn = 'firm') firm
    FROM bench.question WHERE firm_id = %(firm)s AND turn <> 'nobody' GROUP BY books) q ON q.books = b.id
  LEFT JOIN (SELECT books, min(due) due FROM bench.filing WHERE firm_id = %(firm)s AND done IS NULL GROUP BY books) f
    ON f.books = b.id
  WHERE b.firm_id = %(firm)s),
t AS (SELECT count(*), sum(lines), count(*) FILTER (WHERE firm > 0), count(*) FILTER (WHERE client > 0),
  count(*) FILTER (WHERE due < %(today)s) FROM c)
SELECT * FROM (SELECT * FROM c ORDER BY due NULLS LAST, id LIMIT 51) p, t
"""


class _Firm:
    def __init__(self, stage: Stage, size: int) -> None:
        self.size, self.floor = size, stage.floor
        with stage.floor.cursor() as cursor:
            self.firm_id = firms.build(cursor, size, TODAY)
        bare.FIRMS[f"bench-{size}"] = self.firm_id
        self.user = User.objects.get(pk=firms.OWNER)
        self.ours, self.plain = (self._browser(), self._browser())
        self._copy()

    def _copy(self) -> None:
        names = (
            "firm_id",
            "pk",
            "name",
            "lines_to_do",
            "questions_client",
            "questions_firm",
            "questions_late",
            "due_key",
        )
        with scope(firm_id=self.firm_id):
            counted = [tuple(map(str, each)) for each in rows(TODAY).values_list(*names)]
        values = {"firm": str(self.firm_id), "until": TODAY.replace(day=30)}
        with self.floor.cursor() as cursor:
            for each in counted:
                cursor.execute("INSERT INTO bench.counters VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", each)
            cursor.execute("BEGIN;" + _COPY + "COMMIT", values)
            cursor.execute("VACUUM ANALYZE")
        self.expected = (len(counted), sum(int(each[3]) for each in counted))

    def _browser(self) -> Client:
        browser = Client()
        browser.force_login(self.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    def counters(self) -> int:
        """A page and the totals, from rows kept up to date by somebody else."""
        with self.floor.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM bench.counters WHERE firm_id = %s ORDER BY due, id LIMIT 51", [str(self.firm_id)]
            )
            assert len(cursor.fetchall()) == 51
            cursor.execute(
                "SELECT count(*), sum(lines), sum(client), sum(firm), count(*) FILTER (WHERE late > 0) "
                "FROM bench.counters WHERE firm_id = %s",
                [str(self.firm_id)],
            )
            assert cursor.fetchone()[:2] == self.expected
        return 1

    def aggregate(self) -> int:
        """The same by counting, in one statement by hand."""
        with self.floor.cursor() as cursor:
            cursor.execute(_AGGREGATE, {"firm": str(self.firm_id), "today": TODAY})
            found = cursor.fetchall()
            assert len(found) == 51
            assert found[0][6:8] == self.expected
        return 1

    def statements(self) -> int:
        """Our page and totals, counted from the lines and questions themselves, under the policies."""
        with scope(firm_id=self.firm_id):
            found = list(with_totals(rows(TODAY), self.user.pk, TODAY).order_by("due_key", "pk")[:51])
            assert len(found) == 51
            counts = found[0].totals
            assert (counts["all"], counts["lines"]) == self.expected
        return 1

    def statement_alone(self) -> int:
        """The same statement without what Django does around them."""
        with scope(firm_id=self.firm_id), connection.cursor() as cursor:
            for sql, parameters in self.captured:
                cursor.execute(sql, parameters)
                cursor.fetchall()
        return 1

    def capture(self) -> None:
        """Keep the text of our statements."""
        self.captured: list[Any] = []

        def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
            if sql.startswith("\nWITH tenancy_administration"):
                self.captured.append((sql, parameters))
            return execute(sql, parameters, many, context)

        with connection.execute_wrapper(keep):
            self.statements()

    def page(self) -> int:
        """The whole cockpit as a browser gets it."""
        answer = self.ours.get(f"/kantoor/bench-{self.size}/")
        assert answer.status_code == 200
        assert answer.content.count(b'id="client-') == 50
        return 1

    def bare_page(self) -> int:
        """Fifty rows with nothing worked out."""
        answer = self.plain.get(f"/bare/bench-{self.size}/")
        assert answer.status_code == 200
        assert answer.content.count(b"<tr id=") == 50
        return 1

    def measured(self) -> list[Row]:
        size = f"{self.size:,}"
        self.capture()
        sql = [
            Candidate("counters kept ready, read only", self.counters),
            Candidate("one aggregate by hand", self.aggregate),
            Candidate("ours, the statement alone", self.statement_alone),
            Candidate("ours, counted as it stands", self.statements),
        ]
        found = measure(f"cockpit SQL, {size} administrations, beside counters", sql, 9)
        beside = [sql[1], Candidate(sql[2].name, sql[2].act, goal=3), sql[3]]
        found += measure(f"cockpit SQL, {size} administrations, beside one aggregate", beside, 9)
        with override_settings(MIDDLEWARE=bare.MIDDLEWARE, ROOT_URLCONF="bench.bare"):
            self.plain.handler.load_middleware()

        def swapped() -> int:
            with override_settings(ROOT_URLCONF="bench.bare"):
                return self.bare_page()

        pages = [Candidate("bare Django page", swapped), Candidate("ours", self.page, goal=3)]
        return found + measure(f"cockpit page, {size} administrations", pages, 9)


def run(stage: Stage) -> list[Row]:
    """Measure."""
    with stage.floor.cursor() as cursor:
        cursor.execute(_FLOORS)
    return [row for size in SIZES for row in _Firm(stage, size).measured()]
