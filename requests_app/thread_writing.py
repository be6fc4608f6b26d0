"""The one way to write into a thread, and to hold a request still while it changes."""

from typing import Any

from portal.kernel.clock import now
from portal.people.access import Actor
from requests_app.models import Answer, Closure, Message, MessageKind, Promise, Request
from requests_app.refusals import AlreadyHandled
from requests_app.state import local_day


def hold(request: Request) -> Request:
    """Lock the request's row for the rest of the transaction and return it fresh: acts on it happen one by one."""
    rows = Request.objects.select_related("administration", "firm", "link").select_for_update(of=("self",))
    held: Request = rows.get(pk=request.pk)
    return held


def refuse_when_closed(request: Request) -> None:
    """Raise AlreadyHandled, naming who and when, once the firm has closed the request."""
    closure = Closure.objects.filter(request=request, withdrawn_at=None).first()
    if closure is not None:
        raise AlreadyHandled(name=closure.actor_name, day=local_day(closure.at))


def live_answer(request: Request) -> Answer | None:
    """The answer that counts."""
    return Answer.objects.filter(request=request, withdrawn_at=None).first()


def live_promise(request: Request) -> Promise | None:
    """The promise that counts."""
    return Promise.objects.filter(request=request, withdrawn_at=None).first()


def say(request: Request, *, kind: MessageKind, text: str, by: Actor) -> Message:
    """Add a message or a note to the thread."""
    message: Message = Message.objects.create(
        **tenant(request),
        kind=kind,
        text=text,
        at=now(),
        **by.as_columns(),
    )
    return message


def note_event(request: Request, event: str, *, by: Actor, facts: dict[str, Any] | None = None) -> Message:
    """Add an event that no row of its own tells; requests_app.wording words it."""
    message: Message = Message.objects.create(
        **tenant(request),
        kind=MessageKind.EVENT,
        event=event,
        facts=facts or {},
        at=now(),
        **by.as_columns(),
    )
    return message


def tenant(request: Request) -> dict[str, Any]:
    """The tenant columns of a row that belongs to a request."""
    return {"firm_id": request.firm_id, "administration_id": request.administration_id, "request": request}
