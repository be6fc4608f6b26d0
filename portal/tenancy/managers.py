"""Models that belong to a tenant, and the managers that refuse to answer without a scope."""

from typing import Any, ClassVar, TypeVar

from django.db import models
from uuid_utils.compat import uuid7

from portal.tenancy.scope import current_scope

M = TypeVar("M", bound=models.Model)


class FirmManager(models.Manager[M]):
    """Answers only inside a scope, and only with rows of that scope's firm. Raises NoScope otherwise."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Return the firm's rows."""
        return super().get_queryset().filter(firm_id=current_scope().firm_id)


class ScopedManager(FirmManager[M]):
    """Like FirmManager, narrowed to the administrations of the scope when it names any."""

    administration_column = "administration_id"

    def get_queryset(self) -> models.QuerySet[M]:
        """Return the rows of the open scope."""
        rows = super().get_queryset()
        ids = current_scope().administration_ids
        return rows if ids is None else rows.filter(**{f"{self.administration_column}__in": ids})


class FirmModel(models.Model):
    """A row of one firm that belongs to no single administration (members, invitations, bundled mails)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    firm = models.ForeignKey("tenancy.Firm", models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[FirmManager[Any]] = FirmManager()
    # the greppable escape: no scope in Python. The database still shows only what its own policies allow.
    all_firms: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "all_firms"


class TenantModel(FirmModel):
    """A row of one administration of one firm: almost everything."""

    administration = models.ForeignKey("tenancy.Administration", models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()

    class Meta(FirmModel.Meta):
        abstract = True
