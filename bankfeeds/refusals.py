"""Why the bank's verbs say no, each with a sentence for the person who meets it."""

from collections.abc import Callable
from typing import Any

from portal.kernel.errors import FormatRefused, Refused, gettext_noop


class ImportRefused(Refused):
    """Nothing of a bank file was taken in: the reader's own sentence, with rule, line and column as attributes."""

    code = "import_refused"

    def __init__(self, refusal: FormatRefused) -> None:
        super().__init__(**refusal.data)
        self.rule = refusal.rule
        self.template = refusal.template  # translated where it is shown, like every refusal
        self.line = refusal.line
        self.column = refusal.column

    def message(
        self, translate: Callable[[str], str] = lambda text: text, show: Callable[[Any], Any] = lambda value: value
    ) -> str:
        """The reader's sentence, with the place in the file when it is known."""
        sentence = super().message(translate, show)
        if not self.line:
            return sentence
        where = str(translate(AT_LINE)) % {"line": self.line}
        return f"{sentence} {where}"


AT_LINE = gettext_noop("(Line %(line)s of the file.)")


class ImportBusy(Refused):
    """Somebody else is taking in a bank file of the same administration."""

    code = "import_busy"
    template = gettext_noop("A bank file is being taken in at this moment. Try again in a few seconds.")


class BankAccountExists(Refused):
    """The administration already has this account. data: number."""

    code = "bank_account_exists"
    template = gettext_noop("The account %(number)s is already there.")


class CurrencyNotKept(Refused):
    """Accounts in another currency than the euro are not kept yet. data: currency."""

    code = "currency_not_kept"
    template = gettext_noop("Accounts in %(currency)s cannot be kept yet, only accounts in euro.")


class StatementNotHeld(Refused):
    """The statement is not held back (any more). data: number."""

    code = "statement_not_held"
    template = gettext_noop("Statement %(number)s is not held back any more.")


class StatementCannotBePosted(Refused):
    """A statement held back cannot be let through as it is. data: number, reason (a rule of bankfeeds.reasons)."""

    code = "statement_cannot_be_posted"
    template = gettext_noop("Statement %(number)s cannot be taken in as it is. Ask the bank for a correct file.")


class ReasonMissing(Refused):
    """A person must say why a statement that was held back may pass, or not."""

    code = "reason_missing"
    template = gettext_noop("Say why: the reason is kept with the statement.")


class LineChanged(Refused):
    """Somebody acted on the line since the screen was made. data: who, when (as text), version (the present one)."""

    code = "line_changed"
    template = gettext_noop("%(who)s changed this line (%(when)s). Look again: nothing was overwritten.")


class LineBusy(Refused):
    """Somebody acts on the line at this very moment."""

    code = "line_busy"
    template = gettext_noop("A colleague is working on this line at this moment. Try again in a few seconds.")


class NothingLeft(Refused):
    """The whole line has been given a place already."""

    code = "nothing_left"
    template = gettext_noop("This line is already handled in full.")


class TooMuch(Refused):
    """More than is left, of the line or of the item, or the other way round. data: amount, left."""

    code = "too_much"
    template = gettext_noop("%(amount)s does not fit: %(left)s is left.")


class ItemOtherWay(Refused):
    """Money going out cannot pay what is to be received, nor the reverse. data: reference."""

    code = "item_other_way"
    template = gettext_noop("%(reference)s goes the other way: this line cannot pay it.")


class AccountNotForThis(Refused):
    """Bank accounts and the account of payments not yet allocated are no place to give a line to. data: account."""

    code = "account_not_for_this"
    template = gettext_noop("A bank line cannot be given to %(account)s. Choose another account.")


class PartyNeeded(Refused):
    """An account of customers or suppliers needs to know which one. data: account."""

    code = "party_needed"
    template = gettext_noop("Choose the customer or supplier: %(account)s keeps what each of them owes.")


class VatDoesNotFit(Refused):
    """A VAT code that cannot stand on this account or on a bank line. data: vat_code."""

    code = "vat_does_not_fit"
    template = gettext_noop("The VAT code %(vat_code)s cannot be used here.")


class NobodyNamed(Refused):
    """A rule is about a counterparty, and the bank names none on this line. No data."""

    code = "nobody_named"
    template = gettext_noop("The bank names no counterparty on this line, so there is nothing to always do.")


class RuleNeedsParty(Refused):
    """A rule cannot book to customers or suppliers: those lines are matched with what is open. data: account."""

    code = "rule_needs_party"
    template = gettext_noop("On %(account)s lines are matched with what is open, not booked by a rule.")


class MatchedTogether(Refused):
    """Part of a match with a credit note cannot be taken back alone: the line would hold more than it is. No data."""

    code = "matched_together"
    template = gettext_noop("This was matched together with a credit note. Undo the whole line.")


class AlreadyUndone(Refused):
    """The allocation has been taken back before. data: who."""

    code = "already_undone"
    template = gettext_noop("This allocation has already been undone by %(who)s.")
