"""CODA, the coded statement of account of the Belgian banks (version 2): read, check, write."""

from bankfeeds.formats.coda.checks import check
from bankfeeds.formats.coda.codes import describe_family, describe_structured, describe_transaction_code
from bankfeeds.formats.coda.reader import iter_coda, read_coda
from bankfeeds.formats.coda.writer import CodaUnwritable, write_coda

__all__ = [
    "CodaUnwritable",
    "check",
    "describe_family",
    "describe_structured",
    "describe_transaction_code",
    "iter_coda",
    "read_coda",
    "write_coda",
]
