"""A person of the client loses access: so does whom they passed questions on to, and the firm asks somebody else."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from portal.audit.record import record
from portal.kernel.clock import now
from portal.links.issue import revoke
from portal.links.models import Link
from portal.links.people import revoke_access
from portal.people.access import Actor
from portal.people.models import ClientAccess
from requests_app.models import Forward, Request
from requests_app.queries.state import with_state
from requests_app.state import Turn
from requests_app.thread_writing import hold, live_promise, note_event


@transaction.atomic
def end_access(*, access: ClientAccess, by: Actor, on: date) -> None:
    """Take access away with all that hangs on it.

    Questions asked of this person go back to the firm and stay closed to them, also when they are let in again: a
    later link shows what is asked from then on. What they passed on ends, and so does the link of whoever holds
    nothing else.
    """
    theirs = Q(user_id=access.user_id) | Q(email__iexact=access.user.email)
    links = list(Link.objects.filter(theirs, administration_id=access.administration_id).values_list("pk", flat=True))
    revoke_access(access=access, by=by, on=on)
    asked = Request.objects.filter(link__in=links, returned_at=None)
    waiting = set(with_state(asked, on).filter(turn=Turn.CLIENT.value).values_list("pk", flat=True))
    returned = list(asked.order_by("pk"))
    for request in returned:
        _return(request, waits=request.pk in waiting, by=by, on=on)
    _end_forwards(access, links, by, on)


def _return(request: Request, *, waits: bool, by: Actor, on: date) -> None:
    held = hold(request)
    held.returned_at = now()
    if waits:
        promise = live_promise(held)
        if promise is not None:
            promise.withdrawn_at = now()
            promise.save(update_fields=["withdrawn_at"])
        held.escalated_on, held.remind_on = on, None
        note_event(held, "access_ended", by=by, facts={"to": held.link.email})
        record("request.access_ended", subject=held, by=by, data={"to": held.link.email})
    held.save(update_fields=["returned_at", "escalated_on", "remind_on"])


def _end_forwards(access: ClientAccess, links: list[object], by: Actor, on: date) -> None:
    """End what was passed on to this person, what they passed on, and what went further from there."""
    live = Forward.objects.select_related("request", "link").filter(
        administration_id=access.administration_id, withdrawn_at=None
    )
    # a guest without an account is known by the question alone: where this person had it, such forwards end too
    nameless = Q(actor_kind="guest", actor_user=None)
    made = Q(actor_user_id=access.user_id) | (nameless & Q(request__link__in=links))
    handed_on = Forward.objects.filter(Q(actor_user_id=access.user_id) | Q(link__in=links)).values("request")
    ended = list(live.filter(Q(link__in=links) | made | (nameless & Q(request__in=handed_on))).order_by("pk"))
    for forward in ended:
        forward.withdrawn_at = now()
        forward.save(update_fields=["withdrawn_at"])
        note_event(hold(forward.request), "forward_ended", by=by, facts={"to": forward.link.email})
        record("request.forward_ended", subject=forward.request, by=by, data={"to": forward.link.email})
    for link in {forward.link_id: forward.link for forward in ended}.values():
        holds = Request.objects.filter(link=link, returned_at=None).exists()
        inside = ClientAccess.objects.filter(
            administration_id=access.administration_id, user__email__iexact=link.email, revoked_at=None
        ).exists()
        if not holds and not inside and not Forward.objects.filter(link=link, withdrawn_at=None).exists():
            revoke(link=link, by=by, on=on)
