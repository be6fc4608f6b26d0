"""Work of the books nobody waits for."""

import uuid
from typing import Any

from celery import shared_task
from django.db import connection

from accounting.actions import chain, obligations
from portal.kernel.clock import today, zone
from portal.people.access import system_actor
from portal.tenancy.models import Administration
from portal.tenancy.scope import scope
from portal.tenancy.tasks import ScopedTask


def every_firm() -> list[uuid.UUID]:
    """The ids of all firms, through the one function that may look over the wall."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM every_firm()")
        return [row[0] for row in cursor.fetchall()]


@shared_task(queue="ledger")
def ensure_obligations(**_: Any) -> int:
    """Nightly: make sure the filings around today stand in every list; returns how many were added."""
    added = 0
    for firm_id in every_firm():
        with scope(firm_id=firm_id):
            for administration in Administration.objects.filter(is_active=True):
                day = today(administration.country)
                since = min(day, administration.created_at.astimezone(zone(administration.country)).date())
                added += obligations.ensure_obligations(administration=administration, today=day, since=since)
    return added


@shared_task(queue="ledger")
def note_heads(**_: Any) -> int:
    """Nightly: note where every hash chain stands that moved; returns how many did."""
    noted = 0
    for firm_id in every_firm():
        with scope(firm_id=firm_id):
            noted += chain.note_heads(by=system_actor(firm_id), on=today())
    return noted


@shared_task(base=ScopedTask, queue="ledger")
def check_chains(*, firm_id: str, **_: Any) -> list[str]:
    """Work out every hash chain of a firm again, because its owner asked; returns the codes of broken ones."""
    return chain.check_chains(by=system_actor(uuid.UUID(firm_id)), on=today())
