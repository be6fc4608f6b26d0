"""Pause: reminding rests for a while, about one question or about everything asked of one client."""

from django.db import models
from django.db.models import Q

from portal.audit.models import ActorColumns
from portal.tenancy.managers import TenantModel
from requests_app.models.request import Request


class Pause(TenantModel, ActorColumns):
    """No reminders until a day (that day they go out again), or until somebody lifts it. Ends by itself."""

    request = models.ForeignKey(
        Request, models.PROTECT, null=True, blank=True, related_name="pauses", help_text="Empty: the whole client"
    )
    until = models.DateField(null=True, blank=True, help_text="The first day with reminders again; empty: none")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True, help_text="Lifted by hand, or replaced by a newer pause")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(lifted_at=None), name="one_pause_of_a_question"),
            models.UniqueConstraint(
                fields=["administration"], condition=Q(lifted_at=None, request=None), name="one_pause_of_a_client"
            ),
        ]
