"""Invoices of the demo: the same facts as a PDF that looks like one, and as a UBL invoice."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from io import BytesIO

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from portal.kernel.formatting import format_day, format_money
from portal.kernel.money import ZERO, vat_from_net

A4 = (1240, 1754)  # at 150 dots per inch
INK, SOFT, RULE, PAPER = "#1B2430", "#5D6875", "#C9D1D8", "#FFFFFF"
FONT = settings.BASE_DIR / "static" / "fonts" / "plex-sans-var.woff2"


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who sends the invoice."""

    name: str
    number: str  # enterprise number: ten digits, or eight of a Dutch register
    street: str
    town: str
    iban: str
    account: str = ""  # where the office books it
    vat: str = ""
    color: str = "#24415E"
    dutch_vat: str = ""  # set in the Netherlands, where it does not follow from the number

    @property
    def country(self) -> str:
        """Where it is."""
        return "NL" if self.dutch_vat else "BE"

    @property
    def vat_number(self) -> str:
        """With its country."""
        return self.dutch_vat or f"BE{self.number}"


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice: (description, net amount) lines at one rate."""

    supplier: Supplier
    customer: str
    customer_number: str
    number: str
    issued_on: date
    lines: tuple[tuple[str, str], ...]
    rate: int = 21
    language: str = "nl"
    days_to_pay: int = 30
    customer_vat: str = ""  # a Dutch customer's

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return sum((Decimal(amount) for _, amount in self.lines), ZERO)

    @property
    def vat(self) -> Decimal:
        """The VAT on the sum."""
        return vat_from_net(self.net, self.rate)

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.net + self.vat

    @property
    def due_on(self) -> date:
        """The last day to pay."""
        return self.issued_on + timedelta(days=self.days_to_pay)

    @property
    def file_name(self) -> str:
        """Without an ending."""
        return f"factuur-{self.number.replace('/', '-').replace(' ', '-').lower()}"


_WORDS = {
    "nl": ("Factuur", "Datum", "Vervaldag", "Klant", "Omschrijving", "Bedrag", "Btw", "Te betalen", "Mededeling"),
    "fr": ("Facture", "Date", "Échéance", "Client", "Description", "Montant", "TVA", "À payer", "Communication"),
}


def _page(invoice: Invoice) -> Image.Image:
    page = Image.new("RGB", A4, PAPER)
    pen = ImageDraw.Draw(page)
    _letterhead(pen, invoice)
    bottom = _table(pen, invoice)
    _payment(pen, invoice, bottom)
    return page


def photo(invoice: Invoice) -> bytes:
    """The page on a table, as a phone would take it: a little askew."""
    page = _page(invoice).rotate(2.5, expand=True, fillcolor="#6B5A48", resample=Image.Resampling.BICUBIC)
    out = BytesIO()
    page.save(out, "JPEG", quality=78)
    return out.getvalue()


def pdf(invoice: Invoice) -> bytes:
    """One A4 page."""
    page = _page(invoice)
    out = BytesIO()
    # the invoice's own day: the same invoice is the same bytes, whenever the demo is built
    stamp = invoice.issued_on.timetuple()
    page.save(
        out,
        "PDF",
        resolution=150,
        quality=80,
        title=f"{invoice.supplier.name} {invoice.number}",
        creationDate=stamp,
        modDate=stamp,
    )
    return out.getvalue()


def _font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        font = ImageFont.truetype(str(FONT), size)
        font.set_variation_by_axes([weight, 100])
    except OSError:  # a FreeType without woff2
        return ImageFont.load_default(size)
    return font


def _letterhead(pen: ImageDraw.ImageDraw, invoice: Invoice) -> None:
    supplier, words = invoice.supplier, _WORDS[invoice.language]
    pen.rectangle((0, 0, A4[0], 26), fill=supplier.color)
    pen.text((110, 110), supplier.name, font=_font(46, 700), fill=supplier.color)
    pen.text((110, 178), f"{supplier.street}, {supplier.town}", font=_font(24), fill=SOFT)
    pen.text((110, 212), supplier.vat_number, font=_font(24), fill=SOFT)
    pen.text((110, 320), f"{words[0]} {invoice.number}", font=_font(40, 600), fill=INK)
    facts = (
        (words[1], format_day(invoice.issued_on, invoice.language)),
        (words[2], format_day(invoice.due_on, invoice.language)),
        (words[3], f"{invoice.customer}, {invoice.customer_vat or 'BE' + invoice.customer_number}"),
    )
    for place, (word, fact) in enumerate(facts):
        y = 400 + place * 40
        pen.text((110, y), word, font=_font(24), fill=SOFT)
        pen.text((330, y), fact, font=_font(24), fill=INK)


def _right(pen: ImageDraw.ImageDraw, y: int, text: str, *, weight: int = 400, size: int = 26) -> None:
    font = _font(size, weight)
    pen.text((A4[0] - 110 - font.getlength(text), y), text, font=font, fill=INK)


def _table(pen: ImageDraw.ImageDraw, invoice: Invoice) -> int:
    words, language, y = _WORDS[invoice.language], invoice.language, 580
    pen.text((110, y), words[4], font=_font(24, 600), fill=SOFT)
    _right(pen, y, words[5], weight=600, size=24)
    pen.line((110, y + 44, A4[0] - 110, y + 44), fill=RULE, width=2)
    for description, amount in invoice.lines:
        y += 60
        pen.text((110, y), description, font=_font(26), fill=INK)
        _right(pen, y, format_money(Decimal(amount), language))
    y += 70
    pen.line((110, y, A4[0] - 110, y), fill=RULE, width=2)
    pen.text((110, y + 24), f"{words[6]} {invoice.rate} %", font=_font(26), fill=INK)
    _right(pen, y + 24, format_money(invoice.vat, language))
    pen.text((110, y + 80), words[7], font=_font(34, 700), fill=INK)
    _right(pen, y + 80, format_money(invoice.total, language), weight=700, size=34)
    return y + 150


def _payment(pen: ImageDraw.ImageDraw, invoice: Invoice, y: int) -> None:
    pen.line((110, y, A4[0] - 110, y), fill=RULE, width=2)
    pen.text((110, y + 30), f"IBAN {invoice.supplier.iban}", font=_font(24), fill=INK)
    pen.text((110, y + 66), f"{_WORDS[invoice.language][8]}: {invoice.number}", font=_font(24), fill=INK)


def ubl(invoice: Invoice) -> bytes:
    """Peppol BIS Billing 3."""
    lines = "".join(_ubl_line(place, *line, invoice.rate) for place, line in enumerate(invoice.lines, 1))
    supplier = invoice.supplier
    sender = _party(supplier.name, supplier.number, supplier.street, supplier.town, supplier.dutch_vat)
    reader = _party(invoice.customer, invoice.customer_number, "", "", invoice.customer_vat)
    category = _category(invoice.rate)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
  <cbc:ID>{escape(invoice.number)}</cbc:ID>
  <cbc:IssueDate>{invoice.issued_on.isoformat()}</cbc:IssueDate>
  <cbc:DueDate>{invoice.due_on.isoformat()}</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty>{sender}</cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty>{reader}</cac:AccountingCustomerParty>
  <cac:PaymentMeans>
    <cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>
    <cbc:PaymentID>{escape(invoice.number)}</cbc:PaymentID>
    <cac:PayeeFinancialAccount><cbc:ID>{supplier.iban}</cbc:ID></cac:PayeeFinancialAccount>
  </cac:PaymentMeans>
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="EUR">{invoice.vat}</cbc:TaxAmount>
    <cac:TaxSubtotal>
      <cbc:TaxableAmount currencyID="EUR">{invoice.net}</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="EUR">{invoice.vat}</cbc:TaxAmount>
      <cac:TaxCategory>{category}</cac:TaxCategory>
    </cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">{invoice.net}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">{invoice.net}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">{invoice.total}</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">{invoice.total}</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>{lines}
</Invoice>
""".encode()


