"""An e-invoice of whichever syntax, alone or inside a PDF (Factur-X, ZUGFeRD, XRechnung, a UBL of older programs)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from invoicing.formats.cii import read_cii_tree
from invoicing.formats.cii_values import is_cii, is_order
from invoicing.formats.ubl import is_ubl_tree, read_ubl_tree
from invoicing.formats.ubl_types import Remark, UblInvoice
from portal.kernel.errors import FormatRefused, gettext_noop
from portal.kernel.xml import Element, parse_xml

MAX_INSIDE = 5 * 1024 * 1024  # bytes of an invoice inside a PDF; the largest seen holds 65 kB
# The names the standards prescribe, the most telling first.
_NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")


@dataclass(frozen=True)
class Inside:
    """The e-invoice found in a PDF, and the name it has there."""

    invoice: UblInvoice
    name: str


def read_einvoice(data: bytes) -> UblInvoice:
    """The invoice in an XML file: UBL or CII. Raises FormatRefused (rules xml.*, ubl.* and cii.*)."""
    return _read(parse_xml(data))


def invoice_inside(attachments: Sequence[tuple[str, bytes]]) -> Inside | None:
    """The invoice among the XML files inside a PDF (name and bytes each); None when there is none.

    The name decides which; another XML file counts only when it is an invoice all the same. Raises FormatRefused
    when the file that ought to be it can not be read, or is an order.
    """
    by_name = sorted(attachments, key=lambda each: _rank(each[0]))
    candidates: list[tuple[str, Element]] = []
    for name, data in by_name:
        try:
            root = parse_xml(data, max_bytes=MAX_INSIDE)
        except FormatRefused:
            if _rank(name) < len(_NAMES) and not candidates:
                raise
            continue  # somebody's own data
        if is_cii(root) or is_ubl_tree(root) or is_order(root):
            candidates.append((name, root))
    invoices = [(name, root) for name, root in candidates if not is_order(root)]
    if not invoices:
        if candidates:
            _read(candidates[0][1])  # says that it is an order
        return None
    name, root = invoices[0]
    invoice = _read(root)
    if len(invoices) > 1:
        several = gettext_noop("The PDF holds %(count)s e-invoices; “%(name)s” was read.")
        remark = Remark("inside.several", several, {"count": len(invoices), "name": name})
        invoice = replace(invoice, warnings=(remark, *invoice.warnings))
    return Inside(invoice, name)


def _read(root: Element) -> UblInvoice:
    return read_cii_tree(root) if is_cii(root) or is_order(root) else read_ubl_tree(root)


def _rank(name: str) -> int:
    plain = name.lower()
    return _NAMES.index(plain) if plain in _NAMES else len(_NAMES)
