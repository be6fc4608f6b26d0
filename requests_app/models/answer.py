"""Answer, Promise, Closure: each state with a who and a when is a row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from portal.audit.models import ActorColumns
from portal.documents.models import Document
from portal.tenancy.managers import TenantModel
from requests_app.models.request import Request


class AnswerKind(models.TextChoices):
    """What the client said. Each ends the client's turn."""

    DOCUMENT = "document", pgettext_lazy("answer", "Document sent")
    ALREADY_SENT = "already_sent", pgettext_lazy("answer", "Sent before")
    DOES_NOT_EXIST = "does_not_exist", pgettext_lazy("answer", "Does not exist")
    PRIVATE = "private", pgettext_lazy("answer", "Private")
    WORDS = "words", pgettext_lazy("answer", "Answered in words")


class Heard(models.TextChoices):
    """How the office got to hear it, when the client did not write it here."""

    PHONE = "phone", pgettext_lazy("heard", "by phone")
    PAPER = "paper", pgettext_lazy("heard", "on paper")
    MEETING = "meeting", pgettext_lazy("heard", "in a conversation")


class HeardColumns(models.Model):
    """Said to a colleague, who wrote it down (the actor): how, by whom and on which day. Empty: typed by the client."""

    heard_how = models.CharField(max_length=8, choices=Heard.choices, blank=True)
    heard_from = models.CharField(max_length=80, blank=True)
    heard_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


def _whole(name: str) -> models.CheckConstraint:
    """Who and when stand with every how."""
    whole = Q(heard_on__isnull=False, heard_how__in=Heard.values) & ~Q(heard_from="")
    return models.CheckConstraint(condition=whole | Q(heard_how="", heard_from="", heard_on=None), name=name)


class Answer(TenantModel, ActorColumns, HeardColumns):
    """The live answer to a request, or an earlier one that was withdrawn. Changeable until the firm handled it."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=16, choices=AnswerKind.choices)
    text = models.TextField(blank=True, help_text="The reason, or a remark")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(withdrawn_at=None), name="one_live_answer"),
            _whole("answer_heard_whole"),
        ]
        indexes = [
            models.Index(
                fields=["firm", "withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="answer_withdrawn"
            )
        ]


class AnswerDocument(TenantModel):
    """A document that came with an answer."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="documents")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["answer", "document"], name="document_once_per_answer")]


class Promise(TenantModel, ActorColumns, HeardColumns):
    """The word "later": the request stays open with the client, and is quiet until the promised day."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="promises")
    until = models.DateField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(withdrawn_at=None), name="one_live_promise"),
            _whole("promise_heard_whole"),
        ]


class Outcome(models.TextChoices):
    """How a request ended."""

    BOOKED = "booked", pgettext_lazy("outcome", "Booked")
    NOT_NEEDED = "not_needed", pgettext_lazy("outcome", "No longer needed")
    NO_DOCUMENT = "no_document", pgettext_lazy("outcome", "Handled without a document")
    ANSWERED = "answered", pgettext_lazy("outcome", "Answered")


class Closure(TenantModel, ActorColumns):
    """The end of a request; reopening withdraws it and keeps the history."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="closures")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(withdrawn_at=None), name="one_live_closure")
        ]
        indexes = [
            models.Index(
                fields=["firm", "withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="closure_withdrawn"
            )
        ]
