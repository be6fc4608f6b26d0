"""Why a statement was not booked, and what is odd about one that was: rules and their English sentences.

The rules stand in reports and rows; `bankfeeds.wording` turns them into a sentence of the reader's language. What
the reader of the file itself says has its rules in `bankfeeds.formats.rules`.
"""

from portal.kernel.errors import gettext_noop as _

# Held back or refused: no line of the statement is in the books.
UNKNOWN_ACCOUNT = "unknown_account"
OTHER_ADMINISTRATION = "other_administration"
CURRENCY = "currency"
UNBALANCED = "unbalanced"
OTHER_CONTENT = "other_content"
FRACTION = "fraction"
TOO_LARGE = "too_large"
PERIOD_LOCKED = "period_locked"
NO_PERIOD = "no_period"
HELD_BEFORE = "held_before"
REFUSED_BEFORE = "refused_before"

NEVER = (FRACTION, TOO_LARGE)  # no person's reason makes these bookable

HELD: dict[str, str] = {
    UNKNOWN_ACCOUNT: _("Account %(account)s is not known here. Create it, and the statement can be taken in."),
    OTHER_ADMINISTRATION: _("Account %(account)s belongs to %(code)s %(name)s. Take the file in there."),
    CURRENCY: _("Account %(account)s is in %(currency)s. Only accounts in euro can be kept now."),
    UNBALANCED: _(
        "Old balance %(old)s plus movements %(sum)s makes %(found)s, but the new balance says %(new)s. "
        "The difference is %(difference)s."
    ),
    OTHER_CONTENT: _("Statement %(number)s of %(year)s was taken in before with another content: %(what)s."),
    FRACTION: _("The amount %(amount)s cannot be written in cents."),
    TOO_LARGE: _("The amount %(amount)s is too large."),
    PERIOD_LOCKED: _("The period %(period)s is closed. Have it opened, or ask the bank for a correct file."),
    NO_PERIOD: _("There is no book year for %(day)s yet. Open that year first."),
    HELD_BEFORE: _("This statement is already held back."),
    REFUSED_BEFORE: _("This statement was refused before: %(reason)s"),
}

# What differs when the content does (the `what` of OTHER_CONTENT).
DIFFERENCES: dict[str, str] = {
    "count": _("%(known)s movements then, %(found)s now"),
    "old_balance": _("old balance %(known)s then, %(found)s now"),
    "new_balance": _("new balance %(known)s then, %(found)s now"),
    "amount": _("movement %(sequence)s was %(known)s then, %(found)s now"),
    "text": _("the text of movement %(sequence)s"),
}

# Booked, and yet worth a look.
GAP_NUMBER = "gap.number"
GAP_BALANCE = "gap.balance"
NO_NEW_BALANCE = "gap.no_new_balance"

ODD: dict[str, str] = {
    GAP_NUMBER: _("Statements are missing between %(previous)s and %(number)s."),
    GAP_BALANCE: _(
        "The old balance %(old)s differs from the new balance %(previous_new)s of the statement before (%(previous)s)."
    ),
    NO_NEW_BALANCE: _("The file does not say the new balance, so the movements could not be checked."),
}
