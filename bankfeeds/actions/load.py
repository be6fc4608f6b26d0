"""load_file(): a bank file becomes statements, lines and entries, in one transaction and only once.

A statement that cannot be booked is held back alone, with its reason; the others of the file go through.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction

from accounting.refusals import NoPeriod, PeriodLocked
from bankfeeds import reasons
from bankfeeds.actions.held import WAITS_FOR_PERIOD, book_held
from bankfeeds.actions.known import Known, accounts_for, difference, elsewhere, gaps
from bankfeeds.actions.statement import Booking, KeptLine, keep_lines, lines_of, statement_row
from bankfeeds.formats import FormatRefused, StatementFile, Warning_, read_statement_file
from bankfeeds.incoming import Incoming, incoming
from bankfeeds.models import BankAccount, Import, Statement, StatementState
from bankfeeds.refusals import ImportBusy, ImportRefused
from bankfeeds.report import ImportReport, Outcome, Remark, StatementReport, plain
from portal.audit.record import record
from portal.documents.store import open_original, store_bank_file
from portal.kernel.clock import now
from portal.people.access import Actor
from portal.tenancy.models import Administration

_LOCK_NOT_AVAILABLE = "55P03"


def read_file(data: bytes, name: str = "") -> StatementFile:
    """What a bank file says; needs no database. Raises ImportRefused when nothing of it can be trusted."""
    try:
        return read_statement_file(data, name=name)
    except FormatRefused as refusal:
        raise ImportRefused(refusal) from refusal


@transaction.atomic
def load_file(
    *,
    administration: Administration,
    data: bytes,
    name: str,
    by: Actor,
    on: date,
    read: StatementFile | None = None,
) -> ImportReport:
    """Take a bank file in and say what came of each statement. The same file again is "0 new", never an error.

    `read` is what read_file() made of the same bytes, for who wants to read before a transaction is open. Raises
    ImportRefused when the file cannot be trusted, ImportBusy while a colleague takes one in.
    """
    file = read if read is not None else read_file(data, name)
    _one_at_a_time(administration)
    stored = store_bank_file(administration=administration, data=data, name=name, by=by, on=on)
    row = Import.objects.create(
        firm_id=administration.firm_id,
        administration=administration,
        document=stored.document,
        name=stored.document.name,
        created_at=now(),
        **by.as_columns(),
    )
    what = incoming(file)
    accounts = accounts_for(administration, [each.account for each in what])
    known = Known.of(accounts.values(), {each.year for each in what})
    case = _Case(administration, row, file.format, what, accounts, known, by, on)
    found = {each.index: case.take_in(each) for each in what}
    case.write()
    report = ImportReport(
        format=file.format,
        statements=tuple(found[index] for index in sorted(found)),
        warnings=tuple(remark(warning) for warning in file.warnings),
        import_row=row,
    )
    row.report = report.as_json()
    row.save(update_fields=["report"])
    counts = {"new": report.new, "known": report.known, "refused": report.refused_lines}
    record("bank_file.imported", subject=row, by=by, data={"name": row.name, **counts})
    return report


def load_again(*, imported: Import, by: Actor, on: date) -> ImportReport:
    """Take the same file in again, for what could not be taken in then (an account made since, a year opened)."""
    return load_file(
        administration=imported.administration,
        data=open_original(imported.document),
        name=imported.name,
        by=by,
        on=on,
    )


def _one_at_a_time(administration: Administration) -> None:
    """Hold the administration's turn until the end of the transaction. Raises ImportBusy after the lock timeout."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bank file {administration.pk}"])
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == _LOCK_NOT_AVAILABLE:
            raise ImportBusy from error
        raise


