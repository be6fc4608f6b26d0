"""What is still to be paid or received."""

from decimal import Decimal

from django.db.models import Q, QuerySet

from accounting.models import OpenItem, Party
from portal.tenancy.models import Administration


def open_items(
    administration: Administration,
    *,
    party: Party | None = None,
    amount: Decimal | None = None,
    search: str = "",
) -> QuerySet[OpenItem]:
    """Open items with something left, oldest due first; receivables positive, payables negative.

    `amount` keeps those of which just that much is open, whatever the sign of the question; `search` looks in
    reference, structured reference and the party's name.
    """
    rows = OpenItem.objects.filter(administration=administration).exclude(open_amount=0)
    if party is not None:
        rows = rows.filter(party=party)
    if amount is not None:
        rows = rows.filter(open_amount__in=[amount, -amount])
    for word in search.split():
        digits = "".join(sign for sign in word if sign.isdigit())
        found = Q(reference__icontains=word) | Q(party__name__icontains=word)
        if len(digits) >= 5:
            found |= Q(structured_reference__contains=digits)
        rows = rows.filter(found)
    return rows.select_related("party", "account", "line__entry").order_by("due_on", "issued_on", "pk")
