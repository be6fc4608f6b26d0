"""Who sent and who received a UBL invoice, and the accounts it asks to pay to."""

from __future__ import annotations

import re
from dataclasses import replace

from invoicing.formats.ubl_types import UblParty
from invoicing.formats.ubl_values import Remarks, every, first, text
from portal.kernel import ids
from portal.kernel.errors import gettext_noop
from portal.kernel.xml import Element, text_of

# Scheme names under which the registers of enterprises appear (EAS codes and older habits).
BELGIAN_SCHEMES = {"0208", "BE:CBE", "BE:EN", "BE:KBO", "CBE", "KBO"}
DUTCH_SCHEMES = {"0106", "NL:KVK", "KVK"}

NO_NAME = {
    "supplier": gettext_noop("The name of the supplier is missing."),
    "customer": gettext_noop("The name of the customer is missing."),
}
BAD_VAT = {
    "supplier": gettext_noop("VAT number %(number)s of the supplier is not valid."),
    "customer": gettext_noop("VAT number %(number)s of the customer is not valid."),
}
BAD_ENTERPRISE = {
    "supplier": gettext_noop("Enterprise number %(number)s of the supplier is not valid."),
    "customer": gettext_noop("Enterprise number %(number)s of the customer is not valid."),
}


def read_party(wrapper: Element, role: str, remarks: Remarks) -> UblParty:
    """The party inside AccountingSupplierParty or AccountingCustomerParty; role is "supplier" or
    "customer"."""
    party = first(wrapper, "Party")
    registered = text(party, "PartyLegalEntity/@RegistrationName")
    trade_name = text(party, "PartyName/@Name")
    person = f"{text(party, 'Person/@FirstName')} {text(party, 'Person/@FamilyName')}".strip()
    country = text(party, "PostalAddress/Country/@IdentificationCode").upper()[:2]
    vat = _vat_number(party, country, role, remarks)
    endpoint = first(party, "@EndpointID")
    scheme = "" if endpoint is None else endpoint.get("schemeID", "")
    found = UblParty(
        name=registered or trade_name or person or text(party, "Contact/@Name"),
        trade_name=trade_name,
        vat=vat,
        enterprise_number=_enterprise_number(party, vat, country, role, remarks),
        endpoint=f"{scheme}:{text_of(endpoint)}".strip(":") if endpoint is not None else "",
        country=country or country_of(vat),
        street=text(party, "PostalAddress/@StreetName"),
        postcode=text(party, "PostalAddress/@PostalZone", 20),
        city=text(party, "PostalAddress/@CityName"),
        email=text(party, "Contact/@ElectronicMail", 254),
        phone=text(party, "Contact/@Telephone", 50),
    )
    if not found.name:
        remarks.note(
            "ubl.party_name",
            NO_NAME[role],
            wrapper,
        )
    return found


def read_accounts(document: Element, remarks: Remarks) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(valid IBANs, all account numbers as written) that the document asks to pay to, each once."""
    ibans: list[str] = []
    accounts: list[str] = []
    for element in every(document, "PaymentMeans/PayeeFinancialAccount/@ID"):
        written = re.sub(r"\s", "", text_of(element))[:40]
        if not written or written in accounts:
            continue
        accounts.append(written)
        if ids.is_iban(written):
            ibans.append(ids.parse_iban(written))
        elif re.match(r"[A-Za-z]{2}[0-9]{2}", written):
            remarks.note(
                "ubl.iban",
                gettext_noop("Account number %(account)s is not a valid IBAN: do not pay to it."),
                element,
                account=written,
            )
    return tuple(dict.fromkeys(ibans)), tuple(accounts)


def with_accounts(party: UblParty, ibans: tuple[str, ...]) -> UblParty:
    """The supplier together with the accounts to pay to."""
    return replace(party, ibans=ibans)


def _vat_number(party: Element | None, country: str, role: str, remarks: Remarks) -> str:
    for scheme in every(party, "PartyTaxScheme"):
        kind = text(scheme, "TaxScheme/@ID").upper()
        element = first(scheme, "@CompanyID")
        written = re.sub(r"[\s.]", "", text_of(element)).upper()[:40]
        if kind not in ("VAT", "") or not written or not re.search(r"[0-9]", written):
            continue
        if ids.is_vat_number(written, country):
            return ids.parse_vat_number(written, country)
        remarks.note(
            "ubl.vat_number",
            BAD_VAT[role],
            element,
            number=written,
        )
        return written
    return ""


def _enterprise_number(party: Element | None, vat: str, country: str, role: str, remarks: Remarks) -> str:
    bad: tuple[str, Element] | None = None
    for steps in ("PartyLegalEntity/@CompanyID", "PartyIdentification/@ID", "@EndpointID"):
        for element in every(party, steps):
            register = _register(element.get("schemeID", "").upper(), country, steps)
            written = re.sub(r"[\s.]", "", text_of(element))[:40]
            if not register or not written:
                continue
            if ids.is_enterprise_number(written, register):
                return ids.parse_enterprise_number(written, register)
            bad = bad or (written, element)
    if vat.startswith("BE") and ids.is_vat_number(vat):
        return vat[2:]
    if bad is None:
        return ""
    remarks.note(
        "ubl.enterprise_number",
        BAD_ENTERPRISE[role],
        bad[1],
        number=bad[0],
    )
    return bad[0]


def _register(scheme: str, country: str, steps: str) -> str:
    if scheme in BELGIAN_SCHEMES:
        return "BE"
    if scheme in DUTCH_SCHEMES:
        return "NL"
    # Without a scheme only the legal entity's own number can be meant, in its own country.
    legal = steps.startswith("PartyLegalEntity") and not scheme
    return country if legal and country in ("BE", "NL") else ""


def country_of(vat: str) -> str:
    """The country a VAT number begins with; "" when it begins with none."""
    prefix = vat[:2]
    return {"EL": "GR"}.get(prefix, prefix) if re.fullmatch(r"[A-Z]{2}", prefix) else ""
