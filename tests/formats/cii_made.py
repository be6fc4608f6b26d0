"""CII invoices made to measure, in the words of D16B or of ZUGFeRD 1.0."""

from decimal import Decimal

EN16931 = "urn:cen.eu:en16931:2017"
BASIC_WL = "urn:factur-x.eu:1p0:basicwl"
MINIMUM = "urn:factur-x.eu:1p0:minimum"
ZUGFERD_1 = "urn:ferd:CrossIndustryDocument:invoice:1p0:comfort"
ROWS = (("S", "21", "160.00", "33.60"), ("S", "6", "190.00", "11.40"))

_NAMES_OF_1 = {
    "ExchangedDocumentContext": "SpecifiedExchangedDocumentContext",
    "<rsm:ExchangedDocument>": "<rsm:HeaderExchangedDocument>",
    "</rsm:ExchangedDocument>": "</rsm:HeaderExchangedDocument>",
    "SupplyChainTradeTransaction": "SpecifiedSupplyChainTradeTransaction",
    "ApplicableHeaderTrade": "ApplicableSupplyChainTrade",
    "SpecifiedLineTrade": "SpecifiedSupplyChainTrade",
    "SpecifiedTradeSettlementHeaderMonetary": "SpecifiedTradeSettlementMonetary",
    "SpecifiedTradeSettlementLineMonetary": "SpecifiedTradeSettlementMonetary",
    "RateApplicablePercent": "ApplicablePercent",
    "CrossIndustryInvoice": "CrossIndustryDocument",
    "urn:un:unece:uncefact:data:standard:CrossIndustryDocument:100": "urn:ferd:CrossIndustryDocument:invoice:1p0",
}


def cii(rows=ROWS, guideline=EN16931, number="FX-2026-12", code="380", due="20261104", more="", total=None):
    """An invoice. Rows: (category, rate, base, tax); the profile decides what of them is told."""
    net = sum(Decimal(base) for _, _, base, _ in rows)
    vat = sum(Decimal(tax) for *_, tax in rows)
    total = total or net + vat
    lines = "" if guideline in (BASIC_WL, MINIMUM) else "".join(_line(place, *row) for place, row in enumerate(rows, 1))
    breakdown = "" if guideline == MINIMUM else "".join(_tax(*row) for row in rows)
    means = "" if guideline == MINIMUM else _MEANS
    term = "" if guideline == MINIMUM else _term(due)
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:ram" xmlns:udt="urn:udt"><rsm:ExchangedDocumentContext>
<ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>{guideline}</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>{code}</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20261005</udt:DateTimeString></ram:IssueDateTime>
</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>{lines}<ram:ApplicableHeaderTradeAgreement>
{_party("Seller", "Molens van de Leie", "BE0712345630")}{_party("Buyer", "Wij", "BE0403170701")}{more}
</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>
<ram:PaymentReference>+++202/6000/14239+++</ram:PaymentReference>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>{means}{breakdown}{term}
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>{net}</ram:LineTotalAmount>
<ram:TaxBasisTotalAmount>{net}</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="EUR">{vat}</ram:TaxTotalAmount>
<ram:GrandTotalAmount>{total}</ram:GrandTotalAmount><ram:DuePayableAmount>{total}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""
    if guideline == ZUGFERD_1:
        for new, old in _NAMES_OF_1.items():
            text = text.replace(new, old)
    return text.encode()


def order():
    """An order in the family's own format, Order-X."""
    return (
        b'<rsm:SCRDMCCBDACIOMessageStructure xmlns:rsm="urn:un:unece:uncefact:data:standard:'
        b'SCRDMCCBDACIOMessageStructure:100"><rsm:ExchangedDocument/></rsm:SCRDMCCBDACIOMessageStructure>'
    )


_MEANS = """<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode>
<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>BE68 5390 0754 7034</ram:IBANID>
</ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>"""


def _term(due):
    day = f'<udt:DateTimeString format="102">{due}</udt:DateTimeString>'
    terms = "ram:SpecifiedTradePaymentTerms"
    return f"<{terms}><ram:DueDateDateTime>{day}</ram:DueDateDateTime></{terms}>"


def _party(role, name, vat):
    return (
        f"<ram:{role}TradeParty><ram:Name>{name}</ram:Name><ram:SpecifiedTaxRegistration>"
        f'<ram:ID schemeID="VA">{vat}</ram:ID></ram:SpecifiedTaxRegistration></ram:{role}TradeParty>'
    )


def _tax(category, rate, base, tax):
    return (
        f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{tax}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>"
        f"<ram:BasisAmount>{base}</ram:BasisAmount><ram:CategoryCode>{category}</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
    )


def _line(place, category, rate, base, _tax):
    return (
        f"<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>{place}</ram:LineID>"
        f"</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>Ding {rate}</ram:Name>"
        "</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeDelivery>"
        '<ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>'
        "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>"
        f"<ram:CategoryCode>{category}</ram:CategoryCode><ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent>"
        "</ram:ApplicableTradeTax><ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"<ram:LineTotalAmount>{base}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>"
        "</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"
    )
