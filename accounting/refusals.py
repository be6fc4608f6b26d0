"""The anticipated refusals of the ledger, each with a sentence for the person who meets it."""

from portal.kernel.errors import Refused, gettext_noop


class PeriodLocked(Refused):
    """The day falls in a locked period. data: period (its code), next (first open day after it, or None)."""

    code = "period_locked"
    template = gettext_noop("The period %(period)s is closed. Choose a later date, or have the period opened again.")


class BooksBusy(Refused):
    """Another transaction writes these books and did not end in time. No data."""

    code = "books_busy"
    template = gettext_noop("A colleague is working in these books at this moment. Try again in a few seconds.")


class NoPeriod(Refused):
    """No book year covers the day. data: day."""

    code = "no_period"
    template = gettext_noop("There is no book year for %(day)s yet. Open that year first.")


class NoOpenPeriod(Refused):
    """Every period from the day on is locked. data: day."""

    code = "no_open_period"
    template = gettext_noop("No period is open from %(day)s on. Open a book year or a period first.")


class Unbalanced(Refused):
    """Debit and credit differ. data: difference (debit less credit)."""

    code = "unbalanced"
    template = gettext_noop("Debit and credit differ by %(difference)s.")


class TooFewLines(Refused):
    """An entry has at least two lines, none of them zero. data: lines."""

    code = "too_few_lines"
    template = gettext_noop("An entry needs at least two lines, each with an amount.")


class LineOutsidePeriod(Refused):
    """A line's day lies outside the period of its entry. data: day, period."""

    code = "line_outside_period"
    template = gettext_noop("A line of %(day)s does not belong in an entry of %(period)s.")


class PostedDifferently(Refused):
    """The same source was posted before with another content. data: number (as people see it)."""

    code = "posted_differently"
    template = gettext_noop("This was booked before as %(number)s, with other amounts. Undo that booking first.")


class SourceReversed(Refused):
    """The same source was posted before and reversed since. data: number."""

    code = "source_reversed"
    template = gettext_noop("This was booked as %(number)s and taken back. Book it again as something new.")


class AlreadyReversed(Refused):
    """The entry has been reversed before, or is itself a reversal. data: number."""

    code = "already_reversed"
    template = gettext_noop("The booking %(number)s has already been taken back.")


class ItemAlreadyCleared(Refused):
    """Nothing (or too little) of the open item is left. data: reference, open_amount, amount."""

    code = "item_already_cleared"
    template = gettext_noop("Of %(reference)s only %(open_amount)s is still open.")


class ItemInUse(Refused):
    """The entry's open item has been (partly) paid, so the entry cannot be taken back. data: reference."""

    code = "item_in_use"
    template = gettext_noop("A payment is matched with %(reference)s. Undo that match first.")


class ClearingDoesNotFit(Refused):
    """The line cannot clear the item: other account, wrong side, or more than the line holds. data: reference."""

    code = "clearing_does_not_fit"
    template = gettext_noop("This payment does not fit %(reference)s.")


class BooksAlreadyOpen(Refused):
    """The administration has books. data: administration."""

    code = "books_already_open"
    template = gettext_noop("%(administration)s already has books.")


class YearNotNext(Refused):
    """A book year must join the others. data: year."""

    code = "year_not_next"
    template = gettext_noop("The book year %(year)s does not follow the years that are open.")


class CodeTaken(Refused):
    """The account or journal code is in use. data: code."""

    code = "code_taken"
    template = gettext_noop("The code %(code)s is already in use.")


class RoleTaken(Refused):
    """Another account plays this role. data: role, code (of that account)."""

    code = "role_taken"
    template = gettext_noop("Account %(code)s already has this role.")


class PartyExists(Refused):
    """Another party has this VAT number. data: name, vat_number."""

    code = "party_exists"
    template = gettext_noop("%(name)s already has the VAT number %(vat_number)s.")


class RoleMissing(Refused):
    """No account plays a role the software needs. data: role."""

    code = "role_missing"
    template = gettext_noop("The chart of accounts has no account for “%(role)s”. Choose one in the settings.")
