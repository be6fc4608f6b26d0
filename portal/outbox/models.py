"""OutgoingMail: a row written in the transaction of its reason; the row is the queue, Celery only rings."""

from django.db import models
from django.utils.translation import pgettext_lazy

from portal.tenancy.managers import FirmModel
from portal.tenancy.models import Administration, Language


class State(models.TextChoices):
    """Where a mail stands. `uncertain`: killed between the server's 250 and our commit; it may have gone out."""

    QUEUED = "queued", pgettext_lazy("mail", "waiting")
    INFLIGHT = "inflight", pgettext_lazy("mail", "being sent")
    SENT = "sent", pgettext_lazy("mail", "sent")
    UNCERTAIN = "uncertain", pgettext_lazy("mail", "perhaps sent")
    DEAD = "dead", pgettext_lazy("mail", "given up")


class OutgoingMail(FirmModel):
    """One mail to one person. Links stand in it as placeholders: the token is made only at the moment of sending."""

    administration = models.ForeignKey(Administration, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40)
    dedup_key = models.CharField(max_length=200)
    to_email = models.EmailField()
    to_name = models.CharField(max_length=80, blank=True)
    from_name = models.CharField(max_length=120)
    reply_to = models.EmailField(blank=True)
    language = models.CharField(max_length=5, choices=Language.choices)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    resend_when_uncertain = models.BooleanField(default=True, help_text="False: a person decides (reminders)")
    about = models.JSONField(default=list, help_text="Ids of the requests this mail is about")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    inflight_since = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    was_uncertain = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta(FirmModel.Meta):
        constraints = [models.UniqueConstraint(fields=["firm", "kind", "dedup_key"], name="one_mail_per_reason")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="mail_queued"),
            models.Index(fields=["firm", "created_at"], name="mail_of_firm"),
            models.Index(fields=["inflight_since"], condition=models.Q(state="inflight"), name="mail_inflight"),
        ]
