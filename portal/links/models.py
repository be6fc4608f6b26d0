"""Link: one per recipient, administration and purpose. Only the hash of its token is stored."""

from django.db import models

from portal.people.models import User
from portal.tenancy.managers import TenantModel
from portal.tenancy.models import Language


class Purpose(models.TextChoices):
    """What a link opens. A token of one purpose is unknown to every other."""

    REQUESTS = "requests", "requests"


class Link(TenantModel):
    """A personal door to one person's open requests in one administration."""

    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    email = models.EmailField()
    name = models.CharField(max_length=80)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=5, choices=Language.choices)
    version = models.PositiveSmallIntegerField(default=1, help_text="A new version makes older tokens unknown")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["administration", "purpose", "email"], name="one_link_per_recipient")
        ]
