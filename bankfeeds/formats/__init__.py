"""Bank statement files, pure: bytes in, immutable values out, no Django.

`python -m bankfeeds.formats FILE` prints what a file says as JSON.
"""

from __future__ import annotations

from bankfeeds.formats.coda import describe_transaction_code, iter_coda, read_coda, write_coda
from bankfeeds.formats.rules import refuse
from bankfeeds.formats.sniff import sniff
from bankfeeds.formats.statement import (
    BankLine,
    BankStatement,
    FormatRefused,
    Information,
    StatementFile,
    Warning_,
)

LIMIT_MB = 128

__all__ = [
    "LIMIT_MB",
    "BankLine",
    "BankStatement",
    "FormatRefused",
    "Information",
    "StatementFile",
    "Warning_",
    "describe_transaction_code",
    "iter_coda",
    "read_coda",
    "read_statement_file",
    "write_coda",
]


def read_statement_file(data: bytes, *, name: str = "") -> StatementFile:
    """What the bank statement file `data` says, in whichever format it is.

    The content decides; `name` is only for the reader's own messages. Raises FormatRefused (rule,
    line, column, a sentence) when the file is something else or cannot be trusted; nothing of such
    a file may be used.
    """
    if len(data) > LIMIT_MB << 20:
        raise refuse("file.too_large", 1, 1, limit=LIMIT_MB, name=name)
    sniff(data)
    return read_coda(data)