@dataclass(slots=True)
class _Case:
    """What taking in one file needs at every statement."""

    administration: Administration
    row: Import
    format: str
    all: list[Incoming]
    accounts: dict[tuple[str, str], BankAccount]
    known: Known
    by: Actor
    on: date
    _booking: Booking | None = None
    _booked: list[tuple[Statement, list[KeptLine]]] = field(default_factory=list)

    def write(self) -> None:
        """Write the statements to be booked, their lines and their entries, each kind at once."""
        if self._booking is not None and self._booked:
            Statement.objects.bulk_create([statement for statement, _ in self._booked])
            keep_lines(self._booked)
            self._booking.post(by=self.by, on=self.on)
            self._booked = []

    def take_in(self, what: Incoming) -> StatementReport:
        """Decide on one statement: to be booked, or why not."""
        account = self.accounts.get((what.account, what.currency))
        if account is None:
            return self._not_ours(what)
        same = self.known.same(account, what)
        if same is not None:
            return self._known(what, account, same)
        twin = self.known.twin(account, what)
        if what.problem is not None:
            return self._hold(what, account, *what.problem)
        if twin is not None:
            self.write()  # it may be of this file
            differs = {"number": what.number, "year": what.year, **difference(twin, what)}
            return self._hold(what, account, reasons.OTHER_CONTENT, differs)
        odd = [remark(each) for each in what.says.warnings if not each.cosmetic]
        odd += gaps(self.known.before(account, what), what)
        return self._book(what, account, odd)

    def _book(self, what: Incoming, account: BankAccount, odd: list[Remark]) -> StatementReport:
        statement = statement_row(
            what, account, imported=self.row, format=self.format, warnings=plain(odd), created_at=now()
        )
        lines = lines_of(what)
        try:
            self._ready().add(statement, account, lines)
        except PeriodLocked as refusal:
            return self._hold(what, account, reasons.PERIOD_LOCKED, {"period": refusal.data["period"]})
        except NoPeriod as refusal:
            return self._hold(what, account, reasons.NO_PERIOD, {"day": refusal.data["day"]})
        self._booked.append((statement, lines))
        self.known.add(statement)
        return _report(what, Outcome.NEW, warnings=tuple(odd), statement_id=statement.pk)

    def _ready(self) -> Booking:
        if self._booking is None:
            own = [each for each in self.all if (each.account, each.currency) in self.accounts]
            self._booking = Booking.of(self.administration, own)
        return self._booking

    def _hold(self, what: Incoming, account: BankAccount, reason: str, data: Mapping[str, Any]) -> StatementReport:
        statement = statement_row(
            what,
            account,
            imported=self.row,
            format=self.format,
            state=StatementState.QUARANTINED,
            held_because=reason,
            warnings=plain([remark(each) for each in what.says.warnings if not each.cosmetic]),
            created_at=now(),
        )
        statement.facts["held"] = plain({"rule": reason, "data": data})
        statement.save(force_insert=True)
        self.known.add(statement)
        record("statement.held", subject=statement, by=self.by, data={"number": what.number, "reason": reason})
        return _report(what, Outcome.HELD, reason, data, statement_id=statement.pk)

    def _known(self, what: Incoming, account: BankAccount, same: Statement) -> StatementReport:
        if same.state == StatementState.BOOKED:
            return _report(what, Outcome.KNOWN, statement_id=same.pk)
        if same.held_because in WAITS_FOR_PERIOD and self.known.twin(account, what) is None:
            self.write()
            self._booking = None  # what it knows of the account is of before
            account.administration = self.administration
            try:
                book_held(same, what, account, by=self.by, on=self.on)
            except (PeriodLocked, NoPeriod):
                pass  # still closed: it stays where it is, and the report says so below
            else:
                self.known.add(same)
                return _report(what, Outcome.NEW, warnings=tuple(same.warnings), statement_id=same.pk)
        if same.state == StatementState.REFUSED:
            why = {"reason": same.facts.get("refused", {}).get("reason", "")}
            return _report(what, Outcome.REFUSED, reasons.REFUSED_BEFORE, why, statement_id=same.pk)
        held = same.facts["held"]
        return _report(what, Outcome.HELD, held["rule"], held["data"], statement_id=same.pk)

    def _not_ours(self, what: Incoming) -> StatementReport:
        facts: dict[str, object] = {"account": what.account, "currency": what.currency}
        if what.currency != "EUR":
            return _report(what, Outcome.REFUSED, reasons.CURRENCY, facts)
        other = elsewhere(what, self.administration, self.by)
        if other is not None:
            return _report(what, Outcome.REFUSED, reasons.OTHER_ADMINISTRATION, {**facts, **other})
        return _report(what, Outcome.REFUSED, reasons.UNKNOWN_ACCOUNT, facts)


def _report(
    what: Incoming,
    outcome: Outcome,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    *,
    warnings: tuple[Remark, ...] = (),
    statement_id: UUID | None = None,
) -> StatementReport:
    return StatementReport(
        account=what.account,
        currency=what.currency,
        number=what.says.number or what.number,
        year=what.year,
        lines=len(what.says.lines),
        outcome=outcome,
        reason=reason,
        data=data or {},
        warnings=warnings,
        statement_id=statement_id,
    )


def remark(warning: Warning_) -> Remark:
    """A warning of the reader as it is kept and worded."""
    return {"rule": warning.rule, "line": warning.line, "times": warning.times, "data": dict(warning.data)}
