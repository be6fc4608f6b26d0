"""The door to a purchase document."""

from typing import Any

from invoicing.models import PurchaseDocument
from portal.people.access import Actor, Right, get_or_404, require


def access_purchase(actor: Actor, purchase_id: Any, *, to: Right) -> PurchaseDocument:
    """The purchase document, or 404."""
    rows = PurchaseDocument.objects.select_related("document", "supplier", "administration")
    found: PurchaseDocument = get_or_404(rows, pk=purchase_id)
    require(actor, to, found.administration_id)
    return found
