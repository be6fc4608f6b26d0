"""Why an act on a mail is refused."""

from portal.kernel.errors import Refused, gettext_noop


class MailNotWaitingForYou(Refused):
    """The mail is on its way or was sent: nothing to decide."""

    code = "mail_not_waiting"
    template = gettext_noop("The mail to %(email)s is already on its way or was sent.")
