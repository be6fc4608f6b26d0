"""record(): the one way into the log, called by every verb in its own transaction."""

from typing import Any

from django.db import models

from portal.audit.models import Event
from portal.kernel.clock import now
from portal.people.access import Actor

SECRET = ("password", "secret", "token", "code", "api_key")


def record(what: str, *, subject: models.Model, by: Actor, data: dict[str, Any] | None = None) -> Event:
    """Write one event about `subject` in the present transaction; secrets among the facts are masked."""
    facts = {key: "•••" if key in SECRET else value for key, value in (data or {}).items()}
    administration_id = getattr(subject, "administration_id", None)
    if subject._meta.label_lower == "tenancy.administration":
        administration_id = subject.pk
    event: Event = Event.objects.create(
        firm_id=by.firm_id,
        administration_id=administration_id,
        what=what,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        facts=facts,
        at=now(),
        **by.as_columns(),
    )
    return event
