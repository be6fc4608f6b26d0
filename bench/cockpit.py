"""The cockpit at 100 and at 1,000 administrations: its SQL beside ready-made counters, its page beside a bare one."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client, override_settings
from uuid_utils.compat import uuid7

from accounting.actions.obligations import ensure_obligations
from accounting.models import Account, Journal
from bankfeeds.models import BankAccount, Import, Statement, StatementLine
from bench import bare
from bench.rounds import Candidate, Row, measure
from bench.stage import TODAY, Stage
from portal.accountant.cockpit_rows import rows, totals
from portal.documents.models import Document
from portal.kernel.clock import now
from portal.links.models import Link
from portal.people.access import system_actor
from portal.people.models import User
from portal.tenancy.models import Administration
from portal.tenancy.scope import scope
from requests_app.models import Answer, Closure, Request, RequestLine
from tests import cast

LINES = 40  # per administration, a tenth of them to do
SIZES = {"van-damme": 100, "de-wit": 1_000}
OWNER = {"van-damme": "els", "de-wit": "mallory"}

_COUNTERS = """
CREATE TABLE bench.counters (firm_id uuid, id uuid, name text, lines int, client int, firm int, late int, due date,
  PRIMARY KEY (firm_id, id));
CREATE INDEX ON bench.counters (firm_id, due, id);
"""


def _fill(firm: str) -> None:
    """Write the firm's administrations, lines, questions and filings; most are quiet, as in life."""
    chance, firm_id = random.Random(7), cast.OFFICES[firm].id
    actor = system_actor(firm_id)
    by = {**actor.as_columns(), "created_at": now()}
    with scope(firm_id=firm_id):
        made = [
            Administration(firm_id=firm_id, code=f"C{number}", name=f"Client {chance.randint(0, 9_999_999):07d}")
            for number in range(SIZES[firm] - Administration.objects.count())
        ]
        Administration.objects.bulk_create(made)
        ready: dict[type[Any], list[Any]] = {
            model: []
            for model in (
                Account, Journal, Document, BankAccount, Import, Statement, StatementLine, Link, Request, RequestLine,
                Answer, Closure,
            )
        }  # fmt: skip
        for books in made:
            _dossier(ready, books, chance, by)
        for model, each in ready.items():
            model.objects.bulk_create(each, batch_size=5_000)
    for books in made:
        with scope(firm_id=firm_id):
            ensure_obligations(administration=books, today=TODAY - timedelta(days=40))


def _dossier(
    ready: dict[type[Any], list[Any]], books: Administration, chance: random.Random, by: dict[str, Any]
) -> None:
    def add(model: type[Any], **facts: Any) -> Any:
        row = model(firm_id=books.firm_id, administration=books, **facts)
        ready[model].append(row)
        return row

    names = {"name_nl": "Bank", "name_fr": "Banque", "name_en": "Bank"}
    at = {"created_at": by["created_at"]}
    account = add(Account, code="550001", type="asset", **names)
    journal = add(Journal, code="BNK", kind="bank", **names)
    digest = uuid7().hex * 2
    document = add(
        Document, sha256=digest, size=1, mime="text/plain", kind="bank", source="office", name="a.cod",
        storage_key=f"x/{digest}", preview="ready", **by,
    )  # fmt: skip
    bank = add(BankAccount, number=f"X{digest[:20]}", account=account, journal=journal, **at)
    statement = add(
        Statement, account=bank, imported=add(Import, document=document, name="a.cod", **by), year=2026, number="001",
        format="coda", old_balance=Decimal(0), new_balance_on=TODAY, content_hash=digest, **at,
    )  # fmt: skip
    link = add(
        Link,
        token_hash=digest,
        purpose="requests",
        email="x@x.example",
        name="X",
        expires_at=now() + timedelta(days=30),
        **at,
    )
    for sequence in range(LINES):
        amount = Decimal(chance.randint(-100_000, -100)).scaleb(-2)
        is_open = sequence % 10 == 0
        line = add(
            StatementLine, statement=statement, account=bank, sequence=sequence, booked_on=date(2026, 10, 1),
            amount=amount, open_amount=amount if is_open else Decimal(0), counterparty_name="X", communication="Y",
        )  # fmt: skip
        if sequence % 5 == 0:
            _question(add, link, line, is_open, chance, by)


def _question(
    add: Any, link: Link, line: StatementLine, is_open: bool, chance: random.Random, by: dict[str, Any]
) -> None:
    actor = {name: value for name, value in by.items() if name != "created_at"}
    request = add(Request, kind="missing_document", link=link, asked_on=TODAY, **by)
    add(RequestLine, request=request, line=line, is_open=is_open)
    if not is_open or chance.random() < 0.3:
        add(Answer, request=request, kind="already_sent", at=by["created_at"], **actor)
    if not is_open:
        add(Closure, request=request, outcome="booked", at=by["created_at"], **actor)


class _Firm:
    def __init__(self, stage: Stage, slug: str) -> None:
        self.slug, self.firm_id, self.floor = slug, cast.OFFICES[slug].id, stage.floor
        with stage.floor.cursor() as cursor:  # lines that are handled without anybody handling them, just here
            cursor.execute("ALTER TABLE bankfeeds_statementline DISABLE TRIGGER USER")
            _fill(slug)
            cursor.execute("ALTER TABLE bankfeeds_statementline ENABLE TRIGGER USER")
        self.user = User.objects.get(pk=cast.NAMES[OWNER[slug]].id)
        self.ours, self.plain = (self._browser(), self._browser())
        with scope(firm_id=self.firm_id):
            counted = list(
                rows(TODAY).values_list(
                    "firm_id", "pk", "name", "lines_to_do", "questions_client", "questions_firm", "questions_late",
                    "due_key",
                )
            )  # fmt: skip
        with self.floor.cursor() as cursor:
            for each in counted:
                cursor.execute("INSERT INTO bench.counters VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", [*map(str, each)])
            cursor.execute("ANALYZE")
        self.expected = (len(counted), sum(each[3] for each in counted))

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

    def statements(self) -> int:
        """Our page and totals, counted from the lines and questions themselves."""
        with scope(firm_id=self.firm_id):
            assert len(rows(TODAY).order_by("due_key", "pk")[:51]) == 51
            counts = totals(rows(TODAY), self.user.pk, TODAY)
            assert (counts["all"], counts["lines"]) == self.expected
        return 1

    def page(self) -> int:
        """The whole cockpit as a browser gets it."""
        answer = self.ours.get(f"/kantoor/{self.slug}/")
        assert answer.status_code == 200
        assert answer.content.count(b'id="client-') == 50
        return 1

    def bare_page(self) -> int:
        """Fifty rows with nothing worked out."""
        answer = self.plain.get(f"/bare/{self.slug}/")
        assert answer.status_code == 200
        assert answer.content.count(b"<tr id=") == 50
        return 1

    def measured(self) -> list[Row]:
        size = f"{SIZES[self.slug]:,}"
        sql = [
            Candidate("counters kept ready, read only", self.counters),
            Candidate("ours, counted as it stands", self.statements, goal=1.5),
        ]
        found = measure(f"cockpit SQL, {size} administrations", sql, 9)
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
        cursor.execute(_COUNTERS)
    return [row for slug in SIZES for row in _Firm(stage, slug).measured()]
