"""Short ways to act in one administration of the demo: bank files, sales, papers, questions and their answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from uuid_utils.compat import uuid7

from accounting.actions.obligations import ensure_obligations, mark_done
from accounting.actions.parties import create_party
from accounting.actions.post import post_entry
from accounting.drafts import GridDraft, LineDraft, OpenItemDraft
from accounting.drafts import Source as EntrySource
from accounting.models import Account, AccountRole, JournalKind, Obligation, ObligationKind, OpenItem, Party, PartyKind
from accounting.queries.chart import account_by_role, journal_of
from bankfeeds.actions.accounts import add_bank_account
from bankfeeds.actions.allocate import allocate_to_account, allocate_to_item
from bankfeeds.actions.load import load_file
from bankfeeds.formats import write_coda
from bankfeeds.models import StatementLine
from invoicing.actions.purchases import save_proposal
from invoicing.drafts import LineProposal, NewSupplier, Proposal
from invoicing.models import PurchaseDocument, PurchaseKind
from portal.demo.days import Days
from portal.demo.papers import Invoice, pdf, ubl
from portal.demo.stage import Stage
from portal.demo.statements import Feed, Movement
from portal.documents.models import Source
from portal.kernel.money import vat_from_gross
from portal.links.redeem import guest_actor, note_use
from portal.people.access import Actor
from portal.people.models import User
from portal.tenancy.models import Administration
from requests_app.actions.answer import answer_without, promise
from requests_app.actions.ask import Recipient, ask
from requests_app.actions.book import book_and_close
from requests_app.actions.papers import Sent, answer_with_files, take_in
from requests_app.actions.talk import comment
from requests_app.models import AnswerDocument, Request, RequestLine

# by rate: the VAT code of a sale, and the grids of its base and of its VAT
SALES = {
    "BE": {21: ("S21", "03", "54"), 12: ("S12", "02", "54"), 6: ("S06", "01", "54")},
    "NL": {21: ("VH", "1a", "1a.t"), 9: ("VL", "1b", "1b.t")},
}
NOW = "now"  # the clock of a scene that happens while the demo is built


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens, so many working days back (0: today), at a time of the clock."""

    back: int
    clock: str
    act: Callable[[Stage, date], object]


@dataclass(slots=True)
class Story:
    """One administration: its bank, its papers, and what was asked and answered."""

    dossier: str
    by: str
    feeds: tuple[Feed, ...]
    invoices: Callable[[Days], dict[str, Invoice]] = field(default=lambda days: {})
    scenes: tuple[Scene, ...] = ()
    keep_late: bool = False  # leave the last VAT return that fell due undone

    def all_scenes(self, days: Days) -> list[Scene]:
        """What happens in this administration, bank files and their handling included."""
        found = list(self.scenes)
        for feed in self.feeds:
            for arrival, backs in feed.files(days):
                found.append(Scene(arrival, "17:10", _file_scene(self, feed, backs)))
        return found


def _file_scene(story: Story, feed: Feed, backs: list[int]) -> Callable[[Stage, date], None]:
    def act(stage: Stage, on: date) -> None:
        desk = Desk(stage, story.dossier, story.by, on)
        desk.bring_in(feed, backs)
        for back in backs:
            for movement in feed.on(back) if back not in feed.wrong else ():
                if movement.is_handled:
                    desk.handle(movement, story.invoices(stage.days))

    return act


def line_key(movement: Movement) -> str:
    """What a line is found by: the key of the story, else day, amount and name."""
    return movement.key or f"{movement.back}|{movement.amount}|{movement.name}|{movement.text}"


