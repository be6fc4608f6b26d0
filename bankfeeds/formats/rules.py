"""Every rule a bank file can break and its English sentence, to translate by rule.

REFUSED: the file cannot be trusted, nothing of it is read. WARNINGS: it was read, and this was odd.
Placeholders are %(name)s; their values come with the refusal or the warning.
"""

from __future__ import annotations

from typing import Any

from portal.kernel.errors import FormatRefused
from portal.kernel.errors import gettext_noop as _

REFUSED: dict[str, str] = {
    "file.unreadable": _("The file cannot be opened (%(reason)s)."),
    "file.empty": _("The file is empty."),
    "file.too_large": _("The file is larger than %(limit)s MB. Ask the bank for a shorter period."),
    "file.utf16": _("The file was saved as UTF-16. Upload the file as the bank gave it."),
    "file.binary": _("This is not a bank statement: the file holds binary data."),
    "file.pdf": _("This is a PDF. Download the statement from the bank as CODA instead."),
    "file.zip": _("This is a ZIP archive. Unpack it and upload the CODA files in it."),
    "file.spreadsheet": _("This is a spreadsheet. Download the statement from the bank as CODA instead."),
    "file.image": _("This is an image. Download the statement from the bank as CODA instead."),
    "file.html": _("This is a web page. Perhaps the bank had logged you out: download the file again."),
    "file.invoice": _("This is an electronic invoice, not a bank statement. Upload it with the documents."),
    "file.xml": _("This is an XML file, but not a bank statement that can be read."),
    "file.camt": _("This is a CAMT statement (XML). Only CODA files can be read here."),
    "file.mt940": _("This is an MT940 statement. Only CODA files can be read here."),
    "file.csv": _("This is a table (CSV). Only CODA files can be read here."),
    "file.unknown": _("This is not a bank statement in a format that can be read."),
    "coda.version": _("This is CODA version %(version)s. Only version 2 can be read: ask the bank for version 2."),
    "coda.no_version": _("The first line does not say which CODA version this is: “2” is missing at its end."),
    "coda.no_header": _("The file starts with record %(record)s: its beginning is missing. Download it again."),
    "coda.truncated": _("The file stops in the middle of a statement. Download it again."),
    "coda.record": _("“%(record)s” is not the start of a CODA record."),
    "coda.order": _("Record %(record)s cannot stand here; %(expected)s was expected."),
    "coda.orphan": _("This record belongs to movement %(sequence)s, but movement %(sequence)s is not above it."),
    "coda.short": _("This line stops after %(length)s characters, in the middle of the record."),
    "coda.long": _("This line has %(length)s characters: records of 128 seem to have been joined."),
    "coda.amount": _("“%(text)s” is not an amount: fifteen digits were expected."),
    "coda.sign": _("“%(text)s” is not a sign: 0 (in) or 1 (out) was expected."),
    "coda.date": _("“%(text)s” is not a date: day, month and year in six digits were expected."),
    "coda.number": _("“%(text)s” is not a number: %(length)s digits were expected."),
    "coda.sequence_twice": _("Movement %(sequence)s occurs twice in this statement."),
    "coda.structure": _("“%(text)s” is not a kind of account: 0, 1, 2 or 3 was expected."),
    "coda.account": _("The account number is missing."),
    "coda.currency": _("“%(text)s” is not a currency."),
}

WARNINGS: dict[str, str] = {
    "file.bom": _("The file starts with a byte order mark."),
    "file.line_ends_cr": _("The lines end with a carriage return only."),
    "file.line_ends_none": _("The file has no line ends; it was cut into records of 128 characters."),
    "file.no_final_newline": _("The last line has no line end."),
    "file.control_characters": _("The file holds control characters; they were read as spaces."),
    "file.undefined_characters": _("The file holds characters that no known code page explains."),
    "coda.short_line": _("Lines are shorter than 128 characters; they were read as if spaces followed."),
    "coda.long_line": _("Lines are longer than 128 characters; what follows was left out."),
    "coda.blank_line": _("The file holds blank lines."),
    "coda.marked_duplicate": _("The bank marks this file as a duplicate."),
    "coda.statement_twice": _("This statement occurs more than once in the file."),
    "coda.statement_number_twice": _("Another statement in the file has the same account, year and number."),
    "coda.no_closing": _("The closing balance (record 8) is missing."),
    "coda.no_trailer": _("The last record (record 9) is missing, so its control totals could not be compared."),
    "coda.account_differs": _("The closing balance names account %(closing)s, the opening balance %(opening)s."),
    "coda.unbalanced": _("Old balance %(old)s plus movements %(sum)s is %(found)s, but the new balance is %(new)s."),
    "coda.record_count": _("The file says it has %(stated)s records; %(counted)s were found."),
    "coda.debit_total": _("The file says %(stated)s went out; the movements add up to %(counted)s."),
    "coda.credit_total": _("The file says %(stated)s came in; the movements add up to %(counted)s."),
    "coda.details": _("The details of movement %(sequence)s add up to %(found)s, not to its amount %(amount)s."),
    "coda.sequence_gap": _("Movement numbers are missing: %(sequence)s follows %(previous)s."),
    "coda.no_booking_date": _("Movement %(sequence)s has no booking date; its value date was used."),
    "coda.reference_check": _("Structured communication %(reference)s has wrong check digits; it was read as text."),
    "coda.communication_type": _("Movement %(sequence)s has a communication of an unknown kind; it was read as text."),
    "coda.transaction_code": _("“%(code)s” is not a transaction code."),
    "coda.account_check": _("Account number %(account)s has wrong check digits."),
    "coda.counterparty_check": _("Account number %(account)s of a counterparty has wrong check digits."),
}

# Only the wrapping is odd: true of many banks' own files, and no reason to look twice.
COSMETIC = frozenset(
    {
        "file.bom",
        "file.line_ends_cr",
        "file.line_ends_none",
        "file.no_final_newline",
        "coda.short_line",
        "coda.blank_line",
        "coda.marked_duplicate",
    }
)


def refuse(rule: str, line: int | None = None, column: int | None = None, **data: Any) -> FormatRefused:
    """The refusal of `rule`, to raise; line and column are 1-based."""
    return FormatRefused(rule, REFUSED[rule], line, column, **data)
