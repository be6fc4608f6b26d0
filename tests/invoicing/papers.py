"""Papers to book: a purchase without a file, an e-invoice made to measure, and proposals in one line."""

from base64 import b64encode
from datetime import date
from decimal import Decimal
from itertools import count

from accounting.models import Account, AccountRole, EntryLine, GridEffect
from accounting.queries.chart import account_by_role
from accounting.queries.verify import verify as verify_books
from bankfeeds.queries.verify import verify as verify_bank
from invoicing.actions.purchases import save_proposal
from invoicing.actions.receive import receive
from invoicing.drafts import LineProposal, NewSupplier, Proposal
from portal.documents.models import Source
from portal.documents.store import store
from tests.bankfeeds.conftest import MARCH, TODAY, Bank
from tests.requests_app.conftest import new_document

_seeds = count(1000)


class Papers(Bank):
    """Books with a bank account, and papers on the desk."""

    def ledger(self, code):
        return Account.objects.get(administration=self.administration, code=code)

    def uploaded(self):
        """A paper nobody read yet."""
        document = new_document(self.administration, self.actor, seed=f"{next(_seeds):064x}")
        return receive(document=document, by=self.actor, on=TODAY)

    def received(self, data, name="factuur.xml"):
        """A file that came in, read."""
        kept = store(
            administration=self.administration, data=data, name=name, source=Source.CLIENT, by=self.actor, on=TODAY
        )
        return receive(document=kept.document, by=self.actor, on=TODAY)

    def line(self, net="140.24", vat="29.45", code="P21S", account="612000", text="Software"):
        """One cost line; `vat` and `net` in euros."""
        found = self.ledger(account) if account else None
        return LineProposal(found, text, code, Decimal(net), Decimal(vat))

    def proposal(self, *lines, supplier="Exact Software", number="1815007", day=MARCH, kind="invoice", **more):
        """A proposal; a supplier that is a text is made on the spot."""
        party = NewSupplier(supplier) if isinstance(supplier, str) else supplier
        return Proposal(party, number, day, more.pop("due_on", None), kind, lines or (self.line(),), **more)

    def proposed(self, *lines, **more):
        """A paper with a proposal."""
        wanted = self.proposal(*lines, **more)
        return save_proposal(purchase=self.uploaded(), proposal=wanted, by=self.actor, on=TODAY)

    def in_order(self):
        """Everything the books and the bank promise still holds."""
        assert verify_books(self.administration) == []
        assert verify_bank(self.administration) == []


def amounts(entry):
    """What an entry does: account → amount."""
    found = {}
    for line in EntryLine.objects.filter(entry=entry).select_related("account").order_by("position"):
        found[line.account.code] = found.get(line.account.code, Decimal(0)) + line.amount
    return found


def grids(entry):
    """What an entry does to the VAT return: grid → amount."""
    found = {}
    for effect in GridEffect.objects.filter(line__entry=entry):
        found[effect.grid] = found.get(effect.grid, Decimal(0)) + effect.amount
    return found


def payable(bank):
    return account_by_role(bank.administration, AccountRole.PAYABLE).code


def ubl(*rows, number="F-2026-7", day=date(2026, 10, 5), name="Molens van de Leie", total=None, **more):
    """An e-invoice. Rows: (category, rate, base, tax)."""
    rows = rows or (("S", "21", "100.00", "21.00"),)
    currency, root = more.pop("currency", "EUR"), more.pop("root", "Invoice")
    inside = more.pop("inside", b"")
    unit = "CreditedQuantity" if root == "CreditNote" else "InvoicedQuantity"
    net = sum(Decimal(base) for _, _, base, _ in rows)
    vat = sum(Decimal(tax) for *_, tax in rows)
    total = total or net + vat

    def category(tag, of, rate):
        scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
        return f"<cac:{tag}><cbc:ID>{of}</cbc:ID><cbc:Percent>{rate}</cbc:Percent>{scheme}</cac:{tag}>"

    def money(tag, amount):
        return f'<cbc:{tag} currencyID="{currency}">{amount}</cbc:{tag}>'

    subtotals = "".join(
        "<cac:TaxSubtotal>"
        + money("TaxableAmount", base)
        + money("TaxAmount", tax)
        + category("TaxCategory", of, rate)
        + "</cac:TaxSubtotal>"
        for of, rate, base, tax in rows
    )
    lines = "".join(
        f'<cac:{root}Line><cbc:ID>{place}</cbc:ID><cbc:{unit} unitCode="C62">1</cbc:{unit}>'
        + money("LineExtensionAmount", base)
        + f"<cac:Item><cbc:Name>Ding {rate}</cbc:Name>{category('ClassifiedTaxCategory', of, rate)}</cac:Item>"
        + f"<cac:Price>{money('PriceAmount', base)}</cac:Price></cac:{root}Line>"
        for place, (of, rate, base, _) in enumerate(rows, 1)
    )
    space = "urn:oasis:names:specification:ubl:schema:xsd:"
    company = "<cac:PartyTaxScheme><cbc:CompanyID>{}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    party = "<cac:Party><cac:PartyName><cbc:Name>{}</cbc:Name></cac:PartyName>" + company + "</cac:PartyTaxScheme>"
    party += "</cac:Party>"
    code = ("CreditNoteTypeCode", "381") if root == "CreditNote" else ("InvoiceTypeCode", "380")
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="{space}{root}-2" xmlns:cac="{space}CommonAggregateComponents-2"
 xmlns:cbc="{space}CommonBasicComponents-2"><cbc:ID>{number}</cbc:ID><cbc:IssueDate>{day}</cbc:IssueDate>
<cbc:{code[0]}>{code[1]}</cbc:{code[0]}><cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
{_attached(inside)}<cac:AccountingSupplierParty>{party.format(name, "BE0712345630")}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{party.format("Wij", "BE0639562711")}</cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>+++202/6000/14239+++</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>BE68539007547034</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal>{money("TaxAmount", vat)}{subtotals}</cac:TaxTotal>
<cac:LegalMonetaryTotal>{money("LineExtensionAmount", net)}{money("TaxExclusiveAmount", net)}
{money("TaxInclusiveAmount", total)}{money("PayableAmount", total)}</cac:LegalMonetaryTotal>{lines}</{root}>"""
    assert not more
    return text.encode()


def _attached(data):
    if not data:
        return ""
    binary = '<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="../../factuur 7.pdf">'
    file = f"{binary}{b64encode(data).decode()}</cbc:EmbeddedDocumentBinaryObject>"
    attached = f"<cbc:ID>1</cbc:ID><cac:Attachment>{file}</cac:Attachment>"
    return f"<cac:AdditionalDocumentReference>{attached}</cac:AdditionalDocumentReference>"
