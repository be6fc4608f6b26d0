"""note_heads, check_chains: where the hash chains of a firm stand, outside the books; and whether they hold."""

import logging
from datetime import date

from accounting.models import ChainLink
from accounting.queries.chain import Head, first_break, heads, holds, noted_heads
from portal.audit.record import record
from portal.people.access import Actor
from portal.tenancy.models import Administration

log = logging.getLogger("portal.tasks")


def note_heads(*, by: Actor, on: date) -> int:
    """Note the head of every chain of the firm that moved since it was noted last; returns how many.

    In the log of the administration and, as one line each, in the log of the server, which is no part of the database:
    whoever shortens a chain there can be held against it. A chain that no longer holds the head noted last is
    reported in both, and its new head is not noted.
    """
    noted, moved = noted_heads(), 0
    standing = heads()
    for administration in Administration.objects.order_by("pk"):
        last, head = noted.get(administration.pk), standing.get(administration.pk)
        if last is not None and not holds(last):
            log.error("chain broken", extra={"facts": _facts(last)})
            record("books.chain_broken", subject=administration, by=by, data=_said(last, on))
        elif head is not None and head != last:
            log.info("chain head", extra={"facts": _facts(head)})
            record("books.head_noted", subject=administration, by=by, data=_said(head, on))
            moved += 1
    return moved


def check_chains(*, by: Actor, on: date) -> list[str]:
    """Work out every chain of the firm again, and write down that it was done; returns the codes of broken ones.

    The noted heads are held against them as well. Large books take minutes: for a worker.
    """
    noted = noted_heads()
    rows = list(Administration.objects.select_related("firm").order_by("code"))
    broken = []
    for administration in rows:
        last = noted.get(administration.pk)
        if first_break(administration) is not None or (last is not None and not holds(last)):
            broken.append(administration.code)
    facts = {
        "administrations": len(rows),
        "places": ChainLink.objects.count(),
        "broken": broken,
        "on": on.isoformat(),
    }
    if rows:
        record("books.chain_checked", subject=rows[0].firm, by=by, data=facts)
    return broken


def _facts(head: Head) -> dict[str, object]:
    return {"administration": str(head.administration_id), "position": head.position, "hash": head.hash}


def _said(head: Head, on: date) -> dict[str, object]:
    return {"position": head.position, "hash": head.hash, "on": on.isoformat()}
