"""The name screens and tags use for portal.kernel.formatting, which mail, documents and the bank share."""

from portal.kernel.formatting import (
    MINUS,
    NARROW_NO_BREAK,
    NO_BREAK,
    DayStyle,
    format_day,
    format_money,
    format_number,
    format_when,
)

__all__ = [
    "MINUS",
    "NARROW_NO_BREAK",
    "NO_BREAK",
    "DayStyle",
    "format_day",
    "format_money",
    "format_number",
    "format_when",
]
