"""ChainLink: the hash chain over entries and clearings. Only triggers write it, at the commit; nothing changes it."""

from django.db import models

from accounting.models import guards
from portal.tenancy.managers import BulkRow, TenantModel


class Linked(models.TextChoices):
    """What a link is of."""

    ENTRY = "entry", "entry"
    CLEARING = "clearing", "clearing"


class ChainLink(BulkRow):
    """One link, with the id of the entry or clearing it is of: SHA-256 over the link before it and what that says."""

    position = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Linked.choices)
    hash = models.BinaryField(max_length=32)

    class Meta(TenantModel.Meta):
        triggers = guards.CHAIN_LINK
        constraints = [models.UniqueConstraint(fields=["administration", "position"], name="link_position_once")]
