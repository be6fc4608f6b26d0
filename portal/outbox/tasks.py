"""Doorbells of the outbox: deliver one mail, pump what waits, sweep what hangs.

`deliver` is a plain task with short scopes of its own: a ScopedTask would hold one transaction open during the whole
conversation with the mail server, and its claim would not be committed before the mail leaves.
"""

import uuid
from typing import Any

from celery import shared_task
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import BadHeaderError
from django.db import connection

from portal.kernel.clock import now
from portal.outbox.delivery import (
    LEASE,
    NotSent,
    PerhapsSent,
    build,
    claim,
    hand_over,
    mark_not_sent,
    mark_perhaps_sent,
    mark_sent,
    sweep_one,
)
from portal.tenancy.bell import ring
from portal.tenancy.scope import scope

MOST_PER_ROUND = 200


@shared_task(queue="mail", acks_late=True)
def deliver(*, firm_id: str, mail_id: str, **_: Any) -> str:
    """Claim one mail, hand it to the mail server, write down what happened. Returns that in a word."""
    firm = uuid.UUID(firm_id)
    with scope(firm_id=firm):
        mail = claim(mail_id)
    if mail is None:
        return "not waiting"
    try:
        with scope(firm_id=firm):
            message = build(mail)
    except (ObjectDoesNotExist, LookupError, ValueError, BadHeaderError) as wrong:
        # a placeholder without its row, an address no header can hold
        with scope(firm_id=firm):
            mark_not_sent(mail, NotSent(f"{type(wrong).__name__}: {wrong}"))
        return "not built"
    try:
        hand_over(message)
    except NotSent as failure:
        with scope(firm_id=firm):
            mark_not_sent(mail, failure)
        return "not sent"
    except PerhapsSent as silence:
        with scope(firm_id=firm):
            mark_perhaps_sent(mail, str(silence))
        return "perhaps sent"
    with scope(firm_id=firm):
        mark_sent(mail)
    return "sent"


@shared_task(queue="mail")
def pump(**_: Any) -> int:
    """Ring for every mail that is due: those whose bell was lost, and those that wait for another try."""
    rows = _rows("SELECT id, firm_id FROM mails_due(%s, %s)", now())
    for mail_id, firm_id in rows:
        ring("portal.outbox.tasks.deliver", firm_id=firm_id, mail_id=mail_id)
    return len(rows)


@shared_task(queue="mail")
def sweep(**_: Any) -> int:
    """Release mails whose worker fell silent longer than a lease ago."""
    before = now() - LEASE
    released = 0
    for mail_id, firm_id in _rows("SELECT id, firm_id FROM mails_stuck(%s, %s)", before):
        with scope(firm_id=firm_id):
            released += sweep_one(mail_id, before)
    return released


def _rows(statement: str, moment: Any) -> list[tuple[uuid.UUID, uuid.UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [moment, MOST_PER_ROUND])
        return list(cursor.fetchall())
