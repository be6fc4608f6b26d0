"""Doorbells: every ten minutes, ask every firm whether somebody must be reminded."""

from typing import Any

from celery import shared_task
from django.db import connection

from portal.kernel.clock import now
from portal.tenancy.bell import ring
from portal.tenancy.tasks import ScopedTask
from requests_app.actions.remind import remind_due as remind_due_of_firm


@shared_task(queue="mail")
def remind_due(**_: Any) -> int:
    """Ring once for every firm: each is reminded in a scope and a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM every_firm()")
        firms = [row[0] for row in cursor.fetchall()]
    for firm_id in firms:
        ring("requests_app.tasks.remind_firm", firm_id=firm_id)
    return len(firms)


@shared_task(base=ScopedTask, queue="mail")
def remind_firm(*, firm_id: str, **_: Any) -> int:
    """Remind the people of one firm whose day has come; safe to ring any number of times."""
    return remind_due_of_firm(now())
