"""Document: the original bytes, kept unaltered and known by their hash; pages are shown from derived images."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.audit.models import ActorColumns
from portal.tenancy.managers import TenantModel


class Kind(models.TextChoices):
    """What the bytes turned out to be (by content, never by extension)."""

    PDF = "pdf", "PDF"
    IMAGE = "image", pgettext_lazy("document kind", "Photo")
    UBL = "ubl", pgettext_lazy("document kind", "E-invoice")
    BANK_FILE = "bank", pgettext_lazy("document kind", "Bank file")


class Source(models.TextChoices):
    """How a document came in."""

    LINK = "link", pgettext_lazy("document source", "link in a mail")
    CLIENT = "client", pgettext_lazy("document source", "client portal")
    OFFICE = "office", pgettext_lazy("document source", "the office")


class Preview(models.TextChoices):
    """Where the making of the page images stands."""

    WAITING = "waiting", pgettext_lazy("preview", "being made")
    READY = "ready", pgettext_lazy("preview", "ready")
    FAILED = "failed", pgettext_lazy("preview", "not possible")


class Document(TenantModel, ActorColumns):
    """One file as it came in. The same bytes twice in an administration are one document."""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="bytes")
    mime = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    source = models.CharField(max_length=8, choices=Source.choices)
    name = models.CharField(max_length=120, help_text="The name it came with, made safe")
    storage_key = models.CharField(max_length=200)
    pages = models.PositiveSmallIntegerField(default=0, help_text="page images that can be shown")
    preview = models.CharField(max_length=8, choices=Preview.choices, default=Preview.WAITING)
    preview_claimed_at = models.DateTimeField(null=True, blank=True)
    preview_tries = models.PositiveSmallIntegerField(default=0)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["administration", "sha256"], name="same_bytes_one_document")]
        indexes = [
            models.Index(fields=["administration", "-created_at"], name="document_newest"),
            models.Index(fields=["created_at"], condition=models.Q(preview="waiting"), name="document_preview_waits"),
        ]
