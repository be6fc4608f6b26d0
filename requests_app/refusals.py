"""Why asking, answering or closing is refused, in sentences for the person who tried."""

from portal.kernel.errors import Refused, gettext_noop


class NothingToAsk(Refused):
    """No bank line was chosen, or none of them is here."""

    code = "nothing_to_ask"
    template = gettext_noop("Choose at least one bank line first.")


class NoRecipient(Refused):
    """Nobody to ask: the administration has no contact and no address was typed."""

    code = "no_recipient"
    template = gettext_noop("%(administration)s has no contact with an e-mail address. Choose or type a recipient.")


class BadAddress(Refused):
    """The typed address cannot get mail."""

    code = "bad_address"
    template = gettext_noop("“%(email)s” is not an e-mail address.")


class AlreadyAsked(Refused):
    """The line has an open request. data: who asked whom, when, and about what."""

    code = "already_asked"
    template = gettext_noop("%(asker)s already asked %(recipient)s about this payment on %(day)s (%(what)s).")

    @property
    def request_id(self) -> object:
        """The open request, for a link to it."""
        return self.data.get("request_id")


class AlreadyHandled(Refused):
    """The firm has closed the request: the answer can no longer change."""

    code = "already_handled"
    template = gettext_noop("%(name)s already handled this on %(day)s. Nothing more is needed.")


class NotClosed(Refused):
    """Only a closed request can be reopened."""

    code = "not_closed"
    template = gettext_noop("This question is still open.")


class TooManyForwards(Refused):
    """A question goes to a few colleagues, not to a mailing list. data: limit."""

    code = "too_many_forwards"
    template = gettext_noop(
        "This question was passed on %(limit)s times already. Ask your accountant to choose somebody."
    )


class AlreadyTheirs(Refused):
    """The chosen person has this question already."""

    code = "already_theirs"
    template = gettext_noop("%(email)s has this question already.")


class LostAccess(Refused):
    """The person was here once; only the firm lets them in again. data: email."""

    code = "lost_access"
    template = gettext_noop("%(email)s no longer has access here. Choose somebody else, or ask the accountant.")


class NothingToWithdraw(Refused):
    """There is no answer to take back."""

    code = "nothing_to_withdraw"
    template = gettext_noop("There is no answer to take back any more.")


class AnsweredAlready(Refused):
    """The client answered meanwhile. data: name."""

    code = "answered_already"
    template = gettext_noop("%(name)s has answered this already: read the conversation first.")


class BadHeardDay(Refused):
    """Nobody answers before the question, nor tomorrow. data: first."""

    code = "bad_heard_day"
    template = gettext_noop("Choose the day on which you heard it: between %(first)s and today.")


class NoDocument(Refused):
    """An answer with a document needs one."""

    code = "no_document"
    template = gettext_noop("Add a photo or a file first.")


class ReasonMissing(Refused):
    """“Does not exist” and an answer in words need words."""

    code = "reason_missing"
    template = gettext_noop("Write in a few words why; then we need not ask again.")


class NoText(Refused):
    """An empty message."""

    code = "no_text"
    template = gettext_noop("Write something first.")


class NothingToRemind(Refused):
    """Nobody of the chosen clients can be reminded today."""

    code = "nothing_to_remind"
    template = gettext_noop("There is nobody to remind now.")


class TooManyToRemind(Refused):
    """More people than one page can write to. data: limit."""

    code = "too_many_to_remind"
    template = gettext_noop("At most %(limit)s people can be reminded at once. Choose fewer clients.")


class PauseWithoutReason(Refused):
    """Colleagues must be able to read why nobody is reminded."""

    code = "pause_without_reason"
    template = gettext_noop("Say in a few words why; a colleague will wonder.")


class BadPauseDay(Refused):
    """The day is not after today, or too far away. data: last."""

    code = "bad_pause_day"
    template = gettext_noop("Choose a day between tomorrow and %(last)s, or none.")


class NothingPaused(Refused):
    """There is no pause to lift."""

    code = "nothing_paused"
    template = gettext_noop("Reminding is not paused here.")


class BadPromise(Refused):
    """The promised day is not after today, or too far away."""

    code = "bad_promise"
    template = gettext_noop("Choose a day between tomorrow and %(last)s.")
