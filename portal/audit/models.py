"""Event: who, when, what, to what, with which facts. Insert-only: the database refuses the rest."""

import pgtrigger
from django.db import models

from portal.people.models import User
from portal.tenancy.guard import never
from portal.tenancy.managers import FirmModel
from portal.tenancy.models import Administration


class ActorColumns(models.Model):
    """The columns every row keeps about who made it (see Actor.as_columns)."""

    actor_kind = models.CharField(max_length=8)
    actor_user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=80)

    class Meta:
        abstract = True


class Event(FirmModel, ActorColumns):
    """One thing that happened, in business words (past tense, dotted)."""

    administration = models.ForeignKey(Administration, models.PROTECT, null=True, related_name="+", db_index=False)
    what = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(FirmModel.Meta):
        indexes = [
            models.Index(fields=["firm", "subject_kind", "subject_id", "at"], name="event_of_subject"),
            models.Index(fields=["firm", "administration", "at"], name="event_of_administration"),
        ]
        triggers = never(pgtrigger.Update | pgtrigger.Delete)