@dataclass(slots=True)
class Desk:
    """One colleague at one administration, on one day. Inside an open scope."""

    stage: Stage
    dossier: str
    who: str
    on: date

    @property
    def administration(self) -> Administration:
        """The books we are in."""
        return self.stage.administrations[self.dossier]

    @property
    def by(self) -> Actor:
        """Who acts."""
        return self.stage.staff(self.who)

    def account(self, code: str) -> Account:
        """A ledger account."""
        found: Account = Account.objects.get(administration=self.administration, code=code)
        return found

    def party(self, name: str, kind: PartyKind = PartyKind.SUPPLIER) -> Party:
        """A customer or supplier, created when it is new."""
        known: Party | None = Party.objects.filter(administration=self.administration, name=name).first()
        return known or create_party(administration=self.administration, name=name, kind=kind, by=self.by, on=self.on)

    def line(self, key: str) -> StatementLine:
        """A bank line of the story."""
        found: StatementLine = StatementLine.objects.get(pk=self.stage.lines[f"{self.dossier}|{key}"])
        return found

    # --- the bank ---------------------------------------------------------------------------------------------------

    def open_account(self, feed: Feed) -> None:
        """Make a bank account known."""
        add_bank_account(
            administration=self.administration,
            number=feed.number,
            name=feed.name,
            bic=feed.bic,
            by=self.by,
            on=self.on,
        )

    def bring_in(self, feed: Feed, backs: list[int]) -> None:
        """Import the bank's file of these days, and remember its lines by their keys."""
        statements = [feed.statement(back, self.stage.days) for back in backs]
        name = f"{feed.number[-4:]}-{statements[-1].number}.cod"
        load_file(administration=self.administration, data=write_coda(statements), name=name, by=self.by, on=self.on)
        rows = StatementLine.objects.filter(
            statement__account__number=feed.number, booked_on__in=[self.stage.days.back(back) for back in backs]
        )
        found = {(row.booked_on, row.sequence): row.pk for row in rows.filter(administration=self.administration)}
        for back in backs:
            for place, movement in enumerate(feed.on(back), 1):
                row = found.get((self.stage.days.back(back), place))
                if row is not None:
                    self.stage.lines[f"{self.dossier}|{line_key(movement)}"] = row

    def handle(self, movement: Movement, invoices: dict[str, Invoice]) -> None:
        """Give a line its place, as the story says."""
        line = self.line(line_key(movement))
        if movement.paper:
            invoice = invoices[movement.paper]
            self.book(line, self.take_in(invoice), invoice)
        elif movement.item:
            item = OpenItem.objects.get(administration=self.administration, reference=movement.item)
            allocate_to_item(line=line, version=line.version, open_item=item, by=self.by, on=self.on)
        else:
            allocate_to_account(
                line=line,
                version=line.version,
                account=self.account(movement.to),
                vat_code=movement.vat,
                party=self.party(movement.party) if movement.party else None,
                by=self.by,
                on=self.on,
            )

    # --- papers -----------------------------------------------------------------------------------------------------

    def take_in(self, invoice: Invoice) -> PurchaseDocument:
        """The office receives an e-invoice."""
        file = Sent(ubl(invoice), f"{invoice.file_name}.xml")
        administration = self.administration
        taken = take_in(administration=administration, files=[file], source=Source.OFFICE, by=self.by, on=self.on)
        found: PurchaseDocument = PurchaseDocument.objects.get(document=taken.documents[0])
        return found

    def book(self, line: StatementLine, purchase: PurchaseDocument, invoice: Invoice) -> None:
        """Book a paper and clear the line with it, its question included."""
        save_proposal(purchase=purchase, proposal=self.proposal(invoice), by=self.by, on=self.on)
        line.refresh_from_db()
        book_and_close(lines=[(line, line.version)], purchases=[purchase], by=self.by, on=self.on)

    def proposal(self, invoice: Invoice) -> Proposal:
        """What the office fills in for an invoice."""
        supplier = invoice.supplier
        known = Party.objects.filter(administration=self.administration, vat_number=supplier.vat_number).first()
        words = ", ".join(description for description, _ in invoice.lines)
        net, vat = (invoice.net, invoice.vat) if supplier.vat else (invoice.total, Decimal("0.00"))
        return Proposal(
            supplier=known or NewSupplier(supplier.name, supplier.vat_number, supplier.iban),
            number=invoice.number,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            kind=PurchaseKind.INVOICE,
            lines=(
                LineProposal(
                    self.account(supplier.account), words, supplier.vat, net, vat, self.administration.country
                ),
            ),
        )

    def sell(self, customer: str, number: str, total: str, *, rate: int = 21, revenue: str = "705000") -> None:
        """Post a sales invoice the client made elsewhere: receivable, revenue and VAT, with their grids."""
        administration, gross = self.administration, Decimal(total)
        vat = vat_from_gross(gross, rate) if rate else Decimal("0.00")
        party = self.party(customer, PartyKind.CUSTOMER)
        code, grid, tax_grid = SALES[administration.country].get(rate, ("", "", ""))
        grids = (GridDraft(grid, gross - vat),) if grid else ()
        item = OpenItemDraft(reference=number, issued_on=self.on)
        lines = [
            LineDraft(account_by_role(administration, AccountRole.RECEIVABLE), gross, party=party, open_item=item),
            LineDraft(self.account(revenue), vat - gross, description=number, vat_code=code, grids=grids),
        ]
        if vat:
            due = account_by_role(administration, AccountRole.VAT_DUE)
            lines.append(LineDraft(due, -vat, vat_code=code, grids=(GridDraft(tax_grid, vat),)))
        post_entry(
            administration=administration,
            journal=journal_of(administration, JournalKind.SALE),
            booked_on=self.on,
            lines=lines,
            description=f"{customer} {number}",
            source=EntrySource("demo.sale", uuid7()),
            by=self.by,
            on=self.on,
        )

    def purchase_for(self, key: str) -> PurchaseDocument:
        """The paper a client sent for a line."""
        sent = AnswerDocument.objects.filter(answer__request=self.request(key), answer__withdrawn_at=None)
        found: PurchaseDocument = PurchaseDocument.objects.get(document__in=sent.values("document"))
        return found

    # --- asking and answering ---------------------------------------------------------------------------------------

    def ask(self, person: str | Recipient, *keys: str, kind: str = "missing_document", text: str = "") -> list[Request]:
        """Ask somebody of the cast, or any address, about lines of the story."""
        lines = [self.line(key) for key in keys]
        texts = {line.pk: text for line in lines} if text else None
        return ask(
            administration=self.administration,
            kind=kind,
            lines=lines,
            text_by_card=texts,
            recipient=person if isinstance(person, Recipient) else _recipient(self.stage.users[person]),
            by=self.by,
            on=self.on,
        )

    def request(self, key: str) -> Request:
        """The newest question about a line."""
        row = (
            RequestLine.objects.select_related("request__link")
            .filter(line=self.line(key))
            .latest("request__created_at")
        )
        found: Request = row.request
        return found

    def guest(self, key: str) -> Actor:
        """The person a question went to, behind the link in the mail."""
        link = self.request(key).link
        note_use(link)
        return guest_actor(link)

    def send(self, key: str, file: Sent, text: str = "") -> None:
        """The client sends a file for a question."""
        request, by = self.request(key), self.guest(key)
        answer_with_files(request=request, files=[file], text=text, source=Source.LINK, by=by, on=self.on)

    def send_pdf(self, key: str, invoice: Invoice, text: str = "") -> None:
        """The client sends the invoice as a PDF."""
        self.send(key, Sent(pdf(invoice), f"{invoice.file_name}.pdf"), text)

    def send_ubl(self, key: str, invoice: Invoice, text: str = "") -> None:
        """The client sends the invoice as an e-invoice."""
        self.send(key, Sent(ubl(invoice), f"{invoice.file_name}.xml"), text)

    def say_without(self, key: str, kind: str, text: str = "") -> None:
        """The client answers without a document."""
        answer_without(request=self.request(key), kind=kind, text=text, by=self.guest(key), on=self.on)

    def promise(self, key: str, until: date, text: str = "") -> None:
        """The client says “later”."""
        by = self.guest(key)
        promise(request=self.request(key), until=until, by=by, on=self.on)
        if text:
            self.say(key, text, by=by)

    def say(self, key: str, text: str, *, by: Actor | None = None, internal: bool = False) -> None:
        """A message in the thread of a question."""
        comment(request=self.request(key), text=text, by=by or self.by, on=self.on, internal=internal)

    # --- obligations ------------------------------------------------------------------------------------------------

    def file_everything(self, days: Days, *, keep_late: bool, ended: bool = False) -> None:
        """Mark as filed what is due by today, or with `ended` whatever period has ended; one return may stay late."""
        ensure_obligations(administration=self.administration, today=days.today)
        rows: Iterable[Obligation] = Obligation.objects.filter(administration=self.administration, done_at=None)
        past = sorted((row for row in rows if row.due_on < days.today), key=lambda row: row.due_on)
        returns = [row for row in past if row.kind == ObligationKind.VAT_RETURN]
        late = {returns[-1].pk} if keep_late and returns else set()
        done = [row for row in past if row.pk not in late]
        if ended:
            last = _last_ended(days.today)
            done += [row for row in rows if row.due_on >= days.today and row.period <= last(row.period)]
        for row in done:
            mark_done(obligation=row, by=self.by, on=self.on)


def _last_ended(today: date) -> Callable[[str], str]:
    """The code of the last month, quarter or year that is over, in the spelling of another code."""
    month = f"{today.year - (today.month == 1)}-{(today.month - 2) % 12 + 1:02d}"
    quarter = (today.month - 1) // 3
    quarter_code = f"{today.year}-Q{quarter}" if quarter else f"{today.year - 1}-Q4"

    def same_kind(code: str) -> str:
        if "Q" in code:
            return quarter_code
        return month if "-" in code else str(today.year - 1)

    return same_kind


def _recipient(user: User) -> Recipient:
    return Recipient(user.email, user.name, user.pk, user.language)
