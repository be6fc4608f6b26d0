"""add_journal: one more numbered book."""

from collections.abc import Mapping
from datetime import date

from accounting.models import Journal, JournalKind
from accounting.refusals import CodeTaken
from portal.audit.record import record
from portal.people.access import Actor
from portal.tenancy.models import Administration


def add_journal(
    *,
    administration: Administration,
    kind: JournalKind,
    code: str,
    names: Mapping[str, str],
    by: Actor,
    on: date | None = None,
) -> Journal:
    """Add a journal; `names` by language ("nl", "fr", "en"). Raises CodeTaken."""
    if Journal.objects.filter(administration=administration, code=code).exists():
        raise CodeTaken(code=code)
    journal: Journal = Journal.objects.create(
        firm_id=administration.firm_id,
        administration=administration,
        code=code,
        kind=kind,
        name_nl=names["nl"],
        name_fr=names.get("fr") or names["nl"],
        name_en=names.get("en") or names["nl"],
    )
    record("journal.added", subject=journal, by=by, data={"journal": code})
    return journal
