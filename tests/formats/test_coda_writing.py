"""What cannot be written is said instead of being cut off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bankfeeds.formats import BankLine, read_statement_file
from bankfeeds.formats.coda import CodaUnwritable, write_coda
from tests.formats.builders import line, statement


@pytest.mark.parametrize(
    "one",
    [
        line(0),
        line(10000),
        line(amount="0.0001"),
        line(amount="1000000000000"),
        line(communication="Łódź"),
        line(bank_reference="X" * 22),
        line(structured_type="125", communication="X" * 200),
    ],
)
def test_what_does_not_fit_is_refused(one: BankLine) -> None:
    with pytest.raises(CodaUnwritable):
        write_coda([statement(one)])


def test_structure_and_number_are_found_when_not_given() -> None:
    for account, structure in (
        ("BE70063956273525", "2"),
        ("539007547034", "0"),
        ("NL91ABNA0417164300", "3"),
        ("123-99887766", "1"),
    ):
        bare = replace(statement(line()), account=account, account_structure="", paper_sequence="", coda_sequence="")
        (one,) = read_statement_file(write_coda([bare])).statements
        assert (one.account, one.account_structure, one.number) == (account, structure, "045")
