"""Models that belong to a tenant, and the managers that refuse to answer without a scope."""

from typing import Any, ClassVar, TypeVar

from django.db import models
from uuid_utils.compat import uuid7

from portal.tenancy.scope import current_scope

M = TypeVar("M", bound=models.Model)


class FirmManager(models.Manager[M]):
    """Answers only inside a scope, and only with rows of that scope's firm. Raises NoScope otherwise.

    Where a row may name an administration (a mail, an event), a narrowed scope sees only those of its own.
    """

    def get_queryset(self) -> models.QuerySet[M]:
        """Return the rows of the open scope."""
        open_scope = current_scope()
        rows = super().get_queryset().filter(firm_id=open_scope.firm_id)
        ids, column = open_scope.administration_ids, self._administration_column()
        return rows if ids is None or column is None else rows.filter(**{f"{column}__in": ids})

    def _administration_column(self) -> str | None:
        return "administration_id" if hasattr(self.model, "administration_id") else None


class ScopedManager(FirmManager[M]):
    """The manager of rows that always belong to an administration."""


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


class BulkRow(TenantModel):
    """A tenant row that comes by the thousand.

    Its simple foreign keys are no constraints: the composite ones (PutUnderPolicy) check the same and more, and two
    checks per key and row are most of what such a row costs at the commit.
    """

    firm = models.ForeignKey("tenancy.Firm", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    administration = models.ForeignKey(
        "tenancy.Administration", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta(TenantModel.Meta):
        abstract = True
