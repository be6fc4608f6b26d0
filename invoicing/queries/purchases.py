"""Questions about papers: twins, candidates for a bank line, what a form is prefilled with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from invoicing.models import PurchaseDocument, PurchaseLine, PurchaseState
from portal.documents.models import Document
from portal.tenancy.models import Administration

NEAR = timedelta(days=120)


def purchase_of(document: Document) -> PurchaseDocument | None:
    """The purchase document of a stored document."""
    return PurchaseDocument.objects.filter(document=document).select_related("supplier", "entry__journal").first()


def papers_of(document_ids: Iterable[Any]) -> list[PurchaseDocument]:
    """The purchase documents of these stored documents, those set aside left out; oldest first."""
    rows = PurchaseDocument.objects.filter(document_id__in=[pk for pk in document_ids if pk]).exclude(
        state=PurchaseState.REJECTED
    )
    return list(
        rows.select_related(
            "document", "supplier", "entry__journal", "entry__fiscal_year", "open_item__account", "open_item__party"
        ).order_by("created_at", "pk")
    )


def proposal_lines(purchase: PurchaseDocument) -> list[PurchaseLine]:
    """The lines of its entry proposal, with their accounts."""
    return list(purchase.lines.select_related("account").order_by("position"))


def entry_number(purchase: PurchaseDocument) -> str:
    """The number of its entry as people write it: "AANK 2026/118"; empty when not booked."""
    return "" if purchase.entry is None else purchase.entry.shown_number


def booked_twin(purchase: PurchaseDocument) -> PurchaseDocument | None:
    """A booked paper of the same supplier with the same number and kind, when there is one."""
    if not purchase.number or purchase.supplier_id is None:
        return None
    return (
        PurchaseDocument.objects.filter(
            supplier_id=purchase.supplier_id, number=purchase.number, kind=purchase.kind, state=PurchaseState.BOOKED
        )
        .exclude(pk=purchase.pk)
        .select_related("entry__journal", "entry__fiscal_year", "supplier")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Fit:
    """How a paper fits a bank line: reasons by code (amount, reference, iban, name), the strongest first."""

    purchase: PurchaseDocument
    reasons: tuple[str, ...]
    difference: Decimal


def _bare(text: str) -> str:
    """Just letters and digits: an e-invoice says "202600014239" where the bank says "+++202/6000/14239+++"."""
    return "".join(sign for sign in text if sign.isalnum()).lower()


def fit_of(purchase: PurchaseDocument, *, amount: Decimal, communication: str, iban: str, name: str) -> Fit:
    """Hold a paper against a bank line; `amount` as the bank has it (money out negative)."""
    total = purchase.total or Decimal("0.00")
    difference = total + amount
    reasons = []
    if purchase.total is not None and difference == 0:
        reasons.append("amount")
    said, number, structured = (_bare(text) for text in (communication, purchase.number, purchase.structured_reference))
    if (len(number) >= 3 and number in said) or (structured and structured in said):
        reasons.append("reference")
    if iban and purchase.supplier_iban == iban:
        reasons.append("iban")
    if purchase.supplier_name and purchase.supplier_name.lower()[:8] in name.lower():
        reasons.append("name")
    return Fit(purchase, tuple(reasons), difference)


def candidates_for(administration: Administration, *, amount: Decimal, around: date) -> list[PurchaseDocument]:
    """Papers with the total of a bank line (money out negative) that nobody paid yet, oldest first."""
    near = Q(issued_on__range=(around - NEAR, around + NEAR)) | Q(issued_on=None)
    booked = Q(state=PurchaseState.BOOKED, open_item__open_amount=amount)
    rows = PurchaseDocument.objects.filter(near, administration=administration, total=-amount).filter(
        Q(state=PurchaseState.PROPOSED) | booked
    )
    return list(
        rows.select_related("document", "supplier", "entry__journal", "entry__fiscal_year", "open_item").order_by(
            "created_at", "pk"
        )[:10]
    )
