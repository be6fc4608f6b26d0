"""Who sent and who received a CII invoice, and the accounts it asks to pay to."""

from __future__ import annotations

import re

from invoicing.formats.cii_values import every, first, text
from invoicing.formats.ubl_parties import (
    BAD_ENTERPRISE,
    BAD_VAT,
    BELGIAN_SCHEMES,
    DUTCH_SCHEMES,
    NO_NAME,
    country_of,
)
from invoicing.formats.ubl_types import UblParty
from invoicing.formats.ubl_values import Remarks
from portal.kernel import ids
from portal.kernel.errors import gettext_noop
from portal.kernel.xml import Element, text_of

_NUMBERS = ("SpecifiedLegalOrganization/ID", "GlobalID", "ID", "URIUniversalCommunication/URIID")


def read_party(party: Element, role: str, ibans: tuple[str, ...], remarks: Remarks) -> UblParty:
    """SellerTradeParty or BuyerTradeParty; role is "supplier" or "customer"."""
    registered, person = text(party, "Name"), text(party, "DefinedTradeContact/PersonName")
    trade_name = text(party, "SpecifiedLegalOrganization/TradingBusinessName")
    country = text(party, "PostalTradeAddress/CountryID").upper()[:2]
    vat = _vat_number(party, country, role, remarks)
    endpoint = first(party, "URIUniversalCommunication/URIID")
    scheme = "" if endpoint is None else endpoint.get("schemeID", "")
    if not (registered or trade_name or person):
        remarks.note("ubl.party_name", NO_NAME[role], party)
    return UblParty(
        name=registered or trade_name or person,
        trade_name=trade_name,
        vat=vat,
        enterprise_number=_enterprise_number(party, vat, country, role, remarks),
        endpoint=f"{scheme}:{text_of(endpoint)}".strip(":") if endpoint is not None else "",
        ibans=ibans,
        country=country or country_of(vat),
        street=text(party, "PostalTradeAddress/LineOne"),
        postcode=text(party, "PostalTradeAddress/PostcodeCode", 20),
        city=text(party, "PostalTradeAddress/CityName"),
        email=text(party, "DefinedTradeContact/EmailURIUniversalCommunication/URIID", 254),
        phone=text(party, "DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber", 50),
    )


def read_accounts(settlement: Element, remarks: Remarks) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(valid IBANs, all account numbers as written) that the document asks to pay to, each once."""
    ibans: list[str] = []
    accounts: list[str] = []
    means = "SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/"
    for element in [*every(settlement, f"{means}IBANID"), *every(settlement, f"{means}ProprietaryID")]:
        written = re.sub(r"\s", "", text_of(element))[:40]
        if not written or written in accounts:
            continue
        accounts.append(written)
        if ids.is_iban(written):
            ibans.append(ids.parse_iban(written))
        elif element.tag == "IBANID":
            remarks.note(
                "ubl.iban",
                gettext_noop("Account number %(account)s is not a valid IBAN: do not pay to it."),
                element,
                account=written,
            )
    return tuple(dict.fromkeys(ibans)), tuple(accounts)


def _vat_number(party: Element, country: str, role: str, remarks: Remarks) -> str:
    for element in every(party, "SpecifiedTaxRegistration/ID"):
        written = re.sub(r"[\s.]", "", text_of(element)).upper()[:40]
        if element.get("schemeID", "VA") != "VA" or not re.search(r"[0-9]", written):
            continue  # FC: a number of the tax office, in no other country of use
        if ids.is_vat_number(written, country):
            return ids.parse_vat_number(written, country)
        remarks.note("ubl.vat_number", BAD_VAT[role], element, number=written)
        return written
    return ""


def _enterprise_number(party: Element, vat: str, country: str, role: str, remarks: Remarks) -> str:
    bad: tuple[str, Element] | None = None
    for steps in _NUMBERS:
        for element in every(party, steps):
            scheme, written = element.get("schemeID", "").upper(), re.sub(r"[\s.]", "", text_of(element))[:40]
            register = "BE" if scheme in BELGIAN_SCHEMES else "NL" if scheme in DUTCH_SCHEMES else ""
            if not scheme and steps == _NUMBERS[0] and country in ("BE", "NL"):
                register = country  # without a scheme only the legal entity's own number can be meant
            if not register or not written:
                continue
            if ids.is_enterprise_number(written, register):
                return ids.parse_enterprise_number(written, register)
            bad = bad or (written, element)
    if vat.startswith("BE") and ids.is_vat_number(vat):
        return vat[2:]
    if bad is None:
        return ""
    remarks.note("ubl.enterprise_number", BAD_ENTERPRISE[role], bad[1], number=bad[0])
    return bad[0]
