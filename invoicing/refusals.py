"""Why a paper is not booked, in sentences."""

from portal.kernel.errors import Refused, gettext_noop


class AlreadyBooked(Refused):
    """The paper stands in the books."""

    code = "already_booked"
    template = gettext_noop("This document is already booked as %(number)s.")


class NotBooked(Refused):
    """There is no booking to take back."""

    code = "not_booked"
    template = gettext_noop("This document is not booked.")


class Incomplete(Refused):
    """Something needed for the entry is missing."""

    code = "incomplete"
    template = gettext_noop("Fill in %(what)s first; then the document can be booked.")


class SameInvoiceBooked(Refused):
    """The same supplier's number is in the books already."""

    code = "same_invoice_booked"
    template = gettext_noop("Invoice %(number)s of %(supplier)s is already booked as %(entry)s.")


class ForeignCurrency(Refused):
    """Only euros are booked."""

    code = "foreign_currency"
    template = gettext_noop("This invoice is in %(currency)s. Book it by hand in euros, at the amount the bank paid.")