def _party(name: str, number: str, street: str, town: str, dutch_vat: str) -> str:
    # the registers of enterprises: 0106 is the Dutch KVK, 0208 the Belgian KBO
    country, scheme, vat = ("NL", "0106", dutch_vat) if dutch_vat else ("BE", "0208", f"BE{number}")
    code, _, city = town.partition(" ")
    address = f"<cbc:StreetName>{escape(street)}</cbc:StreetName>" if street else ""
    if town:
        address += f"<cbc:CityName>{escape(city)}</cbc:CityName><cbc:PostalZone>{escape(code)}</cbc:PostalZone>"
    return f"""
    <cac:Party>
      <cbc:EndpointID schemeID="{scheme}">{number}</cbc:EndpointID>
      <cac:PartyName><cbc:Name>{escape(name)}</cbc:Name></cac:PartyName>
      <cac:PostalAddress>
        {address}<cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode></cac:Country>
      </cac:PostalAddress>
      <cac:PartyTaxScheme>
        <cbc:CompanyID>{vat}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
      </cac:PartyTaxScheme>
      <cac:PartyLegalEntity>
        <cbc:RegistrationName>{escape(name)}</cbc:RegistrationName>
        <cbc:CompanyID schemeID="{scheme}">{number}</cbc:CompanyID>
      </cac:PartyLegalEntity>
    </cac:Party>
  """


def _category(rate: int) -> str:
    scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    return f"<cbc:ID>{'S' if rate else 'E'}</cbc:ID><cbc:Percent>{rate}</cbc:Percent>{scheme}"


def _ubl_line(place: int, description: str, amount: str, rate: int) -> str:
    tax = f"<cac:ClassifiedTaxCategory>{_category(rate)}</cac:ClassifiedTaxCategory>"
    return f"""
  <cac:InvoiceLine>
    <cbc:ID>{place}</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">{amount}</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>{escape(description)}</cbc:Name>{tax}</cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">{amount}</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>"""
