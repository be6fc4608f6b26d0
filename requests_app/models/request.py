"""Request: one question to one person, about one card of bank lines (twins share a card), with its thread."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from bankfeeds.models import StatementLine
from portal.audit.models import ActorColumns
from portal.documents.models import Document
from portal.links.models import Link
from portal.tenancy.managers import TenantModel
from portal.tenancy.models import Language


class RequestKind(models.TextChoices):
    """What is asked for."""

    MISSING_DOCUMENT = "missing_document", pgettext_lazy("request", "Missing document")
    QUESTION = "question", pgettext_lazy("request", "Question")


class Request(TenantModel, ActorColumns):
    """One question. Its state is computed from Answers, Promise and Closure; nothing here says "open"."""

    kind = models.CharField(max_length=20, choices=RequestKind.choices)
    text = models.TextField()
    language = models.CharField(max_length=5, choices=Language.choices)
    link = models.ForeignKey(Link, models.PROTECT, related_name="requests")
    asked_on = models.DateField()
    created_at = models.DateTimeField()
    reminders = models.PositiveSmallIntegerField(default=0, help_text="How many reminders were mailed")
    remind_on = models.DateField(null=True, blank=True, help_text="The next step of the ladder; empty: none left")
    escalated_on = models.DateField(null=True, blank=True, help_text="After the third reminder: the firm's turn")
    returned_at = models.DateTimeField(
        null=True, blank=True, help_text="Whom it was asked of lost access: closed to them until it is sent anew"
    )

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["administration", "-created_at"], name="request_newest"),
            models.Index(fields=["remind_on"], condition=Q(remind_on__isnull=False), name="request_to_remind"),
        ]


class Forward(TenantModel, ActorColumns):
    """A question passed on to a colleague by the client's side: their own link shows this one question too."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="forwards")
    link = models.ForeignKey(Link, models.PROTECT, related_name="forwards")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="The colleague said it is not for them")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["request", "link"], name="one_forward_per_colleague")]


class RequestLine(TenantModel):
    """A bank line a request is about. A line has at most one open request: the database says so."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="lines")
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="+")
    is_open = models.BooleanField(default=True, help_text="False once the request is closed")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="line_once_per_request"),
            models.UniqueConstraint(fields=["line"], condition=Q(is_open=True), name="one_open_request_per_line"),
        ]
        indexes = [
            models.Index(
                fields=["firm", "administration", "request"],
                condition=Q(is_open=True),
                name="request_line_open_of_firm",
            )
        ]


class MessageKind(models.TextChoices):
    """Who a message is for: both sides, the office alone, or nobody (the system reporting)."""

    MESSAGE = "message", pgettext_lazy("message", "Message")
    NOTE = "note", pgettext_lazy("message", "Internal note")
    EVENT = "event", pgettext_lazy("message", "Event")


class Message(TenantModel, ActorColumns):
    """One thing said or done in the thread of a request. Notes never leave the office."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=8, choices=MessageKind.choices)
    text = models.TextField(blank=True)
    event = models.CharField(max_length=40, blank=True, help_text="worded by requests_app.wording")
    facts = models.JSONField(default=dict, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["request", "at"], name="message_in_order")]
