"""The nouns of papers."""

from invoicing.models.purchase import PurchaseDocument, PurchaseKind, PurchaseLine, PurchaseState

__all__ = ["PurchaseDocument", "PurchaseKind", "PurchaseLine", "PurchaseState"]
