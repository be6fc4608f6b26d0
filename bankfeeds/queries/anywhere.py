"""Bank lines of every client at once, by whatever a person remembers of one."""

import re

from bankfeeds.models import StatementLine
from bankfeeds.queries.filters import text_q

# an account number, an amount or a reference may be typed with spaces, and is one word all the same
_ONE_THING = re.compile(r"[A-Za-z]{2}[0-9]{2}[0-9 ]{6,}|[€+−-]?[0-9 .,/+*€-]+")


def lines_anywhere(text: str, limit: int) -> list[StatementLine]:
    """The newest lines of the scope that say every word of `text`: counterparty, words, amount, IBAN, reference."""
    found = StatementLine.objects.select_related("administration")
    for word in [text.strip()] if _ONE_THING.fullmatch(text.strip()) else text.split():
        found = found.filter(text_q(word))
    return list(found.filter(administration__is_active=True).order_by("-booked_on", "-pk")[:limit])
