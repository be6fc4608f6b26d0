"""Starting an administration: its row, its books, its obligations."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounting.actions.obligations import ensure_obligations
from accounting.actions.setup import open_books, open_fiscal_year
from accounting.refusals import CodeTaken
from portal.audit.record import record
from portal.kernel.ids import parse_enterprise_number, parse_vat_number, vat_number_of
from portal.people.access import Actor
from portal.tenancy.models import Administration, Firm


@dataclass(frozen=True, slots=True)
class NewAdministration:
    """What the firm fills in about a client company."""

    code: str
    name: str
    enterprise_number: str
    country: str = "BE"
    vat_rhythm: str = "quarterly"
    language: str = "nl"
    scenario: int = 1
    vat_number: str = ""  # read only outside Belgium, where it does not follow from the enterprise number


@transaction.atomic
def start_administration(*, firm: Firm, new: NewAdministration, first_year: int, by: Actor, on: date) -> Administration:
    """Open an administration with chart, journals, fiscal years from `first_year` and its obligations.

    Raises BadIdentifier for numbers whose check digits fail and CodeTaken for a code in use.
    """
    vat = parse_vat_number(new.vat_number, new.country) if new.vat_number and new.country != "BE" else ""
    number = parse_enterprise_number(new.enterprise_number, new.country) if new.enterprise_number else ""
    if Administration.objects.filter(code=new.code).exists():
        raise CodeTaken(code=new.code)
    administration = Administration.objects.create(
        firm=firm,
        code=new.code,
        name=new.name.strip(),
        enterprise_number=number,
        vat_number=vat_number_of(number) if number and new.country == "BE" else vat,
        country=new.country,
        vat_rhythm=new.vat_rhythm,
        language=new.language,
        scenario=new.scenario,
    )
    record("administration.started", subject=administration, by=by, data={"code": new.code, "name": new.name})
    open_books(administration=administration, first_year=first_year, by=by, on=on)
    for year in range(first_year + 1, on.year + 1):
        open_fiscal_year(administration=administration, year=year, by=by, on=on)
    ensure_obligations(administration=administration, today=on, since=on)
    return administration
