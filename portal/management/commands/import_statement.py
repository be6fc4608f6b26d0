"""`import_statement FILE --administration CODE`: take a bank file in from the command line."""

import json
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import override

from accounting.tasks import every_firm
from bankfeeds import reasons
from bankfeeds.actions.accounts import add_bank_account
from bankfeeds.actions.load import load_file, read_file
from bankfeeds.formats import StatementFile
from bankfeeds.refusals import ImportRefused
from bankfeeds.report import ImportReport
from bankfeeds.wording import sentence, summary, told
from portal.kernel.clock import today
from portal.kernel.errors import Refused
from portal.people.access import system_actor
from portal.tenancy.models import Administration, Firm
from portal.tenancy.scope import scope

REFUSED = 2


class Command(BaseCommand):
    """Exit code 0: taken in, as far as it could be (the report says what is held back). 2: nothing was taken in."""

    help = "Import a bank file. The same file again is 0 new, never an error."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file and whose it is."""
        parser.add_argument("file", help="the CODA file")
        parser.add_argument("--administration", required=True, help="the code of the administration")
        parser.add_argument("--firm", help="the firm (its slug), when several have an administration of this code")
        parser.add_argument("--create-account", action="store_true", help="create bank accounts not known yet")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--language", default="en", choices=["nl", "fr", "en"], help="of the sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, report."""
        with override("en-gb" if options["language"] == "en" else options["language"]):
            try:
                self._handle(options)
            except ImportRefused as refusal:
                self._refuse(told(refusal), options, rule=refusal.rule, line=refusal.line, column=refusal.column)
            except Refused as refusal:
                self._refuse(told(refusal), options, rule=refusal.code)

    def _handle(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        try:
            data = path.read_bytes()
        except OSError as error:
            self._refuse(f"{path}: {error.strerror}", options, rule="file.unreadable")
        file = read_file(data, path.name)
        places = _places(options["administration"], options["firm"])
        if len(places) != 1:
            wrong = "No administration has this code." if not places else "Several firms have this code: add --firm."
            self._refuse(wrong, options, rule="administration")
        report = _import(places[0], data, path.name, file, create=options["create_account"])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        else:
            self._print(report)
        if report.statements and not any(each.outcome in ("new", "known") for each in report.statements):
            raise SystemExit(REFUSED)

    def _print(self, report: ImportReport) -> None:
        self.stdout.write(summary(report))
        for warning in report.warnings:
            self.stdout.write(f"  ! {sentence(warning)}")
        for statement in report.statements:
            self.stdout.write(
                f"  {statement.account} {statement.year}/{statement.number}: {statement.lines} ({statement.outcome})"
            )
            if statement.reason:
                self.stdout.write(f"    ✗ {sentence(statement.remark)}")
            for warning in statement.warnings:
                self.stdout.write(f"    ! {sentence(warning)}")
        if any(each.reason == reasons.UNKNOWN_ACCOUNT for each in report.statements):
            self.stdout.write("Add --create-account to create the account and take the statements in.")

    def _refuse(self, text: str, options: dict[str, Any], **facts: Any) -> NoReturn:
        if options["json"]:
            self.stdout.write(json.dumps({"error": text, **facts}, ensure_ascii=False))
        else:
            self.stderr.write(text)
        raise SystemExit(REFUSED)


Place = tuple[Any, Any]  # firm id, administration id


def _places(code: str, slug: str | None) -> list[Place]:
    """Every administration with this code, firm by firm: no scope ever sees two firms."""
    found: list[Place] = []
    for firm_id in every_firm():
        with scope(firm_id=firm_id):
            if slug in (None, Firm.all_firms.get(pk=firm_id).slug):
                found += [(firm_id, pk) for pk in Administration.objects.filter(code=code).values_list("pk", flat=True)]
    return found


def _import(place: Place, data: bytes, name: str, file: StatementFile, *, create: bool) -> ImportReport:
    firm_id, administration_id = place
    by, on = system_actor(firm_id), today()
    with scope(firm_id=firm_id):
        administration = Administration.objects.get(pk=administration_id)
        report = load_file(administration=administration, data=data, name=name, by=by, on=on, read=file)
        unknown = {each.account for each in report.statements if each.reason == reasons.UNKNOWN_ACCOUNT}
        if not create or not unknown:
            return report
        for number in sorted(unknown):
            add_bank_account(administration=administration, number=number, by=by, on=on)
        return load_file(administration=administration, data=data, name=name, by=by, on=on, read=file)
