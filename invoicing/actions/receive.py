"""receive(): a stored document becomes a purchase document; an e-invoice, also in a PDF, is read into a proposal."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounting.models import Party
from accounting.queries.parties import find_party
from invoicing.formats.einvoice import invoice_inside, read_einvoice
from invoicing.formats.ubl_types import UblInvoice, VatBreakdown
from invoicing.models import PurchaseDocument, PurchaseKind, PurchaseLine, PurchaseState
from invoicing.vat_proposal import VatProposal, nature_of, propose
from portal.audit.record import record
from portal.documents.inside import xml_inside
from portal.documents.models import Document, Kind, Source
from portal.documents.refusals import UploadRefused
from portal.documents.store import open_original, store
from portal.kernel.clock import now
from portal.kernel.errors import FormatRefused
from portal.kernel.money import round_cents
from portal.people.access import Actor

MOST_ATTACHMENTS = 5


@transaction.atomic
def receive(*, document: Document, by: Actor, on: date) -> PurchaseDocument:
    """Return the purchase document of a stored document, made on first sight.

    An e-invoice, alone or inside a PDF, is read into facts and proposal lines; a file that breaks its format's rules is
    kept all the same and waits for a person, with the rule in its facts.
    """
    purchase: PurchaseDocument
    purchase, is_new = PurchaseDocument.objects.get_or_create(
        document=document,
        defaults={
            "firm_id": document.firm_id,
            "administration_id": document.administration_id,
            "created_at": now(),
            **by.as_columns(),
        },
    )
    if not is_new:
        return purchase
    if document.kind in (Kind.UBL, Kind.PDF):
        _read(purchase, by, on)
    record("purchase.received", subject=purchase, by=by, data={"state": str(purchase.state)})
    return purchase


def _read(purchase: PurchaseDocument, by: Actor, on: date) -> None:
    try:
        found = _invoice_of(purchase.document)
    except FormatRefused as refusal:
        purchase.facts = {"refused": refusal.rule, "remarks": [_remark(refusal.template, refusal.data)]}
        purchase.save(update_fields=["facts"])
        return
    if found is None:
        return
    invoice, origin = found
    supplier = find_party(
        purchase.administration,
        vat_number=invoice.supplier.vat,
        iban=invoice.payment_ibans[0] if invoice.payment_ibans else "",
        name=invoice.supplier.name,
    )
    _write_facts(purchase, invoice, supplier, origin)
    _keep_attachments(purchase, invoice, by, on)
    for position, line in enumerate(_lines(purchase, invoice, supplier), 1):
        line.position = position
        line.save()


def _invoice_of(document: Document) -> tuple[UblInvoice, str] | None:
    """The e-invoice and where it was read: "xml", or the name of the file in the PDF. Raises FormatRefused."""
    data = open_original(document)
    if document.kind == Kind.UBL:
        return read_einvoice(data), "xml"
    try:
        attachments = xml_inside(data, document.name)
    except UploadRefused:
        return None  # its pages were looked at before: they are what there is
    inside = invoice_inside(attachments)
    return (inside.invoice, inside.name) if inside else None


def _remark(template: str, data: Mapping[str, object]) -> dict[str, object]:
    """A sentence about the paper, kept in the words of the source and told in those of the reader."""
    return {"template": template, "data": {name: str(value) for name, value in data.items()}}


def _keep_attachments(purchase: PurchaseDocument, invoice: UblInvoice, by: Actor, on: date) -> None:
    """Keep the papers inside an e-invoice beside it: some facts (an energy bill's) stand only there."""
    for attachment in invoice.attachments[:MOST_ATTACHMENTS]:
        try:
            store(
                administration=purchase.administration,
                data=attachment.data,
                name=attachment.name,
                source=Source(purchase.document.source),
                part_of=purchase.document,
                by=by,
                on=on,
            )
        except UploadRefused:
            continue  # the invoice itself counts; what is in it and no paper stays inside the original


def _write_facts(purchase: PurchaseDocument, invoice: UblInvoice, supplier: Party | None, origin: str) -> None:
    sign = -1 if invoice.kind == "credit_note" else 1
    purchase.kind = PurchaseKind.CREDIT_NOTE if invoice.kind == "credit_note" else PurchaseKind.INVOICE
    purchase.supplier = supplier
    purchase.supplier_name = invoice.supplier.name[:120]
    purchase.supplier_vat_number = invoice.supplier.vat[:16]
    purchase.supplier_iban = (invoice.payment_ibans[0] if invoice.payment_ibans else "")[:34]
    purchase.number = invoice.number[:60]
    purchase.issued_on = invoice.issue_date
    purchase.due_on = invoice.due_date
    purchase.currency = invoice.currency[:3]
    purchase.net = sign * invoice.net
    purchase.vat = sign * invoice.vat_total
    purchase.total = sign * invoice.total
    purchase.structured_reference = (invoice.structured_reference or invoice.payment_reference)[:40]
    purchase.state = PurchaseState.PROPOSED
    purchase.facts = {
        "from": "ubl",
        "origin": origin,
        "customer": invoice.customer.name,
        "customer_number": invoice.customer.enterprise_number,
        "lines": [{"name": line.name, "net": str(line.net), "rate": str(line.rate)} for line in invoice.lines[:200]],
        "notes": list(invoice.notes[:5]),
        "payable": str(invoice.payable),
        "remarks": [_remark(one.template, {**one.data, "line": one.line}) for one in invoice.warnings[:20]],
        "attachments": [each.name for each in invoice.attachments],
    }
    purchase.save()


def _lines(purchase: PurchaseDocument, invoice: UblInvoice, supplier: Party | None) -> list[PurchaseLine]:
    """One proposal line per VAT rate: what the ledger needs, and what the breakdown vouches for."""
    account = supplier.default_account if supplier else None
    found, reasons = [], []
    for part in invoice.vat or _undivided(invoice):
        proposed = _code(invoice, part, supplier, purchase.administration.country)
        reasons.append(
            {"code": proposed.code, "why": proposed.why, "category": part.category, "country": _country(invoice)}
        )
        found.append(
            PurchaseLine(
                firm_id=purchase.firm_id,
                administration_id=purchase.administration_id,
                purchase=purchase,
                account=account,
                description=_describe(invoice, part.rate),
                vat_code=proposed.code,
                net=round_cents(part.base),
                vat=round_cents(part.tax),
            )
        )
    purchase.facts["vat"] = reasons
    purchase.save(update_fields=["facts"])
    return found


def _undivided(invoice: UblInvoice) -> tuple[VatBreakdown, ...]:
    """One row for an invoice of totals alone (the profile MINIMUM): a person says which VAT it is."""
    return (VatBreakdown(rate=Decimal(0), category="", base=invoice.net, tax=invoice.vat_total),)


def _code(invoice: UblInvoice, part: VatBreakdown, supplier: Party | None, home: str) -> VatProposal:
    account = supplier.default_account if supplier else None
    units = [line.unit for line in invoice.lines if (line.rate, line.category) == (part.rate, part.category)]
    return propose(
        part.rate,
        part.category,
        supplier.default_vat_code if supplier else "",
        country=_country(invoice),
        nature=nature_of(units, account.vat_base_grid if account else ""),
        home=home,
    )


def _country(invoice: UblInvoice) -> str:
    """Where the supplier is: by its VAT number, which decides, else by its address."""
    prefix = invoice.supplier.vat[:2].upper()
    # "EU…" is the number of somebody outside the Union in its one-stop shop
    found = prefix if prefix.isalpha() and prefix != "EU" else invoice.supplier.country.upper()
    return {"EL": "GR"}.get(found, found)


def _describe(invoice: UblInvoice, rate: Decimal) -> str:
    names = [line.name for line in invoice.lines if line.rate == rate and line.name]
    return ", ".join(dict.fromkeys(names))[:200]
