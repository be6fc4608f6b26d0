"""Which classes of lines the client is asked about, per administration."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from bankfeeds.models import AskedClass, LineClass
from portal.audit.record import record
from portal.kernel.clock import now
from portal.people.access import Actor
from portal.tenancy.models import Administration


@transaction.atomic
def set_asked_classes(*, administration: Administration, asked: Collection[str], by: Actor, on: date) -> None:
    """Ask about just these classes from now on. The same again changes nothing. ValueError for an unknown class."""
    wanted = {LineClass(each).value for each in asked}
    rows = AskedClass.objects.select_for_update(of=("self",)).filter(administration=administration)
    present = {row.line_class for row in rows}
    if wanted == present:
        return
    AskedClass.objects.filter(administration=administration).exclude(line_class__in=wanted).delete()
    AskedClass.objects.bulk_create(
        [
            AskedClass(
                firm_id=administration.firm_id,
                administration=administration,
                line_class=each,
                created_at=now(),
                **by.as_columns(),
            )
            for each in sorted(wanted - present)
        ],
        ignore_conflicts=True,
    )
    record("asked_classes.set", subject=administration, by=by, data={"asked": sorted(wanted)})
