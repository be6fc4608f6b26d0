"""“Already sent”: papers of the client's own side that may be what a question asks for, by amount, supplier and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from bankfeeds.incoming import fold
from bankfeeds.models import Allocation, StatementLine
from invoicing.models import PurchaseDocument, PurchaseState
from portal.documents.models import Document
from portal.documents.rules import sent_by_client
from portal.people.access import Actor, Right
from portal.tenancy.models import Administration
from requests_app.models import AnswerDocument, Request
from requests_app.state import local_day

MOST = 5
NEAR = timedelta(days=60)  # between the payment and the day on the paper, or the day it came in
SHORT = 4  # letters a word of a name needs to say something
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class SentBefore:
    """One paper as its sender knows it. Amount and supplier are empty until somebody has read it."""

    document: Document
    day: date
    supplier: str
    amount: Decimal | None
    weight: int


@dataclass(frozen=True, slots=True)
class PaperLink:
    """A stored document, by id and by the name it came with."""

    pk: UUID
    name: str


def papers_seen_by(actor: Actor, request: Request) -> QuerySet[Any]:
    """The papers of the request's administration this person may know of: with figures all, others their own."""
    rows = Document.objects.filter(administration_id=request.administration_id, part_of=None)
    if actor.kind != "guest" and actor.may(Right.SEE_FIGURES):
        return rows
    own = Q(actor_user_id=actor.user_id) if actor.user_id else Q(pk__in=[])
    if actor.kind == "guest":
        given = AnswerDocument.objects.filter(answer__request__link_id=actor.link_id, answer__request__returned_at=None)
        own |= Q(pk__in=given.values("document"))
    return rows.filter(own)


def sent_before(request: Request, lines: Sequence[StatementLine], actor: Actor) -> list[SentBefore]:
    """The papers that fit best, best first; empty when nothing comes near. Three queries at most."""
    if not lines:
        return []
    line = lines[0]
    rows = PurchaseDocument.objects.filter(document__in=papers_seen_by(actor, request).values("pk"))
    rows = rows.exclude(state=PurchaseState.REJECTED).exclude(
        document__in=AnswerDocument.objects.filter(answer__request=request, answer__withdrawn_at=None).values(
            "document"
        )
    )
    found = [
        _weighed(row, line) for row in rows.select_related("document", "supplier").order_by("-created_at")[:_LOOKED_AT]
    ]
    return sorted((each for each in found if each.weight), key=lambda each: -each.weight)[:MOST]


def papers_behind(
    lines: Sequence[StatementLine], administration: Administration, actor: Actor
) -> dict[UUID, list[PaperLink]]:
    """The papers these lines were booked with, by line, as far as this client may open them. One query.

    A paper somebody of the office brought in stays with the office: `access_document` refuses it too.
    """
    if not lines:
        return {}
    known = sent_by_client(actor, administration).values("pk")
    papers = PurchaseDocument.objects.filter(
        open_item=OuterRef("open_item"), state=PurchaseState.BOOKED, document__in=known
    )
    paper = Subquery(papers.values(paper=JSONObject(pk="document_id", name="document__name"))[:1])
    rows = Allocation.objects.filter(line__in=lines, undone_at=None, open_item__isnull=False).order_by("created_at")
    found: dict[UUID, list[PaperLink]] = {}
    for line_id, told in rows.annotate(paper=paper).exclude(paper=None).values_list("line_id", "paper"):
        link = PaperLink(UUID(told["pk"]), told["name"])
        if link not in found.setdefault(line_id, []):
            found[line_id].append(link)
    return found


def _weighed(row: PurchaseDocument, line: StatementLine) -> SentBefore:
    came = local_day(row.document.created_at)
    supplier = row.supplier_name or (row.supplier.name if row.supplier else "")
    near = abs((row.issued_on or came) - line.booked_on) <= NEAR
    weight = 4 * (row.total is not None and abs(row.total) == abs(line.amount))
    weight += 2 * bool(near and _words(supplier or row.document.name) & _words(line.counterparty_name))
    if row.total is None and not weight:
        weight = int(came >= line.booked_on - timedelta(days=7) and near)  # nobody has read it yet: the day alone
    return SentBefore(row.document, came, supplier, row.total, weight + near if weight else 0)


def _words(name: str) -> set[str]:
    return {
        word for word in "".join(sign if sign.isalnum() else " " for sign in fold(name)).split() if len(word) >= SHORT
    }
