"""Inside the parsing child: which kind of XML a file is."""

from __future__ import annotations

from typing import Any, BinaryIO

from portal.documents.refusals import BadXml, UnknownXml
from portal.kernel.errors import FormatRefused
from portal.kernel.text import one_line
from portal.kernel.xml import parse_xml

_UBL = "{urn:oasis:names:specification:ubl:schema:xsd:"
_UBL_ROOTS = (f"{_UBL}Invoice-2}}Invoice", f"{_UBL}CreditNote-2}}CreditNote")
_CII_ROOTS = (
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice",
    "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument",
)
_CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.05"
_ENVELOPE = "StandardBusinessDocument"

Found = tuple[dict[str, Any], list[bytes]]


def inspect_xml(files: list[BinaryIO]) -> Found:
    """{"kind": "ubl" (an e-invoice, UBL or CII) or "bank"}. Raises BadXml for unsafe or malformed XML, UnknownXml for
    any other."""
    try:
        root = parse_xml(files[0].read())
    except FormatRefused as refusal:
        raise BadXml.from_format(refusal, "") from None
    tag = str(root.tag)
    inside = [str(child.tag) for child in root] if tag.endswith(_ENVELOPE) else [tag]
    if tag in _CII_ROOTS or any(one in _UBL_ROOTS for one in inside):
        return {"kind": "ubl"}, []
    if tag.startswith(_CAMT) and tag.endswith("}Document"):
        return {"kind": "bank"}, []
    raise UnknownXml(name="", root=one_line(tag.rpartition("}")[2], 60))
