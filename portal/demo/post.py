"""The post of the demo: what the outbox queued in the past left in the past, and lies in the sandbox's mailbox.

The same steps as portal.outbox.tasks.deliver, with the mailbox's folder in the place of the mail server, so that
times and threads are right at the first start. An address that does not exist bounces.
"""

from pathlib import Path

from django.conf import settings

from portal.kernel.clock import now
from portal.outbox.delivery import NotSent, build, claim, mark_not_sent, mark_sent
from portal.outbox.models import OutgoingMail, State

NOBODY_HERE = "boekhoudng@korenaar.example"  # a typing error


def deliver_waiting() -> int:
    """Deliver what waits in the open scope, in its transaction: no worker can be faster. Returns how many left."""
    waiting = OutgoingMail.objects.filter(state=State.QUEUED, due_at__lte=now()).order_by("created_at", "pk")
    return sum(_deliver(mail) for mail in waiting)


def _deliver(waiting: OutgoingMail) -> bool:
    mail = claim(waiting.pk)
    if mail is None:
        return False
    if mail.to_email == NOBODY_HERE:
        mark_not_sent(mail, NotSent(f"550 5.1.1 <{NOBODY_HERE}>: no such user here", permanent=True))
        return False
    folder = Path(settings.STATE_DIR) / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    head = f"X-Sandbox-Recipients: {mail.to_email}\n".encode()
    name = f"{now():%Y%m%dT%H%M%S%f}-{mail.pk.hex[-8:]}.eml"
    (folder / name).write_bytes(head + build(mail).message().as_bytes())
    mark_sent(mail)
    return True
